"""Opening a day and following what changes."""

import datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import (
    MONDAY,
    SATURDAY,
    clock,
    make_absence,
    make_person,
    make_roster,
    make_secondment,
    make_shift,
    make_site,
    make_unit,
)
from vungxanh.organization.enums import AbsenceKind, ContractKind, DayPart, WorkPattern
from vungxanh.organization.models import Person, Post, Unit
from vungxanh.organization.signals import people_changed, working_days_changed
from vungxanh.screening.models import DayWindows, PersonDay, WindowSetting
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + datetime.timedelta(days=1)


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person(unit, "Nguyễn Thị Ánh")


def day_of(person: Person, day: datetime.date = MONDAY) -> PersonDay:
    return PersonDay.objects.select_related("windows").get(subject=person.pseudonym, day=day)


def declared(row: PersonDay) -> PersonDay:
    row.arrival_id, row.arrival_at, row.arrival_timeliness = 1, clock(7), "ON_TIME"
    row.save()
    return row


def local(moment: datetime.datetime) -> str:
    return f"{(moment + datetime.timedelta(hours=7)):%d %H:%M}"


def test_open_when_working_day_expects_both_windows(person: Person, unit: Unit) -> None:
    assert open_day(MONDAY, at=clock(0)) == 1
    row = day_of(person)
    assert (row.expects_arrival, row.expects_leaving, row.excuse, row.unit_id) == (True, True, "", unit.pk)
    assert (local(row.windows.arrival_due_at), local(row.windows.leaving_opens_at)) == ("20 07:45", "20 15:00")


def test_open_when_done_twice_changes_nothing(person: Person) -> None:
    open_day(MONDAY, at=clock(0))
    before = list(PersonDay.objects.values()), list(DayWindows.objects.values())
    open_day(MONDAY, at=clock(1))
    assert (list(PersonDay.objects.values()), list(DayWindows.objects.values())) == before


def test_open_again_never_touches_what_was_declared(person: Person) -> None:
    open_day(MONDAY, at=clock(0))
    declared(day_of(person))
    make_absence(person, AbsenceKind.LEAVE)
    open_day(MONDAY, at=clock(8))
    row = day_of(person)
    assert (row.excuse, row.expects_arrival) == ("LEAVE", False)
    assert (row.arrival_id, row.arrival_timeliness) == (1, "ON_TIME")


@pytest.mark.parametrize(("part", "expected"), [(DayPart.MORNING, (False, True)), (DayPart.AFTERNOON, (True, False))])
def test_open_when_away_for_half_a_day_expects_the_other(
    person: Person, part: DayPart, expected: tuple[bool, bool]
) -> None:
    make_absence(person, AbsenceKind.LEAVE, part=part)
    open_day(MONDAY, at=clock(0))
    row = day_of(person)
    assert ((row.expects_arrival, row.expects_leaving), row.excuse) == (expected, "LEAVE")


def test_open_when_day_off_expects_the_duty_only(person: Person, unit: Unit) -> None:
    duty = make_person(unit, "Trần Trực")
    make_roster(duty, SATURDAY, unit)
    open_day(SATURDAY, at=clock(0, day=SATURDAY))
    assert (day_of(person, SATURDAY).excuse, day_of(person, SATURDAY).expects_arrival) == ("DAY_OFF", False)
    assert day_of(duty, SATURDAY).expects_arrival
    assert day_of(duty, SATURDAY).windows == day_of(person, SATURDAY).windows


def test_open_when_night_shift_ends_the_next_morning(unit: Unit) -> None:
    guard = make_person(unit, "Lê Gác", pattern=WorkPattern.ROSTER, contract=ContractKind.SUPPLIER)
    make_roster(guard, MONDAY, unit, shift=make_shift(unit))
    open_day(MONDAY, at=clock(0))
    row = day_of(guard)
    assert (row.is_counted, row.expects_arrival) == (False, True)
    assert local(row.windows.arrival_starts_at) == "20 21:00"
    assert (local(row.windows.leaving_starts_at), local(row.windows.leaving_due_at)) == ("21 05:30", "21 07:00")


