"""Dates, figures and money as screens and papers show them."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from vungxanh.common import formats

NIGHT = datetime.datetime(2021, 10, 6, 17, 31, tzinfo=datetime.UTC)
MORNING = datetime.datetime(2021, 10, 6, 7, 31, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1234.5, "1.234,5"),
        (1234, "1.234"),
        (0, "0"),
        (-7, "−7"),
        (36.0, "36"),
        (1000, "1.000"),
        (Decimal("2.345"), "2,35"),
        (None, "–"),
    ],
)
def test_number_when_vietnamese(value: formats.Figure | None, expected: str) -> None:
    assert formats.number(value) == expected


def test_number_when_english() -> None:
    with translation.override("en"):
        assert formats.number(1234.5) == "1,234.5"


def test_number_when_decimals_are_given() -> None:
    assert formats.number(37, 1) == "37,0"


def test_money() -> None:
    assert formats.money(1_490_000) == "1.490.000\u00a0đ"
    assert formats.money(None) == "–"


@pytest.mark.parametrize(
    ("ratio", "expected"), [(1, "100%"), (0.9996, "99,9%"), (0.29, "29%"), (0.955, "95,5%"), (0, "0%"), (None, "–")]
)
def test_percent_when_not_whole_is_never_a_hundred(ratio: formats.Figure | None, expected: str) -> None:
    assert formats.percent(ratio) == expected


def test_dates_stand_in_vietnamese_time() -> None:
    assert formats.day(NIGHT) == "07/10/2021"
    assert formats.clock_time(NIGHT) == "00:31"
    assert formats.moment(MORNING) == "07:31\u00a006/10/2021"
    assert formats.clock_time(datetime.time(15, 0)) == "15:00"
    assert formats.day(None) == "–"


def test_weekday_when_vietnamese_and_english() -> None:
    assert formats.weekday(MORNING) == "Thứ Tư, 06/10/2021"
    assert formats.short_weekday(datetime.date(2021, 10, 10)) == "CN"
    with translation.override("en"):
        assert formats.weekday(MORNING) == "Wednesday, 06/10/2021"


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        (0.5, "under a minute left"),
        (12, "12 minutes left"),
        (61, "1 hour 1 minute left"),
        (60, "1 hour left"),
        (1440 * 2 + 185, "2 days 3 hours left"),
        (-21, "21 minutes overdue"),
    ],
)
def test_time_left(minutes: float, expected: str) -> None:
    with translation.override("en"):
        assert formats.time_left(MORNING + datetime.timedelta(minutes=minutes), MORNING) == expected


def test_person_name_when_decomposed_or_spaced() -> None:
    assert formats.person_name("  Nguye\u0302\u0303n   Thị Ánh ") == "Nguyễn Thị Ánh"
    assert formats.person_name(None) == "–"
