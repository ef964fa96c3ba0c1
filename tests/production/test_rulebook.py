"""When months are closed, what months come to, and when a target is reached."""

import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.factories.production import FIRES, PIGS, PLANTED, SAFE, SOLD, month
from vungxanh.common.decision_tables import RuleFileError
from vungxanh.production.rulebook import (
    PRODUCTION,
    RULES,
    come_to,
    judged,
    month_before,
    months_between,
    next_month,
    rule_on,
    term_of,
)

D = datetime.date
RULE = rule_on(D(2021, 9, 20))
YEAR = months_between(D(2021, 1, 1), D(2021, 12, 31))


def figures(*values: str | None) -> dict[datetime.date, Decimal]:
    """From January on; None: no figure."""
    return {month(number): Decimal(one) for number, one in enumerate(values, start=1) if one is not None}


def test_months() -> None:
    assert (next_month(D(2021, 12, 1)), month_before(D(2021, 1, 31))) == (D(2022, 1, 1), D(2020, 12, 1))
    assert months_between(D(2021, 11, 1), D(2022, 1, 31)) == [D(2021, 11, 1), D(2021, 12, 1), D(2022, 1, 1)]


@pytest.mark.parametrize(
    ("until", "today", "closed"),
    [
        (D(2021, 9, 20), D(2021, 9, 20), D(2021, 8, 1)),
        (D(2021, 9, 5), D(2021, 9, 5), D(2021, 7, 1)),
        (D(2021, 9, 6), D(2021, 9, 6), D(2021, 8, 1)),
        (D(2021, 9, 30), D(2021, 10, 5), D(2021, 8, 1)),
        (D(2021, 9, 30), D(2021, 10, 6), D(2021, 9, 1)),
        (D(2021, 9, 29), D(2021, 12, 6), D(2021, 8, 1)),
        (D(2021, 12, 31), D(2022, 1, 6), D(2021, 12, 1)),
    ],
)
def test_month_is_closed_once_it_is_over_and_its_figures_were_due(
    until: datetime.date, today: datetime.date, closed: datetime.date
) -> None:
    assert RULE.closed_month(until, today) == closed


@pytest.mark.parametrize(
    ("code", "value"), [(PLANTED, Decimal(7)), (PIGS, Decimal(4)), (SAFE, Decimal(7) / 3), (SOLD, Decimal(7))]
)
def test_months_come_to_a_sum_the_last_or_an_average(code: str, value: Decimal) -> None:
    assert come_to(term_of(code), figures("1", "2", None, "4")) == value
    assert come_to(term_of(code), {}) is None


@pytest.mark.parametrize(
    ("code", "target", "values", "closed", "due", "reached", "needed"),
    [
        # At the end: nothing is asked for before, but a sum that is reached is reached.
        (PLANTED, "10", ("9",), 8, False, False, None),
        (PLANTED, "10", ("9", "1"), 8, True, True, "10"),
        (PLANTED, "10", ("9",), 12, True, False, "10"),
        (PLANTED, "10", (), 12, True, False, "10"),
        # Evenly: the share of the closed months.
        (SOLD, "12", ("7.9",), 8, True, False, "8"),
        (SOLD, "12", ("8",), 8, True, True, "8"),
        (SOLD, "12", (), 8, True, False, "8"),
        (SOLD, "12", ("11.9",), 12, True, False, "12"),
        (SOLD, "12", (), 0, False, False, None),
        # A state is looked at in the end alone, an average all the time.
        (PIGS, "10", ("9", "11"), 8, False, False, None),
        (PIGS, "10", ("11", "9"), 12, True, False, "10"),
        (PIGS, "10", ("9", "10"), 12, True, True, "10"),
        (SAFE, "90", ("85", "95"), 2, True, True, "90"),
        (SAFE, "90", ("85", "94.9"), 2, True, False, "90"),
        # A limit holds all the time, and only with every month.
        (FIRES, "2", ("0", "2"), 2, True, True, "2"),
        (FIRES, "2", ("1", "2"), 2, True, False, "2"),
        (FIRES, "2", ("0", None, "0"), 3, True, False, "2"),
        (FIRES, "0", ("0",), 1, True, True, "0"),
        (FIRES, "2", (), 0, False, False, None),
    ],
)
def test_target_is_judged_by_its_kind(
    code: str, target: str, values: tuple[str, ...], closed: int, due: bool, reached: bool, needed: str | None
) -> None:
    last = month(closed) if closed else D(2020, 12, 1)
    found = judged(term_of(code), Decimal(target), YEAR, figures(*values), last)
    assert found == (due, reached, None if needed is None else Decimal(needed))


def test_code_that_no_edition_has_is_shown_as_it_is() -> None:
    assert (term_of("KHONG-CO").name, term_of("KHONG-CO").unit) == ("KHONG-CO", "")


def test_catalogue_has_units_of_measure_and_every_kind() -> None:
    assert all(one.unit and one.field for one in RULE.indicator)
    assert {one.adds_up for one in RULE.indicator} == {"SUM", "LAST", "AVERAGE"}
    assert {one.better for one in RULE.indicator} == {"HIGHER", "LOWER"}
    assert len(RULE.indicator) >= 20


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("figures_due_day = 5", "figures_due_day = 29", "edition[1].figures_due_day"),
        ("oldest_months = 24", "oldest_months = 0", "edition[1].oldest_months"),
        ("remind_again_days = 3", "remind_again_days = 0", "edition[1].remind_again_days"),
        ("[3, 1, 0]", "[3, -1]", "edition[1].remind_days_before"),
        ('code = "CAY-VU-DONG"', 'code = "GIEO-TRONG"', "edition[1].indicator[2].code"),
        ('code = "CAY-VU-DONG"', 'code = "cây"', "edition[1].indicator[2].code"),
        ("decimals = 1", "decimals = 4", "edition[1].indicator[1].decimals"),
    ],
)
def test_wrong_rule_is_refused_with_its_place(tmp_path: Path, old: str, new: str, place: str) -> None:
    text = (RULES / "production.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "production.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RuleFileError) as caught:
        PRODUCTION.check(path)
    assert place in [fault.where for fault in caught.value.faults]
