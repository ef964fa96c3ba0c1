"""A day as counts and as lists: expected, declared, missing, excused."""

import datetime
import uuid
from collections.abc import Collection, Iterable
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.organization.queries.people import unit_ids_visible_to
from vungxanh.screening.enums import Timeliness, Window
from vungxanh.screening.models import PersonDay


class UnitCounts(NamedTuple):
    """People of a unit on a day, inside the 100 % of staff; `others` are a supplier's people outside it.

    `expected` owe at least one declaration, `excused` are away or off for the day or half of it. Of each window:
    `missing` are past due, `pending` not yet due.
    """

    expected: int = 0
    excused: int = 0
    others: int = 0
    arrival_expected: int = 0
    arrival_on_time: int = 0
    arrival_early: int = 0
    arrival_late: int = 0
    arrival_missing: int = 0
    leaving_expected: int = 0
    leaving_on_time: int = 0
    leaving_early: int = 0
    leaving_late: int = 0
    leaving_missing: int = 0

    @property
    def arrival_declared(self) -> int:
        return self.arrival_on_time + self.arrival_early + self.arrival_late

    @property
    def leaving_declared(self) -> int:
        return self.leaving_on_time + self.leaving_early + self.leaving_late

    @property
    def arrival_pending(self) -> int:
        return self.arrival_expected - self.arrival_declared - self.arrival_missing

    @property
    def leaving_pending(self) -> int:
        return self.leaving_expected - self.leaving_declared - self.leaving_missing


def total(counts: Iterable[UnitCounts]) -> UnitCounts:
    """Figure by figure, of units that share nobody."""
    return UnitCounts(*map(sum, zip(*counts, strict=True)))


def all_unit_counts(
    day: datetime.date, *, at: datetime.datetime, unit_ids: Collection[int] | None = None
) -> dict[int, UnitCounts]:
    """Per unit where people stand on the day; one query, whatever the number of people."""
    rows = PersonDay.objects.filter(day=day)
    if unit_ids is not None:
        rows = rows.filter(unit_id__in=unit_ids)
    staff = Q(is_counted=True)
    figures = {
        "expected": Count("pk", filter=staff & (Q(expects_arrival=True) | Q(expects_leaving=True))),
        "excused": Count("pk", filter=staff & ~Q(excuse="")),
        "others": Count("pk", filter=Q(is_counted=False)),
    }
    for window in ("arrival", "leaving"):
        figures |= _window_figures(window, staff & Q(**{f"expects_{window}": True}), at)
    grouped = rows.values("unit_id").annotate(**figures).order_by("unit_id")
    return {unit: UnitCounts(*counted) for unit, *counted in grouped.values_list("unit_id", *UnitCounts._fields)}


def _window_figures(window: str, expected: Q, at: datetime.datetime) -> dict[str, Count]:
    came = f"{window}_timeliness"
    return {
        f"{window}_expected": Count("pk", filter=expected),
        f"{window}_on_time": Count("pk", filter=expected & Q(**{came: Timeliness.ON_TIME})),
        f"{window}_early": Count("pk", filter=expected & Q(**{came: Timeliness.EARLY})),
        f"{window}_late": Count("pk", filter=expected & Q(**{came: Timeliness.LATE})),
        f"{window}_missing": Count("pk", filter=expected & is_missing(window, at)),
    }


def is_missing(window: str, at: datetime.datetime) -> Q:
    """Past due and nothing came; whether it was expected is another question."""
    return Q(**{f"{window}_timeliness": "", f"windows__{window}_due_at__lt": at})


def person_days(viewer: User, unit_ids: Collection[int], day: datetime.date) -> QuerySet[PersonDay]:
    """The people of the units on the day, as far as the viewer may see."""
    visible = unit_ids_visible_to(viewer, on=day) & set(unit_ids)
    return PersonDay.objects.filter(day=day, unit_id__in=visible).select_related("windows").order_by("pk")


def missing_people(
    viewer: User,
    unit_ids: Collection[int],
    day: datetime.date,
    at: datetime.datetime,
    *,
    window: Window | None = None,
) -> QuerySet[PersonDay]:
    """Expected inside the 100 %, past due, nothing came: for the window, or for any of the two."""
    wanted = Q()
    for one in [window] if window else Window:
        name = one.lower()
        wanted |= Q(**{f"expects_{name}": True}) & is_missing(name, at)
    return person_days(viewer, unit_ids, day).filter(wanted, is_counted=True)


def all_days_of(subject: uuid.UUID, days: Collection[datetime.date]) -> dict[datetime.date, PersonDay]:
    rows = PersonDay.objects.filter(subject=subject, day__in=days).select_related("windows")
    return {row.day: row for row in rows}


def all_is_open(day: datetime.date) -> bool:
    """The first in the order of the index: asked for any row, PostgreSQL reads the table from its begin, where the
    oldest days are."""
    return bool(PersonDay.objects.filter(day=day).order_by("day", "unit_id").values_list("pk")[:1])
