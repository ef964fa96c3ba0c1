"""Absences, the calendar, shifts and the roster: one by one, by grid and by list; what is announced of them."""

import datetime
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.organization import (
    MONDAY,
    SATURDAY,
    clock,
    make_absence,
    make_holder,
    make_person,
    make_roster,
    make_shift,
    make_site,
    make_unit,
)
from tests.factories.staff_lists import workbook_of
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.organization.enums import AbsenceKind, CalendarDayKind, DayPart, Role, RosterKind
from vungxanh.organization.imports.columns import ABSENCE_COLUMNS, ROSTER_COLUMNS
from vungxanh.organization.models import Absence, CalendarDay, Person, RosterEntry, Shift, Unit
from vungxanh.organization.operations.absences import import_absences
from vungxanh.organization.operations.lists import ImportResult
from vungxanh.organization.operations.places import PlaceChangeError, define_shift
from vungxanh.organization.operations.roster import Placed, import_roster, placed_by, save_roster
from vungxanh.organization.operations.workdays import (
    WorkdayError,
    clear_calendar_day,
    record_absence,
    set_calendar_day,
    set_roster,
    withdraw_absence,
)
from vungxanh.organization.queries.shifts import all_shifts_for
from vungxanh.organization.signals import working_days_changed

pytestmark = pytest.mark.django_db
AT = clock(9)
TUESDAY = MONDAY + datetime.timedelta(days=1)


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def head(unit: Unit) -> User:
    return make_holder("truong", Role.UNIT_HEAD, unit)


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person(unit, "Lê Thị An")


@pytest.fixture
def told() -> Iterator[list[dict[str, Any]]]:
    """What was announced while the test ran."""
    heard: list[dict[str, Any]] = []

    def listen(sender: object, **news: Any) -> None:
        heard.append({key: news[key] for key in ("people", "first_day", "last_day")})

    working_days_changed.connect(listen)
    yield heard
    working_days_changed.disconnect(listen)


def absent(person: Person, head: User, first: datetime.date = MONDAY, **more: Any) -> Absence:
    given = {"kind": AbsenceKind.LEAVE, "last_day": first, "actor": head, "at": AT}
    return record_absence(person, first_day=first, **{**given, **more})


def test_absence_when_recorded_and_withdrawn_is_announced_and_kept(person: Person, head: User, told: list) -> None:
    absence = absent(person, head, last_day=TUESDAY)
    withdraw_absence(absence, actor=head, at=AT)
    assert told == [{"people": {person.pk}, "first_day": MONDAY, "last_day": TUESDAY}] * 2
    absence.refresh_from_db()
    assert absence.withdrawn_at == AT
    absent(person, head, last_day=TUESDAY)


@pytest.mark.parametrize(
    "again",
    [
        {"last_day": TUESDAY},
        {"part": DayPart.MORNING},
        {"kind": AbsenceKind.DUTY_TRAVEL},
    ],
)
def test_absence_when_another_stands_in_these_days_is_refused(person: Person, head: User, again: dict) -> None:
    absent(person, head)
    with pytest.raises(WorkdayError):
        absent(person, head, **again)


def test_absence_when_of_the_other_half_stands_beside(person: Person, head: User) -> None:
    absent(person, head, part=DayPart.MORNING)
    absent(person, head, part=DayPart.AFTERNOON, kind=AbsenceKind.DUTY_TRAVEL)
    assert Absence.objects.count() == 2


@pytest.mark.parametrize(
    "wrong", [{"first": TUESDAY, "last_day": MONDAY}, {"part": DayPart.MORNING, "last_day": TUESDAY}]
)
def test_absence_when_days_make_no_sense_is_refused(person: Person, head: User, wrong: dict) -> None:
    with pytest.raises(WorkdayError):
        absent(person, head, **wrong)


