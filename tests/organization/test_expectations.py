import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import (
    MONDAY,
    SATURDAY,
    START,
    make_absence,
    make_calendar_day,
    make_nobody,
    make_person,
    make_post,
    make_roster,
    make_secondment,
    make_shift,
    make_site,
    make_unit,
)
from vungxanh.organization.enums import AbsenceKind, CalendarDayKind, ContractKind, DayPart, WorkPattern
from vungxanh.organization.models import Person, Unit
from vungxanh.organization.queries.expectations import Expectation, all_expectations

pytestmark = pytest.mark.django_db
HOLIDAY = datetime.date(2021, 9, 2)
TUESDAY = MONDAY + datetime.timedelta(days=1)
MONDAY_WEDNESDAY = 0b0000101
BOTH, NEITHER = (True, True), (False, False)


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


def expected(person: Person, day: datetime.date) -> Expectation:
    (found,) = all_expectations(day, person_ids=[person.pk])
    return found


def windows(found: Expectation) -> tuple[bool, bool]:
    return found.expects_arrival, found.expects_leaving


@pytest.mark.parametrize(
    ("post", "day", "owed"),
    [
        ({}, MONDAY, BOTH),
        ({}, SATURDAY, NEITHER),
        ({}, HOLIDAY, NEITHER),
        ({"pattern": WorkPattern.WEEKDAYS, "weekdays": MONDAY_WEDNESDAY}, MONDAY, BOTH),
        ({"pattern": WorkPattern.WEEKDAYS, "weekdays": MONDAY_WEDNESDAY}, TUESDAY, NEITHER),
        ({"pattern": WorkPattern.WEEKDAYS, "weekdays": 0b0100000}, SATURDAY, BOTH),
        ({"pattern": WorkPattern.WEEKDAYS, "weekdays": 127}, HOLIDAY, NEITHER),
        ({"pattern": WorkPattern.ROSTER}, MONDAY, NEITHER),
        ({"contract": ContractKind.SUPPLIER}, MONDAY, BOTH),
    ],
)
def test_expectation_by_pattern_and_day(unit: Unit, post: dict[str, Any], day: datetime.date, owed: object) -> None:
    found = expected(make_person(unit, "Lê Thị An", **post), day)
    assert windows(found) == owed
    assert found.excuse == ("" if owed == BOTH else "DAY_OFF")
    assert found.is_counted == (post.get("contract") != ContractKind.SUPPLIER)


@pytest.mark.parametrize(
    ("kind", "remotely", "owed", "is_remote"),
    [
        (AbsenceKind.LEAVE, False, NEITHER, False),
        (AbsenceKind.SICK_LEAVE, False, NEITHER, False),
        (AbsenceKind.MATERNITY_LEAVE, False, NEITHER, False),
        (AbsenceKind.STUDY, False, NEITHER, False),
        (AbsenceKind.ISOLATION, True, NEITHER, False),
        (AbsenceKind.DUTY_TRAVEL, False, NEITHER, False),
        (AbsenceKind.DUTY_TRAVEL, True, BOTH, True),
        (AbsenceKind.AT_HOME, False, NEITHER, False),
        (AbsenceKind.AT_HOME, True, BOTH, True),
        (AbsenceKind.FIELD_WORK, False, BOTH, False),
    ],
)
def test_expectation_by_absence(unit: Unit, kind: AbsenceKind, remotely: bool, owed: object, is_remote: bool) -> None:
    person = make_person(unit, "Lê Thị An", site=make_site("TS", unit))
    make_absence(person, kind, declares_remotely=remotely)
    found = expected(person, MONDAY)
    assert (windows(found), found.is_remote) == (owed, is_remote)
    assert found.excuse == (kind if owed == NEITHER else "")
    if owed == BOTH:
        assert found.site_id is None


@pytest.mark.parametrize(
    ("parts", "owed", "excuse"),
    [
        ([DayPart.MORNING], (False, True), "LEAVE"),
        ([DayPart.AFTERNOON], (True, False), "LEAVE"),
        ([DayPart.MORNING, DayPart.AFTERNOON], NEITHER, "LEAVE"),
    ],
)
def test_expectation_when_absent_for_half_a_day(unit: Unit, parts: list[DayPart], owed: object, excuse: str) -> None:
    person = make_person(unit, "Lê Thị An")
    for part in parts:
        make_absence(person, AbsenceKind.LEAVE, part=part)
    found = expected(person, MONDAY)
    assert (windows(found), found.excuse) == (owed, excuse)


def test_expectation_when_absence_is_withdrawn_is_as_before(unit: Unit) -> None:
    person = make_person(unit, "Lê Thị An")
    make_absence(person, AbsenceKind.LEAVE, withdrawn_at=datetime.datetime(2021, 9, 19, tzinfo=datetime.UTC))
    assert windows(expected(person, MONDAY)) == BOTH


