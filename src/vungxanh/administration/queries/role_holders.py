"""Who holds which role where, from and until when; delegations beside the roles they lend."""

import datetime
from dataclasses import dataclass

from django.db.models import Q

from vungxanh.accounts.models import User
from vungxanh.administration.queries import SEE
from vungxanh.common.dated import in_force
from vungxanh.common.vietnamese import folded, name_sort_key
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation, RoleAssignment
from vungxanh.organization.tree import Tree, UnitNode


@dataclass(frozen=True, slots=True)
class Held:
    """`until` is the last day, None without an end; `principal` where it is lent."""

    user: User
    role: Role
    unit: UnitNode
    since: datetime.date
    until: datetime.date | None
    principal: User | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page is narrowed to; the unit with everything below it."""

    role: str = ""
    unit: str = ""
    name: str = ""


def roles_held_for(viewer: User, wanted: Wanted, *, on: datetime.date, tree: Tree) -> list[Held]:
    """In the units that the viewer sees, on the day; sorted by unit, role and given name. Two queries beside those of
    the tree and the viewer's roles."""
    visible = roles.unit_ids_where(viewer, SEE, on=on, tree=tree)
    node = tree.by_code(wanted.unit) if wanted.unit else None
    if wanted.unit:
        visible &= {below.id for below in tree.below(node.id)} if node else set()
    of_role = Q(role=wanted.role) if wanted.role else Q()
    given = RoleAssignment.objects.filter(in_force(on), of_role, unit_id__in=visible).select_related("user")
    lent = Delegation.objects.filter(of_role, roles.lent_on(on), unit_id__in=visible).select_related(
        "delegate", "principal"
    )
    one_day = datetime.timedelta(days=1)
    found = [
        Held(
            row.user,
            Role(row.role),
            tree[row.unit_id],
            row.valid_from,
            row.valid_to and row.valid_to - one_day,
            None,
            row.basis,
        )
        for row in given
    ]
    found += [
        Held(row.delegate, Role(row.role), tree[row.unit_id], row.first_day, row.last_day, row.principal, row.reason)
        for row in lent
    ]
    words = folded(wanted.name).split()
    kept = [one for one in found if all(word in _searched(one) for word in words)]
    places = {unit.id: place for place, unit in enumerate(tree)}
    order = {role: place for place, role in enumerate(Role)}
    return sorted(kept, key=lambda one: (places[one.unit.id], order[one.role], name_sort_key(one.user.full_name)))


def _searched(held: Held) -> str:
    return folded(f"{held.user.full_name} {held.user.username}")
