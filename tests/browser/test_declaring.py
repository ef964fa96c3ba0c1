"""Declaring on a phone in a real browser: three taps, without a script, by keyboard; no serious fault on any page."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from playwright.sync_api import Page, expect

from tests.browser.conftest import PageOf, has_sideways_scroll, serious_faults
from tests.factories.risk import clock as at
from tests.factories.risk import make_person, make_unit, make_user
from tests.factories.screening import new_declaration
from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.screening.models import Declaration

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SignIn = Callable[[Page, AbstractBaseUser], None]
NO_SIGN, NO_CONTACT, SEND = "Không có dấu hiệu nào", "Không tiếp xúc, không đến nơi có dịch", "Tôi cam đoan và gửi"


@pytest.fixture(autouse=True)
def monday_morning() -> Iterator[Callable[[datetime.datetime], None]]:
    """The served pages run in another thread: they hear of the time through the offset of a demonstration."""

    def turn(moment: datetime.datetime) -> None:
        clock.keep_demonstration_offset(moment - clock.real_now())

    turn(at(7, 10))
    yield turn
    turn(clock.real_now())
    (Path(settings.HOME) / clock.DEMONSTRATION_FILE).unlink()


@pytest.fixture
def person(transactional_db: None) -> Person:
    unit = make_unit("CCKL", make_unit("SNN"), name="Chi cục Kiểm lâm")
    officer = make_user("yte", Role.HEALTH_OFFICER, unit)
    User.objects.filter(pk=officer.pk).update(full_name="Trần Thị Y Tế")
    officer.refresh_from_db()
    officer.phone = "0912345678"
    officer.save()
    AdministrativeUnit.objects.create(
        code="01", name="Thành phố Hà Nội", tier=AreaTier.PROVINCE, valid_from=datetime.date(2021, 1, 1)
    )
    return make_person(unit, "Nguyễn Thị Lan", user=make_user("lan"))


def user_of(person: Person) -> User:
    assert person.user
    return person.user


def test_all_clear_is_three_taps(
    phone: Page, person: Person, sign_in: SignIn, take_picture: Callable[..., None]
) -> None:
    sign_in(phone, user_of(person))
    phone.goto("/khai-bao/")
    expect(phone.locator("input:checked")).to_have_count(0)
    take_picture(phone, "khai-bao-360", full=True)
    phone.get_by_text(NO_SIGN).tap()
    phone.get_by_text(NO_CONTACT).tap()
    phone.get_by_role("button", name=SEND).tap()
    expect(phone.get_by_text("Đã gửi lúc 07:1")).to_be_visible()
    take_picture(phone, "khai-bao-ket-qua-360", full=True)
    assert serious_faults(phone) == []
    assert not has_sideways_scroll(phone)
    assert Declaration.objects.get().symptom_count == 0


def test_signs_without_javascript_open_by_style_alone(
    open_page: PageOf, person: Person, sign_in: SignIn, take_picture: Callable[..., None]
) -> None:
    page = open_page("phone", javascript=False)
    sign_in(page, user_of(person))
    page.goto("/khai-bao/")
    fever = page.get_by_text("Sốt (từ 37,5 °C")
    expect(fever).to_be_hidden()
    page.get_by_text("Có dấu hiệu", exact=True).tap()
    fever.tap()
    page.locator("#id_exposures_1").locator("xpath=..").tap()
    page.get_by_text("Đã đến, về từ hoặc đi qua nơi có dịch").tap()
    page.get_by_label("Nơi thứ 1").fill("ha noi")
    page.get_by_label("Nhiệt độ cơ thể").fill("38,5")
    take_picture(page, "khai-bao-co-dau-hieu-360", full=True)
    page.get_by_role("button", name=SEND).tap()
    expect(page.get_by_role("link", name="Gọi")).to_have_attribute("href", "tel:0912345678")
    take_picture(page, "khai-bao-can-cho-360", full=True)
    assert Declaration.objects.get().has_fever


def test_form_by_keyboard(pc: Page, person: Person, sign_in: SignIn) -> None:
    sign_in(pc, user_of(person))
    pc.goto("/khai-bao/")
    pc.locator("#id_signs_0").focus()
    pc.keyboard.press("Space")
    for key in ("Tab", "Space", "Tab", "Tab"):
        pc.keyboard.press(key)
    expect(pc.get_by_role("button", name=SEND)).to_be_focused()
    pc.keyboard.press("Enter")
    expect(pc.get_by_text("Đã gửi lúc")).to_be_visible()


def test_form_sent_back_keeps_what_was_given(screen: Page, person: Person, sign_in: SignIn) -> None:
    sign_in(screen, user_of(person))
    screen.goto("/khai-bao/")
    screen.get_by_text("Có dấu hiệu", exact=True).click()
    screen.get_by_text(NO_CONTACT).click()
    screen.get_by_label("Nhiệt độ cơ thể").fill("36,6")
    screen.get_by_role("button", name=SEND).click()
    expect(screen.get_by_role("alert")).to_contain_text("Chưa gửi")
    expect(screen.get_by_label("Nhiệt độ cơ thể")).to_have_value("36,6")
    assert serious_faults(screen) == []
    assert not has_sideways_scroll(screen)


@pytest.mark.parametrize("address", ["/khai-bao/", "/khai-bao/lich-su/", "/khai-bao/gio/"])
def test_page_has_no_serious_fault(
    screen: Page,
    person: Person,
    sign_in: SignIn,
    take_picture: Callable[..., None],
    monday_morning: Callable[[datetime.datetime], None],
    address: str,
) -> None:
    submit_declarations([new_declaration(person, at(7))], at=at(7))
    monday_morning(at(9))
    is_setting = address == "/khai-bao/gio/"
    sign_in(screen, make_user("vp", Role.OFFICE, person.posts.get().unit) if is_setting else user_of(person))
    screen.goto(address)
    expect(screen.locator("h1")).to_be_visible()
    take_picture(screen, f"{address.strip('/').replace('/', '-')}-sau-{screen.viewport_size['width']}", full=True)  # type: ignore[index]
    assert serious_faults(screen) == []
    assert not has_sideways_scroll(screen)
