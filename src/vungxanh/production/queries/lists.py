"""Targets as far as the viewer may read them."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.production.models import ProductionTarget
from vungxanh.production.queries.places import unit_ids_visible_to
from vungxanh.production.queries.standing import TargetLine, all_lines, all_targets_as_of, overlapping


@dataclass(frozen=True, slots=True)
class UnitLine:
    unit: UnitNode
    line: TargetLine


def targets_visible_to(
    viewer: User, first: datetime.date, last: datetime.date, *, at: datetime.datetime, tree: Tree
) -> QuerySet[ProductionTarget]:
    """Approved ones with a day in the span, of the units that the viewer sees."""
    units = unit_ids_visible_to(viewer, on=at.astimezone(ZONE).date(), tree=tree)
    return overlapping(all_targets_as_of(at), first, last).filter(unit_id__in=units)


def lines_visible_to(
    viewer: User, first: datetime.date, last: datetime.date, *, at: datetime.datetime, tree: Tree
) -> list[UnitLine]:
    """As they stand, in the order of the tree, then by field and name of the indicator."""
    place = {node.id: number for number, node in enumerate(tree)}
    found = all_lines(list(targets_visible_to(viewer, first, last, at=at, tree=tree)), at=at)
    found.sort(key=lambda one: (place[one.target.unit_id], one.term.field, one.term.name, one.target.first_day))
    return [UnitLine(tree[one.target.unit_id], one) for one in found]
