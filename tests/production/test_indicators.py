"""Targets reached, held against the tables; a planted record changes the figure by one, or not at all."""

import calendar
import datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import clock, make_unit
from tests.factories.production import FIRES, PIGS, PLANTED, SAFE, SOLD, Agency, make_figure, make_target, month
from tests.measuring import by_hand, check_records, measured, records
from vungxanh.common import clock as clocks
from vungxanh.common.indicators import Asked, Measured
from vungxanh.organization.models import Unit
from vungxanh.production.models import ProductionFigure, ProductionTarget

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
CODE = "movement.production_reached"
D = datetime.date
FIRST, LAST = D(2021, 8, 1), D(2021, 9, 30)
AT = clock(16, day=D(2021, 9, 20))
KINDS = {
    PLANTED: ("HIGHER", "SUM", "AT_END"),
    SOLD: ("HIGHER", "SUM", "EVENLY"),
    FIRES: ("LOWER", "SUM", "AT_END"),
    PIGS: ("HIGHER", "LAST", "AT_END"),
    SAFE: ("HIGHER", "AVERAGE", "EVENLY"),
}
"""As the catalogue says, written once more."""


def asked(agency: Agency, *, at: datetime.datetime = AT, first: D = FIRST, last: D = LAST, **more: list[int]) -> Asked:
    members = {one.pk: [one.pk] for one in (agency.unit, agency.other)}
    return Asked(first, last, at, members | {int(key[1:]): units for key, units in more.items()})


