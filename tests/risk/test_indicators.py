"""What risk measures for the movement is what stands in the tables, counted by hand in SQL; each planted record changes
the figure by itself alone, and nothing grows with units or days but the rows."""

import datetime
from collections.abc import Collection, Sequence

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_roster
from tests.factories.risk import clock, make_person, make_unit, make_user
from tests.measuring import by_hand, check_records, measured, part_and_whole, records, without_nothing
from tests.risk.measured_world import (
    ALL,
    AT,
    DAYS,
    FIRST,
    LAST,
    OF_DECLARATIONS,
    ONE,
    SATURDAY,
    World,
    add_event,
    add_person_day,
    add_return,
    asked,
    colour,
)
from vungxanh.common import clock as clocks
from vungxanh.common.indicators import Asked, Measured, find
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit, UnitVersion
from vungxanh.risk.enums import ReturnKind, ReturnState, ZoneLevel
from vungxanh.risk.models import DailyReturn, UnusualEvent
from vungxanh.risk.operations import submit_return
from vungxanh.risk.operations.unit_days import count_anew

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


# --- Returns ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def returned() -> World:
    """From the 8th on: the first unit sends every working day, twice late, and misses one; the second sends now and
    then; a Saturday is owed by the first alone, and the third sent without owing."""
    world = World()
    a, b, c, _d = world.units
    officer = make_person(a, "Trực", user=make_user("truc"))
    make_roster(officer, SATURDAY, a)
    for day in working_days(datetime.date(2021, 9, 8), LAST):
        if day.day not in (15, 30):
            add_return(a, day, 16 if day.day in (9, 22) else 14)
        if day.day % 3 == 0:
            add_return(b, day, 14, 59)
    add_return(a, SATURDAY, 14)
    add_return(c, SATURDAY, 16)
    return world


