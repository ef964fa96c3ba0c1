"""Groups across units, and who belongs to them."""

import datetime

from django.db.models import Count, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Group, GroupMembership
from vungxanh.organization.queries.people import SEE_PEOPLE

SEE_GROUPS = SEE_PEOPLE | {Role.UNION_OFFICER}


def groups_visible_to(viewer: User, *, on: datetime.date) -> QuerySet[Group]:
    """Those of units whose people the viewer sees, with the number of members of the day."""
    belongs = Q(memberships__valid_from__lte=on) & (
        Q(memberships__valid_to__isnull=True) | Q(memberships__valid_to__gt=on)
    )
    visible = roles.unit_ids_where(viewer, SEE_GROUPS, on=on)
    groups = Group.objects.filter(unit_id__in=visible).select_related("unit")
    return groups.annotate(members=Count("memberships", filter=belongs)).order_by("kind", "code")


def members_visible_to(viewer: User, group: Group, *, on: datetime.date) -> list[GroupMembership]:
    """Members of the day by given name; nothing where the viewer does not see the group."""
    if group.unit_id not in roles.unit_ids_where(viewer, SEE_GROUPS, on=on):
        return []
    rows = GroupMembership.objects.filter(in_force(on), group=group).select_related("person")
    return list(rows.order_by("person__sort_key", "pk"))