@pytest.mark.parametrize("kind", [CalendarDayKind.WORKING, CalendarDayKind.DAY_OFF])
def test_expectation_when_day_is_swapped(unit: Unit, kind: CalendarDayKind) -> None:
    day = SATURDAY if kind == CalendarDayKind.WORKING else MONDAY
    make_calendar_day(day, kind, unit)
    found = expected(make_person(unit, "Lê Thị An"), day)
    assert windows(found) == (BOTH if kind == CalendarDayKind.WORKING else NEITHER)


def test_expectation_of_a_night_shift_belongs_to_the_day_of_its_start(unit: Unit) -> None:
    person = make_person(unit, "Lê Thị An", pattern=WorkPattern.ROSTER)
    shift = make_shift(unit)
    make_roster(person, MONDAY, unit, shift=shift)
    first, second = expected(person, MONDAY), expected(person, TUESDAY)
    assert (windows(first), first.shift) == (BOTH, shift)
    assert (windows(second), second.shift, second.excuse) == (NEITHER, None, "DAY_OFF")


def test_expectation_when_on_duty_on_a_day_off(unit: Unit) -> None:
    site = make_site("CHOT", unit)
    person, other = make_person(unit, "Lê Thị An"), make_person(unit, "Lê Thị Bình")
    make_roster(person, SATURDAY, unit, site=site)
    found = expected(person, SATURDAY)
    assert (windows(found), found.site_id, found.excuse) == (BOTH, site.pk, "")
    assert windows(expected(other, SATURDAY)) == NEITHER


@pytest.mark.parametrize(("kind", "excuse"), [(AbsenceKind.ISOLATION, "ISOLATION"), (AbsenceKind.LEAVE, "DAY_OFF")])
def test_expectation_on_a_day_off_says_who_isolates(unit: Unit, kind: AbsenceKind, excuse: str) -> None:
    person = make_person(unit, "Lê Thị An")
    make_absence(person, kind, SATURDAY)
    found = expected(person, SATURDAY)
    assert (windows(found), found.excuse) == (NEITHER, excuse)


def test_expectation_when_on_duty_and_ill_is_excused(unit: Unit) -> None:
    person = make_person(unit, "Lê Thị An")
    make_roster(person, SATURDAY, unit)
    make_absence(person, AbsenceKind.SICK_LEAVE, SATURDAY)
    found = expected(person, SATURDAY)
    assert (windows(found), found.excuse) == (NEITHER, "SICK_LEAVE")


def test_expectation_when_seconded_counts_at_the_host_and_scores_at_home(unit: Unit) -> None:
    host = make_unit("TT", unit)
    site = make_site("TT1", host)
    person = make_person(unit, "Lê Thị An", site=make_site("CC1", unit))
    make_secondment(person, host, site=site, valid_from=MONDAY, valid_to=TUESDAY)
    during, after = expected(person, MONDAY), expected(person, TUESDAY)
    assert (during.unit_id, during.home_unit_id, during.site_id) == (host.pk, unit.pk, site.pk)
    assert (after.unit_id, after.home_unit_id) == (unit.pk, unit.pk)


def test_expectation_when_seconded_from_elsewhere_has_the_host_for_both(unit: Unit) -> None:
    person = make_nobody("Lê Thị An")
    make_secondment(person, unit)
    found = expected(person, MONDAY)
    assert (found.unit_id, found.home_unit_id) == (unit.pk, unit.pk)


def gone(person: Person, unit: Unit) -> None:
    person.posts.update(valid_to=MONDAY)


def not_yet(person: Person, unit: Unit) -> None:
    person.posts.update(valid_from=TUESDAY)


def merged(person: Person, unit: Unit) -> None:
    Person.objects.filter(pk=person.pk).update(merged_into=make_nobody("Lê Thị An"))


def ended(person: Person, unit: Unit) -> None:
    unit.versions.update(valid_to=MONDAY)


@pytest.mark.parametrize("change", [gone, not_yet, merged, ended])
def test_expectation_of_whoever_is_not_there_is_none(unit: Unit, change: Callable[[Person, Unit], None]) -> None:
    person = make_person(unit, "Lê Thị An")
    change(person, unit)
    assert all_expectations(MONDAY) == []


def test_expectation_when_transferred_follows_the_day(unit: Unit) -> None:
    other = make_unit("TT", unit)
    person = make_person(unit, "Lê Thị An", valid_to=TUESDAY)
    make_post(person, other, valid_from=TUESDAY)
    assert [expected(person, day).unit_id for day in (START, MONDAY, TUESDAY)] == [unit.pk, unit.pk, other.pk]


def test_expectations_ask_the_database_the_same_for_one_and_for_many(unit: Unit) -> None:
    def count() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            all_expectations(MONDAY)
        return len(queries)

    make_absence(make_person(unit, "Lê Thị An"), AbsenceKind.LEAVE)
    one = count()
    for number in range(5):
        make_roster(make_person(unit, f"Lê Thị An {number}"), MONDAY, unit, shift=make_shift(unit, str(number)))
    assert count() == one
