"""The frame around every page: header, navigation, menus; on a phone and at a desk."""

import datetime
from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from vungxanh.accounts.models import User
from vungxanh.common import clock, navigation
from vungxanh.common.navigation import Entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[Page, User], None]


@pytest.fixture
def user() -> User:
    return User.objects.create(
        username="anh",
        full_name="Nguyễn Thị Ngọc Ánh",
        must_change_password=False,
        created_at=datetime.datetime(2021, 10, 6, 7, 31, tzinfo=clock.ZONE),
    )


@pytest.fixture
def seven_pages() -> Iterator[None]:
    def everybody(_: HttpRequest) -> bool:
        return True

    names = ["common:gallery", "common:language_set", "accounts:account_page", "accounts:sign_in"]
    names += ["accounts:sign_out", "accounts:password_change", "accounts:language_keep"]
    kept = dict(navigation._entries)
    navigation._entries.clear()
    navigation.register(
        *(Entry(f"Trang {i}", name, "leaf", i, everybody, f"Nhóm {i // 3}") for i, name in enumerate(names))
    )
    yield
    navigation._entries.clear()
    navigation._entries.update(kept)


def test_navigation_is_at_the_bottom_of_a_phone(phone: Page, user: User, seven_pages: None, sign_in: SignIn) -> None:
    sign_in(phone, user)
    phone.goto("/ui/")
    bar = phone.locator(".vx-tabbar")
    expect(phone.locator(".vx-side")).to_be_hidden()
    assert bar.locator("> a, > details").count() == 5
    bar.locator("summary").click()
    expect(bar.get_by_role("link", name="Trang 6")).to_be_visible()
    assert serious_faults(phone) == []


def test_navigation_is_at_the_side_of_a_desk(pc: Page, user: User, seven_pages: None, sign_in: SignIn) -> None:
    sign_in(pc, user)
    pc.goto("/ui/")
    expect(pc.locator(".vx-tabbar")).to_be_hidden()
    expect(pc.locator(".vx-side [aria-current=page]")).to_have_text("Trang 0")
    assert serious_faults(pc) == []
    assert not has_sideways_scroll(pc)


def test_menu_of_the_user_opens_by_keyboard_and_names_the_user(screen: Page, user: User, sign_in: SignIn) -> None:
    sign_in(screen, user)
    screen.goto("/ui/")
    summary = screen.locator(".vx-menu summary")
    expect(summary).to_have_accessible_name("Nguyễn Thị Ngọc Ánh")
    summary.press("Enter")
    expect(screen.get_by_role("link", name="Tài khoản của tôi")).to_be_visible()
    screen.keyboard.press("Escape")
    expect(screen.get_by_role("link", name="Tài khoản của tôi")).to_be_hidden()


def test_language_changes_in_place_also_without_javascript(open_page: PageOf, user: User, sign_in: SignIn) -> None:
    page = open_page("phone", javascript=False)
    sign_in(page, user)
    page.goto("/ui/?tab=today")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.url.endswith("/ui/?tab=today")


def test_first_tab_leads_to_the_content(pc: Page) -> None:
    pc.goto("/ui/")
    pc.keyboard.press("Tab")
    expect(pc.locator(".vx-skip")).to_be_focused()
    pc.keyboard.press("Enter")
    expect(pc.locator("main")).to_be_focused()


def test_page_not_found_is_readable_by_everyone(screen: Page) -> None:
    response = screen.goto("/khong-co-trang-nay/")
    assert response is not None
    assert response.status == 404
    assert serious_faults(screen) == []
    assert not has_sideways_scroll(screen)


def test_focus_is_visible_on_whatever_the_keyboard_reaches(pc: Page, user: User, sign_in: SignIn) -> None:
    sign_in(pc, user)
    pc.goto("/ui/")
    rings = []
    for _ in range(30):
        pc.keyboard.press("Tab")
        rings.append(pc.evaluate("getComputedStyle(document.activeElement).outline"))
    assert [ring for ring in rings if "solid 3px" not in ring] == []


def test_header_stays_when_the_page_is_scrolled(screen: Page) -> None:
    screen.goto("/ui/")
    screen.evaluate("scrollTo(0, 2500)")
    assert screen.evaluate("scrollY") == 2500
    assert screen.locator(".vx-header").evaluate("header => header.getBoundingClientRect().top") == 0
