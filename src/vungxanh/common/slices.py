"""Long lists, newest first, a slice at a time: by the place where the last one ended, not by a number of rows.

A list may grow while it is read: nothing is skipped or shown twice, and a deep slice costs what the first one costs.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

from django.db.models import Model, QuerySet

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Slice(Generic[Row]):
    """`next_before` is the place where the next one begins; `is_later`: it is not the first one."""

    rows: Sequence[Row]
    next_before: str
    is_later: bool

    @classmethod
    def of(cls, rows: QuerySet[Row], *, by: str = "", before: str, size: int) -> Self:
        """In the order of the moment `by` and the key, or of the key alone; whatever order the rows had.

        `before` is a place that an earlier slice named; one that cannot be read is the beginning.
        """
        place = _place(before)
        if place:
            at, key = place
            # Said as a bound and an exception: "earlier, or then and smaller" takes no database to its place.
            rows = (
                rows.filter(**{f"{by}__lte": at}).exclude(**{by: at, "pk__gte": key}) if by else rows.filter(pk__lt=key)
            )
        found = list(rows.order_by(*[f"-{by}"] * bool(by), "-pk")[: size + 1])
        last = found[size - 1] if len(found) > size else None
        return cls(found[:size], _named(last, by) if last else "", is_later=place is not None)


def _named(row: Model, by: str) -> str:
    at: datetime.datetime | None = getattr(row, by) if by else None
    return f"{at.timestamp() if at else 0:.6f}_{row.pk}"


def _place(text: str) -> tuple[datetime.datetime, int] | None:
    stamp, _, key = text.partition("_")
    try:
        return datetime.datetime.fromtimestamp(float(stamp), datetime.UTC), int(key)
    except (ValueError, OverflowError, OSError):
        return None
