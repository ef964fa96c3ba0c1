"""Who sees which unit's day, and the control room."""

import datetime

from vungxanh.accounts.models import User
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import Tree
from vungxanh.risk.queries.returns import SEE_RETURNS, units_on_duty_for

SEE_UNIT_DAY = SEE_RETURNS
"""Whoever may see a unit's return may see the day that it counts."""

SEE_CONTROL_ROOM = roles.LEADERS | {Role.OFFICE, Role.HEALTH_OFFICER}

SEE_FORMALISM = roles.LEADERS | {Role.OFFICE}
"""Whoever asks units back."""


def seen_unit_ids(viewer: User, day: datetime.date, *, tree: Tree) -> set[int]:
    """Units whose day the viewer sees: by role at or above them, or on duty for them on a day off."""
    on_duty = {node.id for unit in units_on_duty_for(viewer, day) if unit in tree for node in tree.below(unit)}
    return roles.unit_ids_where(viewer, SEE_UNIT_DAY, on=day, tree=tree) | on_duty


def office_node_of(viewer: User, day: datetime.date, *, tree: Tree) -> int | None:
    """The uppermost unit for which the viewer is the Office."""
    held = {one.unit_id for one in roles.holdings(viewer, on=day) if one.role == Role.OFFICE}
    return next((node.id for node in tree if node.id in held), None)


def own_unit_ids(viewer: User, day: datetime.date, *, tree: Tree) -> list[int]:
    """The nodes at which the viewer looks after a unit, uppermost first."""
    held = {one.unit_id for one in roles.holdings(viewer, on=day) if one.role in SEE_UNIT_DAY}
    nodes = (held | units_on_duty_for(viewer, day)) & tree.nodes.keys()
    return sorted(nodes, key=lambda unit: (tree.depth(unit), tree[unit].position, unit))
