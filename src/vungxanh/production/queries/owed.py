"""What units owe of a month: a figure for each approved target that has the month."""

import datetime
from typing import NamedTuple

from vungxanh.production.enums import FigureState
from vungxanh.production.models import ProductionFigure
from vungxanh.production.queries.standing import all_targets_as_of, overlapping


class Owed(NamedTuple):
    """`done` of `expected`: entered by the moment and not sent back since."""

    done: int
    expected: int

    @property
    def missing(self) -> int:
        return self.expected - self.done


def all_owed(month: datetime.date, at: datetime.datetime) -> dict[int, Owed]:
    """By unit that has a target; two queries."""
    places = overlapping(all_targets_as_of(at), month, month).values_list("unit_id", "indicator")
    rows = ProductionFigure.objects.filter(month=month, entered_at__lte=at).order_by("number")
    there = {
        (unit, indicator): not (state == FigureState.RETURNED and checked_at and checked_at <= at)
        for unit, indicator, state, checked_at in rows.values_list("unit_id", "indicator", "state", "checked_at")
    }
    counted: dict[int, list[bool]] = {}
    for unit, indicator in places:
        counted.setdefault(unit, []).append(there.get((unit, indicator), False))
    return {unit: Owed(sum(done), len(done)) for unit, done in counted.items()}
