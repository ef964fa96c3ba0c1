"""Which shifts a unit may put its people on."""

import datetime

from vungxanh.organization.models import RosterEntry, Shift
from vungxanh.organization.tree import all_tree_on


def all_shifts_for(unit_id: int, *, on: datetime.date) -> dict[str, Shift]:
    """By code, those of the unit, of the units above and below it; the nearest above wins."""
    tree = all_tree_on(on)
    above = [node.id for node in tree.above(unit_id)]
    near = [*reversed(above), *(node.id for node in tree.below(unit_id) if node.id != unit_id)]
    rows = sorted(Shift.objects.filter(unit_id__in=near), key=lambda one: near.index(one.unit_id))
    return {row.code.upper(): row for row in rows}


def all_entries(person_ids: set[int], *, first: datetime.date, last: datetime.date) -> list[RosterEntry]:
    """With their shifts and places; where somebody has a shift and duty on one day, the shift comes last."""
    rows = RosterEntry.objects.filter(person_id__in=person_ids, date__range=(first, last))
    return list(rows.select_related("shift", "place").order_by("date", "kind", "pk"))
