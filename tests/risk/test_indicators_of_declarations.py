"""Declarations and assessments, measured, are what stands in the tables, counted by hand in SQL; each planted record
changes the figure by itself alone."""

import datetime

import pytest

from tests.factories.organization import make_nobody
from tests.factories.risk import clock, make_person
from tests.measuring import by_hand, measured, part_and_whole, without_nothing
from tests.risk.measured_world import (
    ALL,
    AT,
    DAYS,
    FIRST,
    LAST,
    OF_DECLARATIONS,
    ONE,
    World,
    add_person_day,
    asked,
    change,
    come,
    judge,
)
from vungxanh.common.indicators import Asked, Measured
from vungxanh.organization.models import Person, Post
from vungxanh.risk.operations.unit_days import count_anew
from vungxanh.screening.enums import Excuse, Timeliness, Window
from vungxanh.screening.models import Declaration, PersonDay

pytestmark = pytest.mark.django_db

CAME = """
p.{name}_timeliness <> '' AND NOT EXISTS (SELECT 1 FROM screening_declaration d WHERE d.subject = p.subject
  AND d.day = p.day AND d."window" = '{window}' AND d.version = 1 AND d.received_at > %s)
"""


def came(window: str) -> str:
    return CAME.format(name=window, window=window.upper())


def declared_by_hand(window: str, members: list[int], question: Asked) -> tuple[int, int, int]:
    """Declared, in time, and due."""
    statement = f"""
    SELECT sum(CASE WHEN {came(window)} THEN 1 ELSE 0 END),
      sum(CASE WHEN p.{window}_timeliness IN ('EARLY', 'ON_TIME') AND {came(window)} THEN 1 ELSE 0 END),
      sum(CASE WHEN w.{window}_due_at < %s OR ({came(window)}) THEN 1 ELSE 0 END)
    FROM screening_personday p JOIN screening_daywindows w ON w.id = p.windows_id
    WHERE p.is_counted AND p.expects_{window} AND p.home_unit_id IN (%s...) AND p.day BETWEEN %s AND %s
    """
    at = question.at
    [row] = by_hand(statement, at, at, at, at, members, question.first, question.last)
    declared, in_time, due = (int(one or 0) for one in row)
    return declared, in_time, due


def assessed_by_hand(members: list[int], question: Asked) -> tuple[int, int]:
    judged = """EXISTS (SELECT 1 FROM risk_personassessment j WHERE j.subject = p.subject AND j.day <= p.day
      AND j."at" <= %s)"""
    statement = f"""
    SELECT sum(CASE WHEN {judged} THEN 1 ELSE 0 END), count(*) FROM screening_personday p
    WHERE p.is_counted AND (p.expects_arrival OR p.expects_leaving) AND p.home_unit_id IN (%s...)
      AND p.day BETWEEN %s AND %s
    """
    return part_and_whole(statement, question.at, members, question.first, min(question.last, question.today))


def all_by_hand(question: Asked) -> dict[str, dict[int, tuple[int, int]]]:
    """Of the indicators of declarations."""
    found: dict[str, dict[int, tuple[int, int]]] = {code: {} for code in OF_DECLARATIONS}
    for unit, members in question.members.items():
        arrived, arrived_in_time, arrival = declared_by_hand("arrival", list(members), question)
        left, left_in_time, leaving = declared_by_hand("leaving", list(members), question)
        found["screening.arrival_declared"][unit] = arrived, arrival
        found["screening.leaving_declared"][unit] = left, leaving
        found["screening.declared_in_time"][unit] = arrived_in_time + left_in_time, arrival + leaving
        found["risk.people_assessed"][unit] = assessed_by_hand(list(members), question)
    return {code: without_nothing(units) for code, units in found.items()}


def all_measured(question: Asked) -> dict[str, dict[int, Measured]]:
    return {code: measured(code, question) for code in OF_DECLARATIONS}


@pytest.fixture
def world() -> World:
    return World().with_people()


@pytest.mark.parametrize(
    ("first", "last", "at"),
    [
        (FIRST, LAST, AT),
        (FIRST, LAST, clock(12, day=LAST + 40 * ONE)),
        (FIRST, LAST, clock(7, 30, day=datetime.date(2021, 9, 20))),
        (datetime.date(2021, 9, 27), datetime.date(2021, 9, 29), AT),
        (FIRST, datetime.date(2021, 9, 8), AT),
        (datetime.date(2021, 1, 1), datetime.date(2021, 12, 31), AT),
    ],
    ids=["still open", "long over", "in the middle", "last days", "settled days", "a year"],
)
def test_declared_and_assessed_are_what_stands_in_the_tables(
    world: World, first: datetime.date, last: datetime.date, at: datetime.datetime
) -> None:
    question = asked(world.members, first=first, last=last, at=at)
    found = all_measured(question)
    assert found == all_by_hand(question)
    assert {len(units) for units in found.values()} == {3}
    assert all(0 < one.part < one.whole for one in found["screening.declared_in_time"].values())


def test_period_that_has_not_begun_measures_nothing(world: World) -> None:
    question = asked(world.members, first=LAST + ONE, last=LAST + 20 * ONE)
    assert {code: measured(code, question) for code in ALL} == {code: {} for code in ALL}


def differences(before: dict[str, dict[int, Measured]], question: Asked) -> dict[tuple[str, int], tuple[int, int]]:
    after = all_measured(question)
    assert after == all_by_hand(question)
    found = {}
    for code, units in after.items():
        for unit in units.keys() | before[code].keys():
            (part, whole), (old_part, old_whole) = units.get(unit, (0, 0)), before[code].get(unit, (0, 0))
            if (part, whole) != (old_part, old_whole):
                found[code, unit] = part - old_part, whole - old_whole
    return found


