"""The registry of indicators: what is asked, what is added up, and records read page by page."""

import datetime
from collections.abc import Iterator, Sequence

import pytest
from django.core.paginator import Paginator

from vungxanh.common import indicators
from vungxanh.common.clock import moment
from vungxanh.common.indicators import MOST, Asked, Indicator, Measured, Record, Records, summed

FIRST, LAST = datetime.date(2021, 9, 16), datetime.date(2021, 10, 6)
ONE = datetime.timedelta(days=1)


@pytest.fixture
def empty_registry() -> Iterator[None]:
    kept = dict(indicators._indicators)
    indicators._indicators.clear()
    yield
    indicators._indicators.clear()
    indicators._indicators.update(kept)


def asked(at: datetime.datetime, **members: Sequence[int]) -> Asked:
    return Asked(FIRST, LAST, at, {int(unit[1:]): units for unit, units in members.items()})


def at_noon(day: datetime.date) -> datetime.datetime:
    return moment(day, datetime.time(12))


def nothing(_: Asked) -> dict[int, Measured]:
    return {}


def no_records(_: Asked, unit_id: int) -> Records:
    return Records([], lambda rows: [])


@pytest.mark.usefixtures("empty_registry")
def test_registry_replaces_what_is_registered_again_and_knows_what_is_not_measured() -> None:
    one, other, again = (Indicator(code, nothing, no_records) for code in ("b", "a", "b"))
    indicators.register(one, other)
    indicators.register(again)
    assert indicators.indicators() == [other, again]
    assert indicators.find("b") is again
    assert indicators.find("c") is None


def test_modules_register_what_they_measure() -> None:
    wanted = {
        "admission.visitors_controlled",
        "directing.guidance_read",
        "directing.recommendations_in_time",
        "movement.production_reached",
        "risk.green_days",
        "risk.people_assessed",
        "risk.returns_on_time",
        "risk.unusual_in_time",
        "screening.arrival_declared",
        "screening.declared_in_time",
        "screening.leaving_declared",
    }
    assert wanted - {one.code for one in indicators.indicators()} == set()


@pytest.mark.parametrize(
    ("at", "until", "days"),
    [
        (at_noon(LAST + 5 * ONE), LAST, 21),
        (moment(LAST, datetime.time()), LAST, 21),
        (at_noon(FIRST), FIRST, 1),
        (moment(FIRST, datetime.time()).astimezone(datetime.UTC), FIRST, 1),
        (at_noon(FIRST - ONE), FIRST - ONE, 0),
        (at_noon(FIRST - 40 * ONE), FIRST - 40 * ONE, 0),
    ],
)
def test_period_goes_as_far_as_the_moment(at: datetime.datetime, until: datetime.date, days: int) -> None:
    question = asked(at)
    assert (question.until, len(question.days)) == (until, days)
    assert question.days[-1:] == ([until] if days else [])
    assert question.moments == (moment(FIRST, datetime.time()), moment(until + ONE, datetime.time()))


def test_what_several_need_is_found_once() -> None:
    calls: list[Asked] = []

    def find(question: Asked) -> int:
        calls.append(question)
        return 7

    question = asked(at_noon(LAST))
    assert (question.once(find), question.once(find), calls) == (7, 7, [question])


def test_units_count_for_each_that_scores_them_and_nothing_due_is_left_out() -> None:
    question = asked(at_noon(LAST), u1=[1, 11], u2=[2], u3=[3, 11], u4=[])
    counts = {1: Measured(1, 2), 11: Measured(3, 3), 2: Measured(0, 0), 9: Measured(5, 5)}
    assert question.units == {1, 11, 2, 3}
    assert summed(question, counts) == {1: Measured(4, 5), 3: Measured(3, 3)}


def test_records_are_shown_page_by_page_and_never_more_than_a_page_may_hold() -> None:
    shown: list[int] = []

    def show(rows: Sequence[int]) -> list[Record]:
        shown.append(len(rows))
        return [Record(FIRST, row, "x", 0, 1) for row in rows]

    records = Records(range(250), show)
    assert len(records) == 250
    assert [one.unit_id for one in records[20:40]] == list(range(20, 40))
    assert len(records[:]) == len(records[10:]) == len(records[0:250]) == MOST
    page = Paginator(records, 60).page(5)
    assert [one.unit_id for one in page] == list(range(240, 250))
    assert shown == [20, MOST, MOST, MOST, 10]
