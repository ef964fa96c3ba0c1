"""Who holds which role where: the one question that every permission asks.

A role holds at its node and everywhere below it. A delegate holds the delegated role of the principal as long as the
principal holds it. All answers are for a day; an inactive account holds nothing.
"""

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import Q

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation, RoleAssignment
from vungxanh.organization.read_once import once
from vungxanh.organization.tree import Tree, all_tree_on

HEADS = frozenset({Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY})
UNIT_STAFF = HEADS | {Role.UNIT_CLERK}
LEADERS = frozenset({Role.DIRECTOR, Role.DEPUTY_DIRECTOR})


class MayHoldRoles(Protocol):
    """A user, or the anonymous one, who holds nothing."""

    pk: Any
    is_active: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """A role at a node, held by oneself or for `principal_id`."""

    role: Role
    unit_id: int
    principal_id: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Who holds a role at a unit, oneself or for `principal`."""

    user: User
    role: Role
    unit_id: int
    principal: User | None = None


def lent_on(on: datetime.date) -> Q:
    """For a queryset of delegations: those that hold on the day."""
    return lent_from(on) & Q(first_day__lte=on)


def lent_from(day: datetime.date) -> Q:
    """Those that hold on the day or will hold later."""
    return Q(last_day__gte=day, revoked_at__isnull=True)


def holdings(user: MayHoldRoles, *, on: datetime.date) -> list[Holding]:
    """What `user` holds on the day, own roles first; two queries, or none where it was read once."""
    if not user.is_active or user.pk is None:
        return []
    return once((holdings, user.pk, on), lambda: all_holdings([user], on=on)[user.pk])


def all_holdings(users: Iterable[MayHoldRoles], *, on: datetime.date) -> dict[Any, list[Holding]]:
    """The same of several, by their keys; two or three queries for any number."""
    held: dict[Any, list[Holding]] = {user.pk: [] for user in users if user.is_active}
    for own in RoleAssignment.objects.filter(in_force(on), user_id__in=list(held)):
        held[own.user_id].append(Holding(Role(own.role), own.unit_id))
    lent = list(Delegation.objects.filter(lent_on(on), delegate_id__in=list(held), principal__is_active=True))
    principals = _assigned(on, user_ids={row.principal_id for row in lent}) if lent else set()
    for row in lent:
        if (row.principal_id, Role(row.role), row.unit_id) in principals:
            held[row.delegate_id].append(Holding(Role(row.role), row.unit_id, row.principal_id))
    return held


def holds(user: MayHoldRoles, role: Role | Iterable[Role], unit_id: int, *, on: datetime.date) -> bool:
    """Whether `user` holds the role, or one of the roles, at the unit or above it."""
    return unit_id in unit_ids_where(user, role, on=on)


def all_hold(asked: Sequence[tuple[MayHoldRoles, int]], roles: Collection[Role], *, on: datetime.date) -> list[bool]:
    """The same of several users and units, each in its place; a flat number of queries."""
    held = all_holdings([user for user, _unit_id in asked], on=on)
    nodes = {key: {one.unit_id for one in mine if one.role in roles} for key, mine in held.items()}
    tree = all_tree_on(on)
    return [any(node.id in nodes.get(user.pk, ()) for node in tree.above(unit_id)) for user, unit_id in asked]


def holds_somewhere(user: MayHoldRoles, role: Role | Iterable[Role], *, on: datetime.date) -> bool:
    """Whether `user` holds the role, or one of the roles, at any unit."""
    roles = {role} if isinstance(role, Role) else set(role)
    return any(holding.role in roles for holding in holdings(user, on=on))


def unit_ids_where(
    user: MayHoldRoles, role: Role | Iterable[Role], *, on: datetime.date, tree: Tree | None = None
) -> set[int]:
    """Ids of all units at which `user` holds one of the roles: the nodes and everything below them."""
    roles = {role} if isinstance(role, Role) else set(role)
    nodes = {holding.unit_id for holding in holdings(user, on=on) if holding.role in roles}
    if not nodes:
        return set()
    tree = tree or all_tree_on(on)
    return {below.id for node in nodes if node in tree for below in tree.below(node)}


def all_held(wanted: Iterable[Role], unit_ids: Collection[int], *, on: datetime.date) -> list[Held]:
    """Who holds one of the roles at these very units, own ones first, with the people behind the accounts; two queries.

    A delegate is named only as long as the principal holds the role.
    """
    rows = RoleAssignment.objects.filter(in_force(on), role__in=wanted, unit_id__in=unit_ids, user__is_active=True)
    own = [Held(row.user, Role(row.role), row.unit_id) for row in rows.select_related("user__person").order_by("pk")]
    held = {(one.user.pk, one.role, one.unit_id) for one in own}
    lent = Delegation.objects.filter(
        lent_on(on), role__in=wanted, unit_id__in=unit_ids, delegate__is_active=True
    ).select_related("delegate__person", "principal")
    return own + [
        Held(one.delegate, Role(one.role), one.unit_id, one.principal)
        for one in lent.order_by("pk")
        if (one.principal_id, one.role, one.unit_id) in held
    ]


def holders(
    role: Role | Iterable[Role],
    unit_id: int,
    *,
    on: datetime.date,
    tree: Tree | None = None,
    nearest: bool = True,
    is_own: bool = False,
) -> list[User]:
    """Active users who hold one of the roles for the unit: at the nearest node that has any, or at all above; at each
    node those to whom it is lent after their principals, or with `is_own` without them."""
    roles = {role} if isinstance(role, Role) else set(role)
    tree = tree or all_tree_on(on)
    chain = [node.id for node in tree.above(unit_id)]
    by_node = _holding(roles, chain, on, is_own=is_own)
    if nearest:
        return list(next((by_node[node] for node in chain if node in by_node), {}))
    return list(dict.fromkeys(user for node in chain for user in by_node.get(node, {})))


def all_holders(
    role: Role | Iterable[Role], unit_ids: Collection[int], *, on: datetime.date, tree: Tree | None = None
) -> dict[int, list[User]]:
    """For each unit its `holders` at the nearest node that has any; two queries beside the tree's."""
    roles = {role} if isinstance(role, Role) else set(role)
    tree = tree or all_tree_on(on)
    chains = {unit: [node.id for node in tree.above(unit)] for unit in unit_ids}
    by_node = _holding(roles, {node for chain in chains.values() for node in chain}, on)
    return {
        unit: list(next((by_node[node] for node in chain if node in by_node), {})) for unit, chain in chains.items()
    }


def _holding(
    wanted: Iterable[Role], nodes: Collection[int], on: datetime.date, *, is_own: bool = False
) -> dict[int, dict[User, None]]:
    by_node: dict[int, dict[User, None]] = {}
    for one in all_held(wanted, nodes, on=on):
        if one.principal is None or not is_own:
            by_node.setdefault(one.unit_id, {})[one.user] = None
    return by_node


def _assigned(on: datetime.date, *, user_ids: set[int]) -> set[tuple[int, Role, int]]:
    rows = RoleAssignment.objects.filter(in_force(on), user_id__in=user_ids)
    return {(row.user_id, Role(row.role), row.unit_id) for row in rows}