@pytest.mark.parametrize("day", [DAYS[2], DAYS[8]], ids=["settled", "of the last days"])
def test_one_declaration_more_or_later_changes_the_figures_by_one(world: World, day: datetime.date) -> None:
    a, person = world.units[0].pk, world.people[0]
    change(person, day, arrival_id=None, arrival_at=None, arrival_timeliness="")
    before = all_measured(world.question)
    row = PersonDay.objects.get(subject=person.pseudonym, day=day)
    Declaration.objects.filter(subject=person.pseudonym, day=day, window=Window.ARRIVAL).delete()
    come(row, Window.ARRIVAL, Timeliness.LATE)
    count_anew([day])
    assert differences(before, world.question) == {("screening.arrival_declared", a): (1, 0)}
    before = all_measured(world.question)
    change(person, day, arrival_timeliness=Timeliness.EARLY)
    assert differences(before, world.question) == {("screening.declared_in_time", a): (1, 0)}


@pytest.mark.parametrize("day", [DAYS[2], DAYS[8]], ids=["settled", "of the last days"])
def test_declaration_of_somebody_on_leave_and_of_a_supplier_changes_nothing(world: World, day: datetime.date) -> None:
    before = all_measured(world.question)
    for number in (1, 2):
        row = PersonDay.objects.get(subject=world.people[number].pseudonym, day=day)
        Declaration.objects.filter(subject=row.subject, day=day).delete()
        come(row, Window.ARRIVAL, Timeliness.LATE)
    count_anew([day])
    assert differences(before, world.question) == {}


@pytest.mark.parametrize("day", [DAYS[2], DAYS[8]], ids=["settled", "of the last days"])
def test_leave_recorded_later_excuses_the_day(world: World, day: datetime.date) -> None:
    c, person = world.units[2].pk, world.people[8]
    for name in ("arrival", "leaving"):
        change(person, day, **{f"{name}_id": None, f"{name}_at": None, f"{name}_timeliness": ""})
    before = all_measured(world.question)
    change(person, day, expects_arrival=False, expects_leaving=False, excuse=Excuse.SICK_LEAVE)
    assert differences(before, world.question) == {
        ("screening.arrival_declared", c): (0, -1),
        ("screening.leaving_declared", c): (0, -1),
        ("screening.declared_in_time", c): (0, -2),
        ("risk.people_assessed", c): (0, -1),
    }


@pytest.mark.parametrize("day", [DAYS[2], DAYS[8]], ids=["settled", "of the last days"])
def test_seconded_people_are_scored_at_home(world: World, day: datetime.date) -> None:
    b, person = world.units[1].pk, world.people[7]
    change(person, day, leaving_id=None, leaving_at=None, leaving_timeliness="")
    Declaration.objects.filter(subject=person.pseudonym, day=day, window=Window.LEAVING).delete()
    before = all_measured(world.question)
    come(PersonDay.objects.get(subject=person.pseudonym, day=day), Window.LEAVING, Timeliness.ON_TIME)
    count_anew([day])
    assert differences(before, world.question) == {
        ("screening.leaving_declared", b): (1, 0),
        ("screening.declared_in_time", b): (1, 0),
    }
    # Somebody who was two is one by now: the days keep the other pseudonym.
    other = make_nobody("Kia")
    Post.objects.filter(person=person).update(person=other)
    Person.objects.filter(pk=person.pk).update(merged_into=other)
    assert all_measured(world.question) == all_by_hand(world.question)


def test_paper_day_counts_by_its_own_time_once_it_is_entered(world: World) -> None:
    c, person, day = world.units[2].pk, world.people[9], datetime.date(2021, 9, 28)
    row = add_person_day(person, world.units[2], day)
    count_anew([day])
    before = all_measured(world.question)
    come(row, Window.ARRIVAL, Timeliness.ON_TIME, received_at=clock(17, day=LAST))
    count_anew([day])
    assert differences(before, world.question) == {}
    tomorrow = asked(world.members, at=clock(9, day=LAST + ONE))
    assert all_measured(tomorrow) == all_by_hand(tomorrow)
    entered = measured("screening.arrival_declared", tomorrow)[c]
    assert entered == before["screening.arrival_declared"][c]._replace(
        part=before["screening.arrival_declared"][c].part + 1
    )


def test_window_counts_when_it_is_over_or_its_declaration_is_there(world: World) -> None:
    person = make_person(world.units[3], "Mới")
    add_person_day(person, world.units[3], LAST)
    count_anew([LAST])
    d = world.units[3].pk

    def found(hour: int, minute: int) -> Measured | None:
        question = asked(world.members, at=clock(hour, minute, day=LAST))
        assert all_measured(question) == all_by_hand(question)
        return measured("screening.arrival_declared", question).get(d)

    assert (found(7, 59), found(8, 0), found(8, 1)) == (None, None, (0, 1))
    come(PersonDay.objects.get(subject=person.pseudonym, day=LAST), Window.ARRIVAL, Timeliness.ON_TIME)
    count_anew([LAST])
    assert (found(6, 59), found(7, 30), found(9, 0)) == (None, (1, 1), (1, 1))


def test_assessed_from_the_day_of_the_first_judgement_on(world: World) -> None:
    d, person = world.units[3].pk, make_person(world.units[3], "Mới")
    for day in DAYS[1:4]:
        add_person_day(person, world.units[3], day)
    count_anew(DAYS)
    assert measured("risk.people_assessed", world.question)[d] == (0, 3)
    judge(person, DAYS[2])
    assert measured("risk.people_assessed", world.question)[d] == (2, 3)
    judge(person, DAYS[1], at=AT + ONE)
    assert measured("risk.people_assessed", world.question)[d] == (2, 3)
    assert all_measured(world.question) == all_by_hand(world.question)
