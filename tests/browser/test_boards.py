"""The boards in a real browser: no serious fault, no sideways scroll, stations opened, the table alone refreshed."""

from collections.abc import Callable

import pytest
from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.factories.risk import declare, make_person, make_person_day, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people, open_unusual_return

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]


@pytest.fixture
def staff(transactional_db: None) -> dict[str, User]:
    """A unit with a station below it; one has declared with a fever, one has not declared."""
    now = clock.now()
    root = make_unit("SNN", is_reporting_point=False)
    unit = make_unit("KL", root, name="Chi cục Kiểm lâm", short_name="CC Kiểm lâm")
    station = make_unit("KL-NT", unit, is_reporting_point=False, short_name="Trạm KL Ngọc Thanh")
    lan, minh = make_person(unit, "Nguyễn Thị Lan"), make_person(station, "Trần Văn Minh")
    minh.phone = "+84912345678"
    minh.save()
    make_person_day(lan, unit, now.date())
    make_person_day(minh, station, now.date())
    declare(lan, unit, now, has_fever=True, symptom_count=1)
    assess_people([lan.pseudonym], day=now.date(), at=now, cause=Cause.DECLARATION)
    open_unusual_return(unit.pk, day=now.date(), at=now, cause="Có người sốt")
    head = make_user("truong", Role.UNIT_HEAD, unit)
    head.phone = "+84912345679"
    head.save()
    return {"office": make_user("vanphong", Role.OFFICE, root), "head": head}


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("office", "/dieu-hanh/"),
        ("office", "/dieu-hanh/man-hinh/"),
        ("office", "/dieu-hanh/{day}/dien-bien/"),
        ("office", "/dieu-hanh/{day}/goi-dien/"),
        ("office", "/dien-bien/"),
        ("head", "/dien-bien/"),
        ("head", "/hom-nay/"),
    ],
)
def test_board_has_no_serious_fault(
    screen: Page, staff: dict[str, User], sign_in: SignIn, take_picture: Callable[..., None], who: str, path: str
) -> None:
    sign_in(screen, staff[who])
    screen.goto(path.format(day=timezone.localdate()))
    expect(screen.locator("h1")).to_be_visible()
    name = path.strip("/").rsplit("/", 1)[-1]
    take_picture(screen, f"{name}-{screen.viewport_size['width']}", full=True)  # type: ignore[index]
    assert serious_faults(screen) == []
    assert not has_sideways_scroll(screen)


@pytest.mark.parametrize("javascript", [True, False])
def test_control_room_opens_the_stations_of_a_unit(
    open_page: PageOf, staff: dict[str, User], sign_in: SignIn, javascript: bool
) -> None:
    page = open_page("pc", javascript=javascript)
    sign_in(page, staff["office"])
    page.goto("/dieu-hanh/")
    expect(page.get_by_role("link", name="Trạm KL Ngọc Thanh")).to_have_count(0)
    page.get_by_role("link", name="Mở các đơn vị thuộc Chi cục Kiểm lâm").click()
    expect(page.get_by_role("link", name="Trạm KL Ngọc Thanh")).to_be_visible()


def test_control_room_refreshes_the_table_alone(pc: Page, staff: dict[str, User], sign_in: SignIn) -> None:
    sign_in(pc, staff["office"])
    pc.clock.install()
    pc.goto("/dieu-hanh/?behind=1")
    pc.get_by_label("Loại").select_option("SUBORDINATE_UNIT")
    with pc.expect_response(lambda answer: answer.url.endswith("/dieu-hanh/?behind=1")) as answer:
        pc.clock.run_for(31_000)
    assert "<html" not in answer.value.text()
    expect(pc.locator("[data-live]")).to_have_text("Cập nhật mỗi 30 giây")
    expect(pc.locator("#board")).to_have_count(1)
    expect(pc.get_by_label("Loại")).to_have_value("SUBORDINATE_UNIT")
    with pc.expect_response(lambda answer: answer.url.endswith("/dieu-hanh/?behind=1")):
        pc.clock.run_for(31_000)


def test_unit_day_by_keyboard_reaches_the_return(pc: Page, staff: dict[str, User], sign_in: SignIn) -> None:
    sign_in(pc, staff["head"])
    pc.goto("/hom-nay/")
    for _step in range(60):
        pc.keyboard.press("Tab")
        if "/bao-cao/" in str(pc.evaluate("document.activeElement.getAttribute('href')")):
            break
    pc.keyboard.press("Enter")
    expect(pc.get_by_role("heading", level=1)).to_have_text("Báo cáo ngày")