def test_open_when_seconded_counts_at_the_host(person: Person, unit: Unit) -> None:
    host = make_unit("KHAC", unit)
    make_secondment(person, host)
    open_day(MONDAY, at=clock(0))
    assert (day_of(person).unit_id, day_of(person).home_unit_id) == (host.pk, unit.pk)


def setting(valid_from: datetime.date, due: int, **place: Any) -> WindowSetting:
    hours = {"arrival": (4, 5, due, 12), "leaving": (14, 15, 19, 22)}
    names = ("opens", "starts", "due", "closes")
    times = {f"{w}_{n}": datetime.time(h) for w in hours for n, h in zip(names, hours[w], strict=True)}
    return WindowSetting.objects.create(valid_from=valid_from, reason="Giờ mùa hè", **place, **times)


def test_windows_when_site_and_units_differ_take_the_nearest(unit: Unit, person: Person) -> None:
    station, site = make_unit("TRAM", unit), make_site("CONG", unit)
    below = make_person(station, "Trạm Viên")
    at_site = make_person(unit, "Cổng Viên", site=site)
    other = make_person(make_unit("KHAC"), "Người Khác")
    setting(TUESDAY, 6, unit=unit)
    setting(MONDAY, 7, unit=unit)
    setting(MONDAY, 8, site=site)
    open_day(MONDAY, at=clock(0))
    dues = [local(day_of(one).windows.arrival_due_at) for one in (person, below, at_site, other)]
    assert dues == ["20 07:00", "20 07:00", "20 08:00", "20 07:45"]
    open_day(TUESDAY, at=clock(1))
    assert local(day_of(person, TUESDAY).windows.arrival_due_at) == "21 06:00"


def test_post_when_ended_drops_the_row_unless_declared(person: Person, unit: Unit) -> None:
    gone = make_person(unit, "Phạm Đi")
    open_day(MONDAY, at=clock(0))
    declared(day_of(person))
    Post.objects.update(valid_to=MONDAY)
    people_changed.send(Post, people={person.pk, gone.pk}, first_day=MONDAY, at=clock(9))
    assert not PersonDay.objects.filter(subject=gone.pseudonym).exists()
    row = day_of(person)
    assert (row.is_counted, row.expects_leaving, row.arrival_id) == (False, False, 1)


def test_absence_when_announced_changes_the_opened_days_of_its_span_only(person: Person, unit: Unit) -> None:
    other = make_person(unit, "Lê Khác")
    for day in (MONDAY, TUESDAY):
        open_day(day, at=clock(0))
    make_absence(person, AbsenceKind.SICK_LEAVE, TUESDAY)
    make_absence(other, AbsenceKind.SICK_LEAVE, TUESDAY)
    working_days_changed.send(Post, people={person.pk}, first_day=TUESDAY, last_day=TUESDAY, at=clock(9))
    excuses = [day_of(one, day).excuse for one, day in ((person, MONDAY), (person, TUESDAY), (other, TUESDAY))]
    assert excuses == ["", "SICK_LEAVE", ""]


def test_day_when_not_opened_stays_closed_on_changes(person: Person) -> None:
    working_days_changed.send(Post, people=None, first_day=MONDAY, last_day=None, at=clock(9))
    assert not PersonDay.objects.exists()


def test_open_when_more_people_takes_no_more_queries(unit: Unit) -> None:
    def queries(people: int) -> int:
        for number in range(people):
            make_person(unit, f"Người {people}-{number}")
        with CaptureQueriesContext(connection) as seen:
            open_day(MONDAY, at=clock(0))
        return len(seen)

    queries(1)
    assert queries(1) == queries(40)


def test_person_day_when_twice_on_a_day_is_refused_by_the_database(person: Person) -> None:
    open_day(MONDAY, at=clock(0))
    row = day_of(person)
    row.pk = None
    with pytest.raises(IntegrityError, match=r"personday_once|subject"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize("fields", [{"arrival_id": 1}, {"leaving_timeliness": "LATE"}, {"excuse": "LEAVE"}])
def test_person_day_when_half_written_is_refused_by_the_database(person: Person, fields: dict[str, object]) -> None:
    open_day(MONDAY, at=clock(0))
    with pytest.raises(IntegrityError, match="personday_"), transaction.atomic():
        PersonDay.objects.filter(subject=person.pseudonym).update(**fields)
