"""A shared device: it knows nobody for longer than it must, and shows nothing but itself."""

import datetime
import re
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.core.cache import cache
from django.test import Client

from tests.factories.accounts import PASSWORD
from tests.factories.organization import make_nobody, make_person, make_post, make_site
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from vungxanh.accounts.models import User
from vungxanh.admission.rulebook import KIOSK
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.screening.models import Declaration
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
RULE = KIOSK.current().in_force(MONDAY)
SEVEN = clock(7)
START, FORM, DONE, LEAVE = (f"/khai-bao/may-chung/{part}" for part in ("", "to-khai/", "da-nhan/", "dong/"))


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Empty counts; the device's idle time goes along with the agency's clock here."""
    real = clocks.real_now
    monkeypatch.setattr(clocks, "real_now", lambda: clocks._given.get() or real())
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def agency() -> SimpleNamespace:
    root = make_unit("SO")
    unit = make_unit("CC", root)
    make_site("CC-1", unit)
    lan = make_nobody("Trần Thị Lan", phone="+84912345678", identity_number="026185001234")
    make_post(lan, unit)
    users = {"baove": make_user("baove", Role.GUARD, unit), "dauloi": make_user("dauloi", Role.UNIT_CLERK, unit)}
    nobody = make_person(unit, "Lê Văn Không")
    open_day(MONDAY, at=clock(4))
    return SimpleNamespace(lan=lan, nobody=nobody, users=users)


@pytest.fixture
def device(agency: SimpleNamespace) -> Client:
    """Opened by the guard."""
    client = Client()
    client.force_login(agency.users["baove"], BACKEND)
    assert post(client, START, site="CC-1") == 302
    return client


def post(client: Client, path: str, at: datetime.datetime = SEVEN, **given: str) -> int:
    with clocks.at(at):
        return client.post(path, given).status_code


def page_of(client: Client, path: str, at: datetime.datetime = SEVEN) -> str:
    with clocks.at(at):
        return client.get(path, follow=True).content.decode()


def answers(page: str, **more: str) -> dict[str, str]:
    found = re.search(r'name="client_uuid" value="([^"]+)"', page)
    assert found
    given = {"client_uuid": found[1], "window": "ARRIVAL", "signs": "NONE", "exposures": "NONE", "attested": "yes"}
    return {**given, **more}


@pytest.mark.parametrize("digits", ["5678", "1234"])
def test_person_declares_and_is_forgotten(agency: SimpleNamespace, device: Client, digits: str) -> None:
    assert post(device, START, staff_code=agency.lan.staff_code.lower(), digits=digits) == 302
    page = page_of(device, FORM)
    assert "Trần Thị Lan" in page
    assert "checked" not in page
    assert post(device, FORM, **answers(page)) == 302
    done = page_of(device, DONE)
    assert "Đã nhận" in done
    assert "Thị Lan" not in done
    row = Declaration.objects.get()
    assert (row.subject, row.channel, row.entered_by_id) == (
        agency.lan.pseudonym,
        "KIOSK",
        agency.users["baove"].pk,
    )
    for path in (START, FORM, DONE):
        later = page_of(device, path)
        assert "Thị Lan" not in later
        assert "Mã cán bộ" in later


@pytest.mark.parametrize(
    ("code", "digits"),
    [("{lan}", "0000"), ("{lan}", ""), ("{lan}", "12345"), ("KHONG-CO", "5678"), ("{nobody}", "0000")],
)
def test_person_who_does_not_know_the_digits_is_not_let_on(
    agency: SimpleNamespace, device: Client, code: str, digits: str
) -> None:
    code = code.format(lan=agency.lan.staff_code, nobody=agency.nobody.staff_code)
    assert post(device, START, staff_code=code, digits=digits) == 422
    assert "Mã cán bộ" in page_of(device, FORM)


def test_guessing_is_stopped(agency: SimpleNamespace, device: Client) -> None:
    for _time in range(RULE.tries):
        assert post(device, START, staff_code=agency.lan.staff_code, digits="0000") == 422
    assert post(device, START, staff_code=agency.lan.staff_code, digits="5678") == 422


def test_idle_device_forgets_who_stood_there(agency: SimpleNamespace, device: Client) -> None:
    post(device, START, staff_code=agency.lan.staff_code, digits="5678")
    late = clock(7) + datetime.timedelta(seconds=RULE.idle_seconds + 1)
    assert "Thị Lan" not in page_of(device, FORM, late)
    with clocks.at(late):
        assert device.get(START).headers["Refresh"] == f"{RULE.idle_seconds}; url={START}"


@pytest.mark.parametrize("path", ["/", "/khai-bao/", "/khai-bao/lich-su/", "/tai-khoan/", "/khach-tai-cong/"])
def test_device_shows_nothing_but_itself(device: Client, path: str) -> None:
    with clocks.at(clock(7)):
        assert device.get(path).headers.get("Location") == START


def test_device_is_closed_by_the_password_alone(agency: SimpleNamespace, device: Client) -> None:
    assert post(device, LEAVE, password="sai-mat-khau") == 422
    assert post(device, LEAVE, password=PASSWORD) == 302
    with clocks.at(clock(7)):
        assert device.get("/khai-bao/tai-cong/").status_code == 200


def test_device_is_not_closed_by_guessing(device: Client) -> None:
    for _time in range(RULE.tries):
        post(device, LEAVE, password="sai-mat-khau")
    assert post(device, LEAVE, password=PASSWORD) == 422


@pytest.mark.parametrize("site", ["KH-1", ""])
def test_device_of_another_site_is_not_opened(agency: SimpleNamespace, site: str) -> None:
    make_site("KH-1", make_unit("KH"))
    client = Client()
    client.force_login(agency.users["baove"], BACKEND)
    assert post(client, START, site=site) == 200
    assert "kiosk" not in client.session


def test_device_is_opened_by_those_of_the_site_alone(agency: SimpleNamespace) -> None:
    stranger: User = make_user("la")
    client = Client()
    client.force_login(stranger, BACKEND)
    with clocks.at(clock(7)):
        assert client.get(START).status_code == 404
        assert client.post(START, {"site": "CC-1"}).status_code == 404
        assert client.get(FORM).headers["Location"] == START


def test_one_with_nothing_to_declare_is_not_told_that_it_is_in(agency: SimpleNamespace, device: Client) -> None:
    night = clock(2)
    assert post(device, START, at=night, staff_code=agency.lan.staff_code, digits="5678") == 302
    page = page_of(device, FORM, night)
    assert [words in page for words in ("Bây giờ chưa phải khai", "Đã nhận tờ khai")] == [True, False]
    assert not Declaration.objects.exists()
