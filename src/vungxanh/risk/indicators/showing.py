"""Records of units and days, with the page where each is read again."""

import datetime
from collections.abc import Callable, Collection, Sequence

from vungxanh.common.indicators import Record, Words
from vungxanh.organization.models import Unit

Row = tuple[datetime.date, int, int, int]
"""Day, unit, part, whole."""


def all_codes(unit_ids: Collection[int]) -> dict[int, str]:
    """A code belongs to a unit for good, also to one that is no more."""
    return dict(Unit.objects.filter(pk__in=unit_ids).values_list("pk", "code"))


def shown(what: Words, address: Callable[[str, datetime.date], str]) -> Callable[[Sequence[Row]], list[Record]]:
    """`address` of the page for a unit's code and a day."""

    def show(rows: Sequence[Row]) -> list[Record]:
        codes = all_codes({unit for _day, unit, *_counts in rows})
        return [
            Record(day, unit, what, part, whole, address(codes[unit], day) if unit in codes else "")
            for day, unit, part, whole in rows
        ]

    return show
