"""A stretch of days as figures: how many declared, who stood above the low level, how many returns went on time."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, IntegerField, Q, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast

from vungxanh.common.clock import ZONE
from vungxanh.risk.enums import ReturnKind, ReturnState
from vungxanh.risk.models import DailyReturn
from vungxanh.risk.queries.returns import all_first_sent
from vungxanh.screening.enums import Timeliness
from vungxanh.screening.models import PersonDay

FORTNIGHT = 14


@dataclass(frozen=True, slots=True)
class DayFigures:
    """Of the units asked for, on one day. `expected` had to declare by the moment that was asked for, or did already.
    Shares are between 0 and 1; None where nobody was expected. What was declared early counts as on time. The people
    above the low level are those of the daily returns; None where none was sent."""

    day: datetime.date
    arrival_expected: int = 0
    arrival_declared: int = 0
    arrival_on_time: int = 0
    leaving_expected: int = 0
    leaving_declared: int = 0
    leaving_on_time: int = 0
    returns_on_time: int = 0
    returns_late: int = 0
    medium: int | None = None
    high: int | None = None
    very_high: int | None = None

    @property
    def arrival_share(self) -> float | None:
        return _share(self.arrival_declared, self.arrival_expected)

    @property
    def leaving_share(self) -> float | None:
        return _share(self.leaving_declared, self.leaving_expected)

    @property
    def arrival_share_on_time(self) -> float | None:
        return _share(self.arrival_on_time, self.arrival_expected)

    @property
    def leaving_share_on_time(self) -> float | None:
        return _share(self.leaving_on_time, self.leaving_expected)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def all_fortnight(unit_ids: Collection[int], last: datetime.date, *, at: datetime.datetime) -> list[DayFigures]:
    """Fourteen days that end with `last`, as they stand `at` a moment, oldest first; four queries."""
    return all_day_figures(unit_ids, last - datetime.timedelta(days=FORTNIGHT - 1), last, at=at)


def all_day_figures(
    unit_ids: Collection[int], first: datetime.date, last: datetime.date, *, at: datetime.datetime
) -> list[DayFigures]:
    """Every day from `first` to `last`, as it stands `at` a moment, oldest first; four queries, however many days and
    units."""
    declared = _declared(unit_ids, first, last)
    for day, pending in _pending(unit_ids, first, last, at).items():
        for window, count in pending.items():
            declared[day][f"{window}_expected"] -= count
    returned = _returned(unit_ids, first, last)
    flagged = _flagged(unit_ids, first, last)
    days = [first + datetime.timedelta(days=offset) for offset in range((last - first).days + 1)]
    return [DayFigures(day, **declared.get(day, {}), **returned.get(day, {}), **flagged.get(day, {})) for day in days]


def _declared(
    unit_ids: Collection[int], first: datetime.date, last: datetime.date
) -> dict[datetime.date, dict[str, int]]:
    figures = {}
    for window in ("arrival", "leaving"):
        expected = Q(**{f"expects_{window}": True})
        late = Q(**{f"{window}_timeliness__in": ["", Timeliness.LATE]})
        figures[f"{window}_expected"] = Count("pk", filter=expected)
        figures[f"{window}_declared"] = Count("pk", filter=expected & ~Q(**{f"{window}_timeliness": ""}))
        figures[f"{window}_on_time"] = Count("pk", filter=expected & ~late)
    rows = PersonDay.objects.filter(day__range=(first, last), unit_id__in=unit_ids, is_counted=True)
    return {row.pop("day"): row for row in rows.values("day").annotate(**figures)}


def _pending(
    unit_ids: Collection[int], first: datetime.date, last: datetime.date, at: datetime.datetime
) -> dict[datetime.date, dict[str, int]]:
    """By day how many have not declared and need not yet. Days before yesterday are over, those of night shifts too."""
    pending = {
        window: Count(
            "pk",
            filter=Q(**{f"expects_{window}": True, f"{window}_timeliness": "", f"windows__{window}_due_at__gte": at}),
        )
        for window in ("arrival", "leaving")
    }
    days = (max(first, at.astimezone(ZONE).date() - datetime.timedelta(days=1)), last)
    rows = PersonDay.objects.filter(day__range=days, unit_id__in=unit_ids, is_counted=True)
    return {row.pop("day"): row for row in rows.values("day").annotate(**pending)}


def _returned(
    unit_ids: Collection[int], first: datetime.date, last: datetime.date
) -> dict[datetime.date, dict[str, int]]:
    """By the first version of each daily return: a later one does not make it late."""
    rows = all_first_sent(first, last).filter(unit_id__in=unit_ids)
    figures = rows.values("day").annotate(
        returns_on_time=Count("pk", filter=Q(is_on_time=True)),
        returns_late=Count("pk", filter=Q(is_on_time=False)),
    )
    return {row.pop("day"): row for row in figures}


def _flagged(
    unit_ids: Collection[int], first: datetime.date, last: datetime.date
) -> dict[datetime.date, dict[str, int]]:
    """Summed as whole numbers by the database: a month of many units is too much to read row by row."""
    rows = DailyReturn.objects.filter(
        day__range=(first, last), unit_id__in=unit_ids, kind=ReturnKind.DAILY, state=ReturnState.SUBMITTED
    )
    levels = KeyTransform("levels", "figures")
    sums = {
        level: Sum(Cast(KeyTextTransform(level.upper(), levels), IntegerField()))
        for level in ("medium", "high", "very_high")
    }
    return {row.pop("day"): row for row in rows.values("day").annotate(**sums)}
