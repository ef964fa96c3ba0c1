"""Of which units somebody reads, enters or checks figures."""

import datetime

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post
from vungxanh.organization.tree import Tree

CHECK = frozenset({Role.OFFICE, Role.FINANCE})
ENTER = roles.UNIT_STAFF | CHECK
SEE = ENTER | roles.LEADERS | {Role.PERSONNEL, Role.COUNCIL_MEMBER}


def unit_ids_visible_to(viewer: User, *, on: datetime.date, tree: Tree) -> set[int]:
    return roles.unit_ids_where(viewer, SEE, on=on, tree=tree)


def own_unit_ids(viewer: User, *, on: datetime.date, tree: Tree) -> set[int]:
    """Units for which the viewer speaks, with what is below them, and those in which the viewer works, with what is
    above them, but not the agency itself: of these somebody else checks the figures. One query beside the roles."""
    found = roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=on, tree=tree)
    posts = Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True)
    found |= {node.id for unit in posts for node in tree.above(unit) if node.parent_id is not None}
    return found