def working_days(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    days = [first + offset * ONE for offset in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5]


def returns_by_hand(unit: Unit, owed: Sequence[datetime.date], at: datetime.datetime) -> tuple[int, int]:
    statement = """
    SELECT count(*) FROM risk_dailyreturn
    WHERE kind = 'DAILY' AND version = 1 AND is_on_time AND submitted_at <= %s AND unit_id = %s AND day IN (%s...)
    """
    [(in_time,)] = by_hand(statement, at, unit.pk, list(owed))
    return in_time, len(owed)


def test_returns_in_time_are_those_of_the_days_on_which_they_were_due(returned: World) -> None:
    a, b, c, d = returned.units
    owed = working_days(datetime.date(2021, 9, 8), LAST)
    found = measured("risk.returns_on_time", returned.question)
    assert found == {
        a.pk: returns_by_hand(a, [*owed, SATURDAY], AT),
        b.pk: returns_by_hand(b, owed, AT),
        c.pk: returns_by_hand(c, owed, AT),
        d.pk: (0, len(owed)),
    }
    assert found[a.pk] == (14, 18)
    assert found[c.pk] == (0, 17)


@pytest.mark.parametrize(("minute", "part"), [((14, 59), 1), ((15, 0), 0)])
def test_return_a_minute_later_is_not_in_time(returned: World, minute: tuple[int, int], part: int) -> None:
    a = returned.units[0]
    before = measured("risk.returns_on_time", returned.question)[a.pk]
    day = datetime.date(2021, 9, 15)
    submit_return(a.pk, day=day, kind=ReturnKind.DAILY, actor=returned.head, at=clock(*minute, day=day))
    later = clock(16, day=day)
    submit_return(a.pk, day=day, kind=ReturnKind.DAILY, actor=returned.head, at=later, note="Bổ sung")
    found = measured("risk.returns_on_time", returned.question)[a.pk]
    assert (found.part - before.part, found.whole - before.whole) == (part, 0)


def test_return_counts_when_it_is_due_or_there(returned: World) -> None:
    a, b, *_more = (unit.pk for unit in returned.units)

    def found(hour: int, minute: int) -> dict[int, Measured]:
        return measured("risk.returns_on_time", asked(returned.members, at=clock(hour, minute, day=LAST)))

    morning, afternoon = found(14, 58), found(15, 0)
    assert (morning[a].whole, afternoon[a].whole) == (17, 18)
    assert morning[b]._replace(whole=17) == afternoon[b]._replace(part=afternoon[b].part - 1)
    assert found(14, 59)[b] == afternoon[b]


def test_point_that_ended_owes_nothing_afterwards_and_no_point_owes_anything(returned: World) -> None:
    b, day = returned.units[1], datetime.date(2021, 9, 15)
    UnitVersion.objects.filter(unit=b).update(valid_to=day)
    members = {**returned.members, returned.station.pk: [returned.station.pk]}
    found = measured("risk.returns_on_time", asked(members))
    assert found[b.pk] == returns_by_hand(b, working_days(datetime.date(2021, 9, 8), day - ONE), AT)
    assert returned.station.pk not in found


@pytest.fixture
def unusual() -> World:
    """In time with two events, late, still open and over, still open, before the period, answered after the moment;
    one opened by hand without any event."""
    world = World()
    a, b, _c, _d = world.units

    def opened(unit: Unit, day: datetime.date, number: int, minutes: int | None, *, begin: int = 9) -> DailyReturn:
        began = clock(begin, day=day)
        due_at = began + datetime.timedelta(minutes=60)
        sent = {"number": number, "kind": ReturnKind.UNUSUAL, "opened_at": began, "due_at": due_at}
        if minutes is None:
            nobody = {"state": ReturnState.PREPARED, "submitted_at": None, "submitted_by": None, "is_on_time": None}
            return add_return(unit, day, begin, **sent, **nobody)
        return add_return(unit, day, begin + minutes // 60, minutes % 60, **sent, is_on_time=minutes < 60)

    answered = opened(a, DAYS[3], 1, 30)
    add_event(answered, clock(9, day=DAYS[3]))
    add_event(answered, clock(9, 20, day=DAYS[3]))
    add_event(opened(a, DAYS[4], 1, 60), clock(9, day=DAYS[4]))
    add_event(opened(a, LAST, 1, None), clock(9, day=LAST))
    add_event(opened(a, LAST, 2, None, begin=16), clock(16, day=LAST))
    add_event(opened(a, DAYS[0], 1, 30), clock(9, day=DAYS[0]))
    add_event(opened(b, LAST, 1, 40, begin=16), clock(16, day=LAST))
    opened(b, DAYS[4], 1, 10)
    return world


def unusual_by_hand(members: Collection[int], question: Asked) -> tuple[int, int]:
    statement = """
    SELECT sum(CASE WHEN r.is_on_time AND r.submitted_at <= %s THEN 1 ELSE 0 END), count(*)
    FROM risk_unusualevent e JOIN risk_dailyreturn r ON r.id = e.opened_id
    WHERE e.unit_id IN (%s...) AND e."at" >= %s AND e."at" < %s AND e."at" <= %s
      AND (r.due_at <= %s OR r.submitted_at <= %s)
    """
    at, began, ended = question.at, clock(0, day=question.first), clock(0, day=question.last + ONE)
    return part_and_whole(statement, at, list(members), began, ended, at, at, at)


def test_unusual_events_in_time_are_what_stands_in_the_tables(unusual: World) -> None:
    a, b = (unit.pk for unit in unusual.units[:2])
    for at in (clock(12, day=LAST), AT, clock(16, 45, day=LAST), clock(18, day=LAST)):
        question = asked(unusual.members, at=at)
        by_unit = {unit: unusual_by_hand(members, question) for unit, members in unusual.members.items()}
        assert measured("risk.unusual_in_time", question) == without_nothing(by_unit)
    assert measured("risk.unusual_in_time", asked(unusual.members, at=AT)) == {a: (2, 4)}
    assert measured("risk.unusual_in_time", question) == {a: (2, 5), b: (1, 1)}


def test_unusual_return_answered_late_changes_one_event(unusual: World) -> None:
    a = unusual.units[0].pk
    UnusualEvent.objects.filter(at=clock(9, 20, day=DAYS[3])).delete()
    DailyReturn.objects.filter(unit=a, day=DAYS[3]).update(is_on_time=False)
    assert measured("risk.unusual_in_time", asked(unusual.members)) == {a: (0, 3)}


# --- Zones ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def coloured() -> World:
    """The first green before the period, with yellow days in it and red after the moment; the second from the 8th on;
    the station red, which counts for nobody; the third was never judged."""
    world = World()
    a, b, _c, _d = world.units
    colour(a, datetime.date(2021, 9, 1), 9, ZoneLevel.RED)
    colour(a, datetime.date(2021, 9, 3), 9, ZoneLevel.GREEN)
    colour(a, datetime.date(2021, 9, 10), 9, ZoneLevel.YELLOW)
    colour(a, datetime.date(2021, 9, 13), 9, ZoneLevel.GREEN)
    colour(a, datetime.date(2021, 9, 20), 9, ZoneLevel.ORANGE)
    colour(a, datetime.date(2021, 9, 20), 10, ZoneLevel.GREEN)
    colour(a, LAST, 17, ZoneLevel.RED)
    colour(b, datetime.date(2021, 9, 8), 9, ZoneLevel.YELLOW)
    colour(b, datetime.date(2021, 9, 11), 9, ZoneLevel.GREEN)
    colour(world.station, datetime.date(2021, 9, 3), 9, ZoneLevel.RED)
    return world


def colours_by_hand(unit_id: int, question: Asked) -> tuple[int, int]:
    levels = [str(level) for level in ZoneLevel]
    green = whole = 0
    for day in question.days:
        on = 'SELECT level FROM risk_unitzone WHERE unit_id = %s AND day = %s AND "at" <= %s'
        held = (
            'SELECT level FROM risk_unitzone WHERE unit_id = %s AND day < %s AND "at" <= %s ORDER BY "at" DESC LIMIT 1'
        )
        rows = list(by_hand(on, unit_id, day, question.at)) or list(by_hand(held, unit_id, day, question.at))
        whole += bool(rows)
        green += max((level for (level,) in rows), key=levels.index, default="") == "GREEN"
    return green, whole


def test_green_days_are_what_stands_in_the_tables(coloured: World) -> None:
    a, b = (unit.pk for unit in coloured.units[:2])
    for at in (AT, clock(18, day=LAST), clock(9, 30, day=datetime.date(2021, 9, 20))):
        question = asked(coloured.members, at=at)
        assert measured("risk.green_days", question) == without_nothing(
            {unit: colours_by_hand(unit, question) for unit in coloured.members}
        )
    assert measured("risk.green_days", coloured.question) == {a: (21, 25), b: (20, 23)}


def test_one_yellow_hour_takes_one_green_day(coloured: World) -> None:
    a = coloured.units[0]
    day = datetime.date(2021, 9, 25)
    colour(a, day, 9, ZoneLevel.YELLOW)
    colour(a, day, 10, ZoneLevel.GREEN)
    assert measured("risk.green_days", coloured.question)[a.pk] == (20, 25)


def test_green_days_end_with_the_unit(coloured: World) -> None:
    b = coloured.units[1]
    UnitVersion.objects.filter(unit=b).update(valid_to=datetime.date(2021, 9, 13))
    assert measured("risk.green_days", coloured.question)[b.pk] == (2, 5)


# --- All of them ------------------------------------------------------------------------------------------------------


@pytest.fixture
def everything() -> World:
    world = World().with_people()
    a, b, c, _d = world.units
    for day in DAYS[1:]:
        add_return(a, day, 14)
        add_event(add_return(b, day, 16, kind=ReturnKind.UNUSUAL), clock(16, day=day))
        colour(c, day, 9, ZoneLevel.YELLOW if day.day % 2 else ZoneLevel.GREEN)
    return world


@pytest.mark.parametrize("code", ALL)
def test_records_add_up_to_the_figure_and_those_that_miss_most_come_first(everything: World, code: str) -> None:
    check_records(code, everything.question)


def test_records_lead_to_pages_that_look_at_the_rights_themselves(everything: World) -> None:
    a = everything.units[0].pk
    stranger = make_user("la", Role.UNIT_HEAD, everything.units[2])
    for code in (*OF_DECLARATIONS, "risk.returns_on_time"):
        one = records(code, everything.question, a)[0]
        for user, status in ((everything.head, 200), (stranger, 404)):
            client = Client()
            client.force_login(user, BACKEND)
            with clocks.at(AT):
                assert client.get(one.address).status_code == status


@pytest.mark.parametrize("code", ALL)
def test_queries_are_as_many_for_one_unit_as_for_thirty_and_for_a_year(everything: World, code: str) -> None:
    more = [make_unit(f"N{number}", everything.root) for number in range(26)]
    for unit in more:
        add_person_day(make_person(unit, "Ai"), unit, DAYS[2])
        add_event(add_return(unit, DAYS[2], 14, kind=ReturnKind.UNUSUAL), clock(13, day=DAYS[2]))
        colour(unit, DAYS[2], 9, ZoneLevel.GREEN)
    count_anew(DAYS)
    members = everything.members | {unit.pk: [unit.pk] for unit in more}

    def queries(units: int, first: datetime.date) -> int:
        question = asked(dict(list(members.items())[:units]), first=first)
        with CaptureQueriesContext(connection) as seen:
            measured(code, question)
        return len(seen)

    counts = [queries(1, FIRST), queries(3, FIRST), queries(30, FIRST), queries(30, LAST - 299 * ONE)]
    assert counts == counts[:1] * 4
    assert counts[0] <= 5


@pytest.mark.parametrize("code", ALL)
def test_page_of_records_takes_a_few_queries(everything: World, code: str) -> None:
    indicator = find(code)
    assert indicator
    for first in (LAST - ONE, LAST - 299 * ONE):
        question = asked(everything.members, first=first)
        with CaptureQueriesContext(connection) as seen:
            list(indicator.records(question, everything.units[0].pk)[0:20])
        assert len(seen) <= 6
