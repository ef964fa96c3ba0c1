"""Which agencies have an Office, and for which units it answers."""

import datetime

from vungxanh.common.dated import in_force
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment
from vungxanh.organization.tree import Tree


def all_offices(day: datetime.date, tree: Tree) -> list[int]:
    """The nodes at which somebody holds the role of the Office, in the order of the tree."""
    rows = RoleAssignment.objects.filter(in_force(day), role=Role.OFFICE, user__is_active=True)
    held = set(rows.values_list("unit_id", flat=True))
    return [node.id for node in tree if node.id in held]


def points_below(unit_id: int, tree: Tree) -> list[int]:
    """The reporting points for which the Office of the unit looks."""
    return [node.id for node in tree.below(unit_id) if node.is_reporting_point]


def office_above(unit_id: int, offices: list[int], tree: Tree) -> int | None:
    """The nearest one above the unit; its own does not write to itself."""
    return next((node.id for node in tree.above(unit_id) if node.id in offices and node.id != unit_id), None)
