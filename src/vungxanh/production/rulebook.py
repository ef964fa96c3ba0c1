"""The catalogue of production indicators, when figures are due, and when a target is reached."""

import datetime
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from vungxanh.common.decision_tables import Edition, Fault, edition_file

RULES = Path(__file__).parent / "rules"
DAY = datetime.timedelta(days=1)
MOST_DECIMALS = 3
Figures = Mapping[datetime.date, Decimal]
"""By the first day of the month that a figure is of."""


class ProductionTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An indicator in words. `adds_up`: what several months come to. `due`: a target that still runs is asked for in
    equal parts month by month, or only at its end. Where less is better a target is a limit, and holds all the time."""

    code: str
    name: str
    field: str
    unit: str
    adds_up: Literal["SUM", "LAST", "AVERAGE"]
    better: Literal["HIGHER", "LOWER"] = "HIGHER"
    due: Literal["EVENLY", "AT_END"] = "AT_END"
    decimals: int = 0
    says: str = ""


class ProductionRule(Edition, frozen=True, kw_only=True):
    """Figures of a month are due by the day `figures_due_day` of the next one and may be entered for `oldest_months`
    back; units are reminded so many days before (`remind_days_before`) and then every `remind_again_days`."""

    figures_due_day: int
    oldest_months: int
    remind_days_before: tuple[int, ...]
    remind_again_days: int
    remind_at: datetime.time
    indicator: tuple[ProductionTerm, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        if not 1 <= self.figures_due_day <= 28:
            yield Fault(f"{at}.figures_due_day", "phải từ 1 đến 28")
        if not 1 <= self.oldest_months <= 120:
            yield Fault(f"{at}.oldest_months", "phải từ 1 đến 120")
        if self.remind_again_days < 1:
            yield Fault(f"{at}.remind_again_days", "phải từ 1 trở lên")
        if any(days < 0 for days in self.remind_days_before):
            yield Fault(f"{at}.remind_days_before", "các số ngày phải từ 0 trở lên")
        seen: set[str] = set()
        for number, one in enumerate(self.indicator, start=1):
            place = f"{at}.indicator[{number}]"
            if one.code in seen:
                yield Fault(f"{place}.code", f"mã {one.code} đã dùng ở trên")
            if one.code != one.code.upper() or not one.code.replace("-", "").isalnum() or len(one.code) > 40:
                yield Fault(f"{place}.code", "chỉ gồm chữ in hoa không dấu, chữ số và dấu -")
            if not 0 <= one.decimals <= MOST_DECIMALS:
                yield Fault(f"{place}.decimals", f"phải từ 0 đến {MOST_DECIMALS}")
            seen.add(one.code)

    def named(self, code: str) -> ProductionTerm | None:
        return next((one for one in self.indicator if one.code == code), None)

    def due_day(self, month: datetime.date) -> datetime.date:
        """Until the end of which the figures of the month are entered."""
        return next_month(month).replace(day=self.figures_due_day)

    def closed_month(self, until: datetime.date, today: datetime.date) -> datetime.date:
        """The last month that is over by `until` and whose figures were due before `today`."""
        month = month_of(until + DAY)
        while not (next_month(month) - DAY <= until and self.due_day(month) < today):
            month = month_of(month - DAY)
        return month

    def oldest_month(self, today: datetime.date) -> datetime.date:
        """Of which figures may still be entered."""
        month = month_of(today)
        for _ in range(self.oldest_months):
            month = month_of(month - DAY)
        return month

    def is_reminder_day(self, day: datetime.date, month: datetime.date) -> bool:
        left = (self.due_day(month) - day).days
        return left in self.remind_days_before if left >= 0 else -left % self.remind_again_days == 0


class Judged(NamedTuple):
    """`is_due`: whether the target counts by now; one that does not is neither reached nor missed. `needed`: what it
    asks for so far, None where it asks for nothing yet."""

    is_due: bool
    is_reached: bool
    needed: Decimal | None


def month_of(day: datetime.date) -> datetime.date:
    return day.replace(day=1)


def next_month(month: datetime.date) -> datetime.date:
    return month_of(month.replace(day=1) + 32 * DAY)


def month_before(day: datetime.date) -> datetime.date:
    return month_of(month_of(day) - DAY)


def months_between(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    """The first day of each month that has a day in the span."""
    found, month = [], month_of(first)
    while month <= last:
        found.append(month)
        month = next_month(month)
    return found


def come_to(term: ProductionTerm, figures: Figures) -> Decimal | None:
    """What the months come to; None without a figure."""
    if not figures:
        return None
    if term.adds_up == "LAST":
        return figures[max(figures)]
    total = sum(figures.values(), Decimal(0))
    return total if term.adds_up == "SUM" else total / len(figures)


def judged(
    term: ProductionTerm, target: Decimal, months: Sequence[datetime.date], figures: Figures, closed: datetime.date
) -> Judged:
    """`months` of the target, `figures` verified so far, `closed`: the last month of which figures were due.

    A limit is kept while what the months come to is not above it and no month is missing. A target is due once its last
    month is closed, and a sum also as soon as it is reached; one that is due evenly asks before that for the share of
    the months that are closed (a state or an average: for all of it).
    """
    due, value = [month for month in months if month <= closed], come_to(term, figures)
    if term.better == "LOWER":
        is_kept = value is not None and value <= target and all(month in figures for month in due)
        return Judged(bool(due), bool(due) and is_kept, target if due else None)
    is_whole = value is not None and value >= target
    if len(due) == len(months) or (is_whole and term.adds_up == "SUM"):
        return Judged(True, is_whole, target)
    if term.due == "AT_END" or not due:
        return Judged(False, False, None)
    needed = target * len(due) / len(months) if term.adds_up == "SUM" else target
    return Judged(True, value is not None and value >= needed, needed)


PRODUCTION = edition_file(
    RULES / "production.toml", title="Chỉ tiêu sản xuất, chuyên môn và hạn báo số liệu", schema=ProductionRule
)


def rule_on(day: datetime.date) -> ProductionRule:
    """The edition of the day; of a day before all editions the first."""
    editions = PRODUCTION.current()
    first = next(iter(editions))
    return first if day < first.in_force_from else editions.in_force(day)


def term_of(code: str) -> ProductionTerm:
    """Of any edition, the newest first; a code that no edition has any more is shown as it is."""
    editions = reversed(tuple(PRODUCTION.current()))
    found = next((term for one in editions if (term := one.named(code))), None)
    return found or ProductionTerm(code=code, name=code, field="", unit="", adds_up="LAST", decimals=MOST_DECIMALS)
