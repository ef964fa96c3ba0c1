"""What units owe of a month: a figure for each approved target that has the month."""

import datetime
from typing import NamedTuple

from vungxanh.production.enums import FigureState
from vungxanh.production.models import ProductionFigure
from vungxanh.production.queries.standing import Place, all_figures_as_of, all_targets_as_of, overlapping


class Owed(NamedTuple):
    """`done` of `expected`: entered by the moment and not sent back since, or verified; a verified figure stands until
    a correction of it is verified."""

    done: int
    expected: int

    @property
    def missing(self) -> int:
        return self.expected - self.done


def all_owed(month: datetime.date, at: datetime.datetime) -> dict[int, Owed]:
    """By unit that has a target; three queries."""
    places = overlapping(all_targets_as_of(at), month, month).values_list("unit_id", "indicator")
    waits: dict[Place, bool] = {}
    rows = ProductionFigure.objects.filter(month=month, entered_at__lte=at).order_by("number")
    for unit, indicator, state, checked_at in rows.values_list("unit_id", "indicator", "state", "checked_at"):
        waits[unit, indicator] = not (state == FigureState.RETURNED and checked_at and checked_at <= at)
    verified = set(all_figures_as_of(at).filter(month=month).values_list("unit_id", "indicator"))
    counted: dict[int, list[bool]] = {}
    for place in places:
        counted.setdefault(place[0], []).append(place in verified or waits.get(place, False))
    return {unit: Owed(sum(done), len(done)) for unit, done in counted.items()}
