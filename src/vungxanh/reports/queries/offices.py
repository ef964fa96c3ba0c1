"""Which agencies have an Office, for which units it answers, and who signs for it."""

import datetime

from vungxanh.common.dated import in_force
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post, RoleAssignment
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


def all_signer(title: str, unit_id: int, day: datetime.date, tree: Tree) -> str:
    """The name of whoever has that post in the agency; empty where nobody or more than one has it."""
    below = [node.id for node in tree.below(unit_id)]
    posts = Post.objects.filter(in_force(day), unit_id__in=below, title__iexact=title).select_related("person")
    names = {post.person.full_name for post in posts}
    return names.pop() if len(names) == 1 else ""