def closed_by_hand(last: D, today: D) -> str:
    """The last month, as 2021-08, that is over by `last` and whose fifth day of the next month is over."""
    found = ""
    for year in (2020, 2021, 2022):
        for number in range(1, 13):
            end = D(year, number, calendar.monthrange(year, number)[1])
            due = D(year + number // 12, number % 12 + 1, 5)
            found = f"{year}-{number:02}" if end <= last and due < today else found
    return found


def due_by_hand(unit: Unit, question: Asked) -> tuple[int, int]:
    """From the tables alone: the targets of the unit, then the figures of each."""
    at, today = question.at, question.at.date()
    until = min(question.last, today)
    closed, part, whole = closed_by_hand(until, today), 0, 0
    targets = by_hand(
        """SELECT indicator, first_day, last_day, value FROM production_productiontarget
        WHERE unit_id = %s AND state IN ('APPROVED', 'REPLACED', 'WITHDRAWN') AND decided_at <= %s
          AND (ended_at IS NULL OR ended_at > %s) AND first_day <= %s AND last_day >= %s""",
        unit.pk,
        at,
        at,
        until,
        question.first,
    )
    for indicator, first, last, target in list(targets):
        first, last = str(first), str(last)
        rows = by_hand(
            """SELECT month, value FROM production_productionfigure
            WHERE unit_id = %s AND indicator = %s AND month >= %s AND month <= %s AND month <= %s
              AND state IN ('VERIFIED', 'REPLACED') AND checked_at <= %s AND (replaced_at IS NULL OR replaced_at > %s)
            ORDER BY month""",
            unit.pk,
            indicator,
            D.fromisoformat(first),
            D.fromisoformat(last),
            until,
            at,
            at,
        )
        values = {str(of)[:7]: float(value) for of, value in rows}
        is_due, is_reached = outcome(indicator, float(target), first[:7], last[:7], values, closed)
        whole += is_due
        part += is_due and is_reached
    return part, whole


def outcome(
    indicator: str, target: float, first: str, last: str, values: dict[str, float], closed: str
) -> tuple[bool, bool]:
    better, adds_up, due = KINDS[indicator]
    months = [f"{y}-{m:02}" for y in (2020, 2021, 2022) for m in range(1, 13) if first <= f"{y}-{m:02}" <= last]
    over = [one for one in months if one <= closed]
    come = list(values.values())
    value = sum(come) if adds_up == "SUM" else come[-1] if adds_up == "LAST" and come else None
    value = sum(come) / len(come) if adds_up == "AVERAGE" and come else value
    if better == "LOWER":
        return bool(over), bool(come) and (value or 0) <= target and set(over) <= set(values)
    reached = bool(come) and (value or 0) >= target
    if over == months or (adds_up == "SUM" and reached):
        return True, reached
    if due == "AT_END" or not over:
        return False, False
    share = target * len(over) / len(months) if adds_up == "SUM" else target
    return True, bool(come) and (value or 0) >= share


@pytest.fixture
def given(agency: Agency) -> Agency:
    """The first unit: a season that ended in August and was missed by a little, produce sold evenly and in time, a
    limit with every month, a herd that is looked at in December; a target that ended before the period, one not
    approved. The second: an average that is missed, a limit with a month missing."""
    start = clock(9, day=D(2021, 9, 3))
    make_target(agency, PLANTED, first=month(7), last=month(8), value="20")
    make_figure(agency, PLANTED, month(7), "10", at=start)
    make_figure(agency, PLANTED, month(8), "9.5", at=start)
    make_target(agency, SOLD, value="12")
    make_figure(agency, SOLD, month(8), "8", at=start)
    make_target(agency, FIRES, first=month(8), value="1")
    make_figure(agency, FIRES, month(8), "1", at=start)
    make_target(agency, PIGS, value="1000")
    make_figure(agency, PIGS, month(8), "1100", at=start)
    make_target(agency, SAFE, first=month(1), last=month(7), value="90")
    make_target(agency, SAFE, first=month(8), last=month(9), approved=False, value="90")
    make_target(agency, SAFE, unit=agency.other, value="90")
    make_figure(agency, SAFE, month(8), "89.9", unit=agency.other, at=start)
    make_target(agency, FIRES, unit=agency.other, first=month(7), value="1")
    make_figure(agency, FIRES, month(8), "0", unit=agency.other, at=start)
    return agency


def check(agency: Agency, question: Asked) -> dict[int, Measured]:
    found = measured(CODE, question)
    for unit in (agency.unit, agency.other):
        assert found.get(unit.pk, (0, 0)) == due_by_hand(unit, question)
    return found


def test_targets_reached_are_what_stands_in_the_tables(given: Agency) -> None:
    unit, other = given.unit.pk, given.other.pk
    assert check(given, asked(given)) == {unit: (2, 3), other: (0, 2)}
    assert check(given, asked(given, at=clock(8, day=D(2021, 9, 2)))) == {unit: (0, 1), other: (0, 2)}
    assert check(given, asked(given, at=clock(8, day=D(2021, 9, 5)))) == {unit: (1, 1), other: (0, 2)}
    # September is over and without figures: the limit is broken, the produce behind.
    assert check(given, asked(given, at=clock(8, day=D(2021, 10, 6)))) == {unit: (0, 3), other: (0, 2)}
    assert check(given, asked(given, at=clock(8, day=D(2022, 2, 1)), last=D(2021, 12, 31))) == {
        unit: (1, 4),
        other: (0, 2),
    }
    assert measured(CODE, asked(given, first=D(2021, 10, 1), last=D(2021, 12, 31))) == {}


def test_planted_wrong_record_makes_the_figure_differ(given: Agency) -> None:
    """What is neither verified nor of the unit, the indicator, the months and the moment must not count."""
    before = check(given, asked(given))
    planted: list[dict[str, Any]] = [
        {"state": "ENTERED"},
        {"state": "RETURNED", "checked_at": AT, "reason": "Sai"},
        {"state": "VERIFIED", "checked_at": clock(17, day=AT.date())},
        {"state": "VERIFIED", "checked_at": AT, "month": month(9)},
        {"state": "REPLACED", "replaced_at": AT},
        {"state": "VERIFIED", "checked_at": AT, "unit": given.other},
    ]
    for more in planted:
        row = {"unit": given.unit, "indicator": PLANTED, "month": month(6), "value": 5, "number": 7, "entered_at": AT}
        ProductionFigure.objects.filter(indicator=PLANTED, month=month(8)).update(
            state="REPLACED", replaced_at=clock(17, day=AT.date())
        )
        made = ProductionFigure.objects.create(**{**row, "month": month(8), **more})
        assert check(given, asked(given)) == before
        made.delete()
    ProductionFigure.objects.filter(indicator=PLANTED, month=month(8)).update(value="10")
    assert check(given, asked(given))[given.unit.pk] == (3, 3)


def test_figure_by_hand_sees_what_a_query_would_miss(given: Agency) -> None:
    """The statement by hand is no copy: a wrong outcome of the product would show."""
    ProductionTarget.objects.filter(indicator=SOLD).update(value=13)
    assert check(given, asked(given))[given.unit.pk] == (1, 3)
    assert due_by_hand(given.unit, asked(given)) == (1, 3)
    ProductionFigure.objects.filter(indicator=SOLD).update(value=9)
    assert due_by_hand(given.unit, asked(given)) == (2, 3)


def test_correction_counts_from_the_moment_on_which_it_is_verified(given: Agency) -> None:
    make_figure(given, PLANTED, month(8), "10", at=clock(10, day=D(2021, 9, 15)))
    assert check(given, asked(given))[given.unit.pk] == (3, 3)
    assert check(given, asked(given, at=clock(9, day=D(2021, 9, 15))))[given.unit.pk] == (2, 3)


def test_target_that_is_replaced_counts_until_then(given: Agency) -> None:
    late = clock(10, day=D(2021, 9, 15))
    make_target(given, PLANTED, first=month(7), last=month(8), value="19", at=late)
    assert check(given, asked(given))[given.unit.pk] == (3, 3)
    assert check(given, asked(given, at=clock(9, day=D(2021, 9, 15))))[given.unit.pk] == (2, 3)


def test_units_below_count_for_the_scored_unit(given: Agency) -> None:
    unit, other, root = given.unit.pk, given.other.pk, given.root.pk
    question = asked(given, **{f"u{root}": [unit, other, root]})
    assert measured(CODE, question)[root] == (2, 5)
    check_records(CODE, question)


def test_records_add_up_and_lead_to_pages_for_those_who_may_see_them(given: Agency) -> None:
    check_records(CODE, asked(given))
    first = records(CODE, asked(given), given.unit.pk)[0]
    assert (str(first.what), first.day, first.part) == ("Diện tích rừng trồng mới", D(2021, 8, 31), 0)
    assert first.address == "/san-xuat/don-vi/CCKL/TRONG-RUNG/"
    for user, status in ((given.head, 200), (given.stranger, 404), (given.director, 200)):
        client = Client()
        client.force_login(user, BACKEND)
        with clocks.at(AT):
            assert client.get(first.address).status_code == status


def test_queries_are_as_many_for_one_unit_as_for_thirty_and_for_a_year(given: Agency) -> None:
    for number in range(28):
        unit = make_unit(f"N{number}", given.root)
        make_target(given, SOLD, unit=unit, value="12")
        make_figure(given, SOLD, month(8), "8", unit=unit, by=given.finance)
    units = [given.unit, given.other, *Unit.objects.filter(code__startswith="N")]

    def queries(count: int, first: D) -> int:
        question = Asked(first, LAST, AT, {unit.pk: [unit.pk] for unit in units[:count]})
        with CaptureQueriesContext(connection) as seen:
            assert measured(CODE, question)
        return len(seen)

    assert [queries(1, FIRST), queries(3, FIRST), queries(30, FIRST), queries(30, D(2020, 12, 1))] == [2] * 4