def test_absence_constraints(person: Person) -> None:
    for wrong in ({"last_day": MONDAY - datetime.timedelta(days=1)}, {"part": DayPart.MORNING, "last_day": TUESDAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_absence(person, AbsenceKind.LEAVE, **wrong)


def test_calendar_day_when_set_twice_is_one_and_when_cleared_gone(unit: Unit, told: list) -> None:
    office = make_holder("vanphong", Role.OFFICE, unit)
    for kind in CalendarDayKind:
        day = set_calendar_day(SATURDAY, kind=kind, unit=unit, reason="Bù", actor=office, at=AT)
    assert CalendarDay.objects.get().kind == CalendarDayKind.DAY_OFF
    clear_calendar_day(day, actor=office, at=AT)
    assert not CalendarDay.objects.exists()
    assert told == [{"people": None, "first_day": SATURDAY, "last_day": SATURDAY}] * 3
    with pytest.raises(PermissionDenied):
        set_calendar_day(SATURDAY, kind=kind, unit=None, reason="Bù", actor=office, at=AT)


def test_calendar_day_constraints(unit: Unit) -> None:
    for where in (unit, None):
        CalendarDay.objects.create(date=SATURDAY, kind="WORKING", reason="x", unit=where)
        with pytest.raises(IntegrityError), transaction.atomic():
            CalendarDay.objects.create(date=SATURDAY, kind="DAY_OFF", reason="y", unit=where)


def test_roster_when_set_again_replaces(unit: Unit, person: Person, head: User) -> None:
    day, night = make_shift(unit, "NGAY"), make_shift(unit, "DEM")
    for shift in (day, night):
        set_roster(person, MONDAY, kind=RosterKind.SHIFT, unit=unit, shift=shift, actor=head, at=AT)
    assert RosterEntry.objects.get().shift == night
    with pytest.raises(WorkdayError):
        set_roster(person, MONDAY, kind=RosterKind.SHIFT, unit=unit, actor=head, at=AT)


def test_roster_constraints(unit: Unit, person: Person) -> None:
    make_roster(person, MONDAY, unit)
    for wrong in ({}, {"kind": RosterKind.SHIFT}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_roster(person, MONDAY, unit, **wrong)


def test_roster_of_a_month_writes_what_changed_and_says_so_once(
    unit: Unit, person: Person, head: User, told: list
) -> None:
    other, night = make_person(unit, "Lê Thị Bình"), Placed(make_shift(unit))
    make_roster(other, MONDAY, unit)
    wanted = {(person.pk, MONDAY): night, (person.pk, SATURDAY): Placed(None), (other.pk, MONDAY): None}
    assert save_roster(unit, wanted, actor=head, at=AT) == 3
    rows = RosterEntry.objects.order_by("date").values_list("person_id", "date", "kind")
    assert list(rows) == [(person.pk, MONDAY, "SHIFT"), (person.pk, SATURDAY, "DUTY")]
    assert told == [{"people": {person.pk, other.pk}, "first_day": MONDAY, "last_day": SATURDAY}]
    assert save_roster(unit, wanted, actor=head, at=AT) == 0
    assert (len(told), AuditEvent.objects.filter(action="organization.save_roster").count()) == (1, 1)


def test_roster_by_a_stranger_is_refused(unit: Unit, person: Person) -> None:
    with pytest.raises(PermissionDenied):
        save_roster(unit, {(person.pk, MONDAY): None}, actor=make_holder("k", Role.GUARD, unit), at=AT)


def test_shift_when_defined_is_known_below_and_its_code_is_taken(unit: Unit, head: User) -> None:
    given = {"name": "Ca đêm", "starts": datetime.time(22), "ends": datetime.time(6), "actor": head, "at": AT}
    shift = define_shift("DEM", unit=unit, **given)
    station = make_unit("TRAM", unit)
    assert all_shifts_for(station.pk, on=MONDAY) == {"DEM": shift}
    assert placed_by("dem", {"DEM": shift}) == Placed(shift)
    assert placed_by("TRUC", {}) == Placed(None)
    for code in ("DEM", "TRUC"):
        with pytest.raises(PlaceChangeError):
            define_shift(code, unit=unit, **given)
    with pytest.raises(WorkdayError):
        placed_by("KHAC", {"DEM": shift})
    with pytest.raises(IntegrityError), transaction.atomic():
        Shift.objects.create(unit=unit, code="DEM", name="x", starts=shift.starts, ends=shift.ends)


def run_absences(rows: list[dict[str, str]], **more: Any) -> ImportResult:
    given = {"file_name": "vang.xlsx", "dry_run": False, "actor": None, "at": AT}
    return import_absences(workbook_of(ABSENCE_COLUMNS, rows), **{**given, **more})


def absence_row(person: Person, **more: str) -> dict[str, str]:
    given = {"kind": "Nghỉ phép", "first_day": "20/09/2021", "last_day": "21/09/2021"}
    return {"staff_code": person.staff_code, **given, **more}


def test_absences_when_imported_twice_are_recorded_once(person: Person, told: list) -> None:
    rows = [absence_row(person), absence_row(person, first_day="22/09/2021", last_day="22/09/2021", part="Sáng")]
    assert run_absences(rows, dry_run=True).created == 2
    first, second = run_absences(rows), run_absences(rows)
    assert (first.created, second.created, second.unchanged, Absence.objects.count()) == (2, 0, 2, 2)
    assert told[-1] == {"people": {person.pk}, "first_day": MONDAY, "last_day": MONDAY + datetime.timedelta(days=2)}


@pytest.mark.parametrize(
    ("wrong", "cell"),
    [
        ({"staff_code": "KHONG"}, "A2"),
        ({"kind": "Đi chơi"}, "B2"),
        ({"first_day": "31/09/2021"}, "C2"),
        ({"last_day": "19/09/2021"}, "D2"),
        ({"last_day": "19/09/2023"}, "D2"),
        ({"part": "Sáng"}, "E2"),
        ({"declares_remotely": "Có lẽ"}, "F2"),
    ],
)
def test_absences_when_one_line_is_wrong_name_the_cell_and_record_none(
    person: Person, wrong: dict[str, str], cell: str
) -> None:
    result = run_absences([absence_row(person, **wrong), absence_row(person)])
    assert [fault.split(":")[0] for fault in result.faults] == [cell]
    assert not Absence.objects.exists()


def test_absences_when_they_overlap_or_are_of_somebody_else_are_refused(person: Person, head: User) -> None:
    other = make_person(make_unit("TT"), "Lê Thị Bình")
    rows = [absence_row(person), absence_row(person, kind="Nghỉ ốm"), absence_row(other)]
    result = run_absences(rows, actor=head)
    assert [fault.split(":")[0] for fault in result.faults] == ["C3", "A4"]


def roster_row(person: Person, **more: str) -> dict[str, str]:
    return {"staff_code": person.staff_code, "date": "20/09/2021", "shift_code": "DEM", **more}


def test_roster_when_imported_places_people_and_twice_changes_nothing(unit: Unit, person: Person, head: User) -> None:
    shift, site = make_shift(unit), make_site("CHOT", unit)
    rows = [roster_row(person, site_code="chot"), roster_row(person, date="25/09/2021", shift_code="truc")]
    content = workbook_of(ROSTER_COLUMNS, rows)
    results = [
        import_roster(content, unit=unit, file_name="a", dry_run=dry, actor=head, at=AT) for dry in (True, False, False)
    ]
    assert [(one.created, one.unchanged) for one in results] == [(2, 0), (2, 0), (0, 2)]
    placed = RosterEntry.objects.order_by("date").values_list("shift_id", "site_id", "kind")
    assert list(placed) == [(shift.pk, site.pk, "SHIFT"), (None, None, "DUTY")]


@pytest.mark.parametrize(
    ("wrong", "cell"),
    [
        ({"staff_code": "KHONG"}, "A3"),
        ({"date": "20-2021"}, "B3"),
        ({}, "B3"),
        ({"shift_code": "KHAC"}, "C3"),
        ({"site_code": "KHAC"}, "D3"),
    ],
)
def test_roster_when_one_line_is_wrong_names_the_cell_and_places_nobody(
    unit: Unit, person: Person, head: User, wrong: dict[str, str], cell: str
) -> None:
    make_shift(unit)
    second = {"date": "21/09/2021", **wrong} if wrong else {}
    content = workbook_of(ROSTER_COLUMNS, [roster_row(person), roster_row(person, **second)])
    result = import_roster(content, unit=unit, file_name="a", dry_run=False, actor=head, at=AT)
    assert [fault.split(":")[0] for fault in result.faults] == [cell]
    assert not RosterEntry.objects.exists()
