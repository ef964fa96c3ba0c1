"""A day as counts and as lists: expected, declared, missing, excused."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass, fields

from django.db.models import Count, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.organization.queries.people import unit_ids_visible_to
from vungxanh.screening.enums import Timeliness, Window
from vungxanh.screening.models import PersonDay


@dataclass(frozen=True, slots=True)
class WindowCounts:
    """Of one window: how many are expected and what came of it. `missing` are past due, `pending` are not yet due."""

    expected: int = 0
    on_time: int = 0
    early: int = 0
    late: int = 0
    missing: int = 0

    @property
    def declared(self) -> int:
        return self.on_time + self.early + self.late

    @property
    def pending(self) -> int:
        return self.expected - self.declared - self.missing

    def __add__(self, other: "WindowCounts") -> "WindowCounts":
        return WindowCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(WindowCounts)))


@dataclass(frozen=True, slots=True)
class UnitCounts:
    """People of a unit on a day. `people` are inside the 100 %, `others` a supplier's people outside it."""

    people: int = 0
    others: int = 0
    excused: int = 0
    arrival: WindowCounts = WindowCounts()
    leaving: WindowCounts = WindowCounts()

    def __add__(self, other: "UnitCounts") -> "UnitCounts":
        return UnitCounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(UnitCounts)))


def all_unit_counts(
    day: datetime.date, *, at: datetime.datetime, unit_ids: Collection[int] | None = None
) -> dict[int, UnitCounts]:
    """Per unit where people stand on the day; one query, whatever the number of people."""
    rows = PersonDay.objects.filter(day=day)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    staff = Q(is_counted=True)
    figures = {
        "people": Count("pk", filter=staff),
        "others": Count("pk", filter=Q(is_counted=False)),
        "excused": Count("pk", filter=staff & ~Q(excuse="")),
    }
    for window in ("arrival", "leaving"):
        figures |= _window_figures(window, staff & Q(**{f"expects_{window}": True}), at)
    grouped = rows.values("unit_id").annotate(**figures).order_by("unit_id")
    return {row["unit_id"]: _unit_counts(row) for row in grouped}


def _window_figures(window: str, expected: Q, at: datetime.datetime) -> dict[str, Count]:
    came = f"{window}_timeliness"
    missing = expected & Q(**{came: "", f"windows__{window}_due_at__lt": at})
    return {
        f"{window}_expected": Count("pk", filter=expected),
        f"{window}_on_time": Count("pk", filter=expected & Q(**{came: Timeliness.ON_TIME})),
        f"{window}_early": Count("pk", filter=expected & Q(**{came: Timeliness.EARLY})),
        f"{window}_late": Count("pk", filter=expected & Q(**{came: Timeliness.LATE})),
        f"{window}_missing": Count("pk", filter=missing),
    }


def _unit_counts(row: dict[str, int]) -> UnitCounts:
    windows = {
        window: WindowCounts(*(row[f"{window}_{f.name}"] for f in fields(WindowCounts)))
        for window in ("arrival", "leaving")
    }
    return UnitCounts(people=row["people"], others=row["others"], excused=row["excused"], **windows)


def person_days(viewer: User, unit_ids: Collection[int], day: datetime.date) -> QuerySet[PersonDay]:
    """The people of the units on the day, as far as the viewer may see."""
    visible = unit_ids_visible_to(viewer, on=day) & set(unit_ids)
    return PersonDay.objects.filter(day=day, unit_id__in=visible).select_related("windows").order_by("pk")


def missing_people(
    viewer: User, unit_ids: Collection[int], day: datetime.date, *, window: Window, at: datetime.datetime
) -> QuerySet[PersonDay]:
    """Expected inside the 100 %, past due, nothing came."""
    name = window.lower()
    return person_days(viewer, unit_ids, day).filter(
        **{f"expects_{name}": True, f"{name}_timeliness": "", f"windows__{name}_due_at__lt": at}, is_counted=True
    )


def all_days_of(subject: uuid.UUID, days: Collection[datetime.date]) -> dict[datetime.date, PersonDay]:
    rows = PersonDay.objects.filter(subject=subject, day__in=days).select_related("windows")
    return {row.day: row for row in rows}


def all_is_open(day: datetime.date) -> bool:
    return PersonDay.objects.filter(day=day).exists()
