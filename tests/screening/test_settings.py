"""Times that differ for a unit or a site: the operation and its page."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import MONDAY, clock, make_holder, make_person, make_site, make_unit
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.screening.models import PersonDay, WindowSetting
from vungxanh.screening.operations import WindowOrderError, WindowStartError, open_day, set_windows

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + datetime.timedelta(days=1)
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
HOURS = {"arrival": (4, 5, 7, 12), "leaving": (14, 15, 19, 22)}
TIMES = {
    f"{window}_{name}": datetime.time(hour)
    for window, hours in HOURS.items()
    for name, hour in zip(("opens", "starts", "due", "closes"), hours, strict=True)
}


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def office(unit: Unit) -> User:
    return make_holder("vanphong", Role.OFFICE, unit)


def test_set_when_day_is_open_already_moves_its_windows(unit: Unit, office: User) -> None:
    make_person(unit, "Nguyễn Thị Ánh")
    open_day(TUESDAY, at=clock(8))
    set_windows(unit, times=TIMES, valid_from=TUESDAY, reason="Giờ mùa hè", actor=office, at=clock(9))
    windows = PersonDay.objects.select_related("windows").get().windows
    assert (windows.arrival_due_at, windows.leaving_due_at) == (clock(7, day=TUESDAY), clock(19, day=TUESDAY))
    event = AuditEvent.objects.get(action="screening.set_windows")
    assert (event.actor_id, event.unit_id, event.detail["arrival_due"]) == (office.pk, unit.pk, "07:00")


def test_set_again_for_the_same_day_replaces(unit: Unit, office: User) -> None:
    make_person(unit, "Nguyễn Thị Ánh")
    open_day(TUESDAY, at=clock(8))
    for hour in (6, 7):
        times = {**TIMES, "arrival_due": datetime.time(hour)}
        set_windows(unit, times=times, valid_from=TUESDAY, reason="Giờ mùa hè", actor=office, at=clock(9))
    assert WindowSetting.objects.count() == 1
    assert PersonDay.objects.select_related("windows").get().windows.arrival_due_at == clock(7, day=TUESDAY)


def test_set_when_today_has_begun_is_refused(unit: Unit, office: User) -> None:
    with pytest.raises(WindowStartError):
        set_windows(unit, times=TIMES, valid_from=MONDAY, reason="x", actor=office, at=clock(9))


def test_set_when_times_do_not_follow_is_refused(unit: Unit, office: User) -> None:
    times = {**TIMES, "leaving_due": datetime.time(14, 30)}
    with pytest.raises(WindowOrderError) as refused:
        set_windows(unit, times=times, valid_from=TUESDAY, reason="x", actor=office, at=clock(9))
    assert list(refused.value.message_dict) == ["leaving_opens"]


def test_set_from_a_mistyped_year_is_refused(unit: Unit, office: User) -> None:
    with pytest.raises(WindowStartError, match="21/09/2199 quá xa, muộn nhất là 21/09/2022"):
        set_windows(unit, times=TIMES, valid_from=TUESDAY.replace(year=2199), reason="x", actor=office, at=clock(9))
    assert not WindowSetting.objects.exists()


@pytest.mark.parametrize("role", [Role.UNIT_HEAD, Role.HEALTH_OFFICER, Role.DIRECTOR])
def test_set_when_by_another_role_is_refused(unit: Unit, role: Role) -> None:
    with pytest.raises(PermissionDenied):
        set_windows(unit, times=TIMES, valid_from=TUESDAY, reason="x", actor=make_holder("ai", role, unit), at=clock(9))


def test_set_when_unit_is_another_is_refused(unit: Unit, office: User) -> None:
    with pytest.raises(PermissionDenied):
        set_windows(
            make_site("XA", make_unit("KHAC")), times=TIMES, valid_from=TUESDAY, reason="x", actor=office, at=clock(9)
        )


@pytest.mark.parametrize("fields", [{"arrival_due": datetime.time(4)}, {"unit": None}])
def test_setting_when_wrong_is_refused_by_the_database(unit: Unit, fields: dict[str, object]) -> None:
    given = {"unit": unit, "valid_from": TUESDAY, "reason": "x", **TIMES}
    with pytest.raises(IntegrityError, match="windowsetting_"), transaction.atomic():
        WindowSetting.objects.create(**{**given, **fields})


def filled(place: str, **more: str) -> dict[str, str]:
    times = {name: f"{time:%H:%M}" for name, time in TIMES.items()}
    return {"place": place, "valid_from": "2021-09-21", "reason": "Giờ mùa hè", **times, **more}


def test_page_when_filled_keeps_the_times(unit: Unit, office: User, client: Client) -> None:
    site = make_site("TRAM", unit)
    client.force_login(office, BACKEND)
    with clocks.at(clock(9)):
        assert "07:45" in client.get("/khai-bao/gio/").content.decode()
        answer = client.post("/khai-bao/gio/", filled(f"site:{site.pk}"), follow=True)
    assert WindowSetting.objects.get().site == site
    assert "05:00–07:00" in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "shown"),
    [
        ({"arrival_due": "04:30"}, "theo thứ tự"),
        ({"valid_from": "2021-09-20"}, "ngày mai"),
        ({"arrival_due": "25:00"}, "arrival_due_error"),
        ({"place": "unit:999"}, "place_error"),
    ],
)
def test_page_when_wrong_keeps_what_was_typed(
    unit: Unit, office: User, client: Client, change: dict[str, str], shown: str
) -> None:
    client.force_login(office, BACKEND)
    with clocks.at(clock(9)):
        answer = client.post("/khai-bao/gio/", {**filled(f"unit:{unit.pk}"), **change})
    assert answer.status_code == 422
    assert shown in answer.content.decode()
    assert "Giờ mùa hè" in answer.content.decode()
    assert not WindowSetting.objects.exists()


def test_page_when_more_settings_takes_no_more_queries(unit: Unit, office: User, client: Client) -> None:
    client.force_login(office, BACKEND)

    def queries(first: int, last: int) -> int:
        for number in range(first, last):
            day = TUESDAY + datetime.timedelta(days=number)
            WindowSetting.objects.create(site=make_site(f"S{number}", unit), valid_from=day, reason="x", **TIMES)
        with clocks.at(clock(9)), CaptureQueriesContext(connection) as seen:
            assert client.get("/khai-bao/gio/").status_code == 200
        return len(seen)

    queries(0, 1)
    assert queries(1, 2) == queries(2, 4)
