"""Signing in and the administrator's pages in a real browser: no serious fault, no sideways scroll, by keyboard."""

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.factories.accounts import PASSWORD, make_account
from tests.factories.risk import make_person, make_unit
from vungxanh.accounts.models import User
from vungxanh.accounts.operations import issue_token
from vungxanh.audit.operations import record
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]
AGENT = "Mozilla/5.0 (Linux; Android 11) Chrome/120 Mobile Safari/537.36"


@pytest.fixture
def admin(transactional_db: None) -> User:
    """An agency with an administrator, two accounts, and somebody who read the administrator's own answers."""
    root = make_unit("SNN", name="Sở Nông nghiệp và PTNT")
    unit = make_unit("CCKL", root, name="Chi cục Kiểm lâm")
    user = make_account("quantri", full_name="Hoàng Thị Quản Trị")
    person = make_person(root, "Hoàng Thị Quản Trị", user=user)
    RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, unit=root, valid_from="2021-01-01")
    lan = make_account("lan", full_name="Nguyễn Thị Lan", phone="0912345678")
    make_person(unit, "Nguyễn Thị Lan", user=lan)
    RoleAssignment.objects.create(user=lan, role=Role.UNIT_HEAD, unit=unit, valid_from="2021-01-01")
    make_account("moi", full_name="Trần Văn Mới", must_change_password=True)
    issue_token(user, at=clock.now(), real=clock.real_now(), device=AGENT)
    record("admission.read_declarations", actor=lan, at=clock.now(), subject=person, is_read=True)
    return user


def addresses() -> dict[str, str]:
    lan = User.objects.get(username="lan")
    return {
        "account": reverse("accounts:account_page"),
        "password": reverse("accounts:password_change"),
        "account-list": reverse("accounts:account_list"),
        "account-detail": reverse("accounts:account_detail", args=[lan.pk]),
        "trail": reverse("audit:event_list"),
        "own-readings": reverse("audit:own_readings"),
    }


@pytest.mark.parametrize("screen", ["phone", "pc"], indirect=True)
def test_pages_have_no_serious_fault_and_fit_their_screen(
    screen: Page, admin: User, sign_in: SignIn, take_picture: Callable[..., None]
) -> None:
    sign_in(screen, admin)
    for name, address in addresses().items():
        screen.goto(address)
        assert (name, serious_faults(screen), has_sideways_scroll(screen)) == (name, [], False)
        width = screen.viewport_size["width"] if screen.viewport_size else 0
        take_picture(screen, f"accounts-{name}-{width}", full=True)


def test_stranger_signs_in_by_keyboard_and_without_javascript(
    open_page: PageOf, admin: User, take_picture: Callable[..., None]
) -> None:
    page = open_page("phone", javascript=False)
    page.goto(reverse("accounts:account_page"))
    take_picture(page, "accounts-sign-in-360")
    page.keyboard.type("0912 345 678")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/tai-khoan/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Nguyễn Thị Lan")


def test_sign_in_page_has_no_serious_fault_after_a_wrong_password(phone: Page, admin: User) -> None:
    phone.goto(reverse("accounts:sign_in"))
    phone.get_by_label("Tên đăng nhập hoặc số điện thoại").fill("lan")
    phone.get_by_label("Mật khẩu").fill("sai-mat-khau")
    phone.get_by_role("button", name="Đăng nhập").click()
    expect(phone.get_by_role("alert")).to_contain_text("không đúng")
    assert (serious_faults(phone), has_sideways_scroll(phone)) == ([], False)


def test_administrator_gives_a_one_time_password(
    pc: Page, admin: User, sign_in: SignIn, take_picture: Callable[..., None]
) -> None:
    sign_in(pc, admin)
    pc.goto(reverse("accounts:account_list"))
    pc.get_by_role("link", name="Nguyễn Thị Lan").click()
    pc.get_by_text("Cấp mật khẩu dùng một lần").click()
    pc.get_by_role("button", name="Cấp mật khẩu", exact=True).click()
    password = pc.locator("code").inner_text()
    assert User.objects.get(username="lan").check_password(password)
    take_picture(pc, "accounts-password-given-1440")
