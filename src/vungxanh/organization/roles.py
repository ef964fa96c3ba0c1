"""Who holds which role where: the one question that every permission asks.

A role holds at its node and everywhere below it. A delegate holds the delegated role of the principal as long as the
principal holds it. All answers are for a day; an inactive account holds nothing.
"""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, Protocol

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


def holdings(user: MayHoldRoles, *, on: datetime.date) -> list[Holding]:
    """What `user` holds on the day, own roles first; two queries, or none where it was read once."""
    if not user.is_active or user.pk is None:
        return []
    return once((holdings, user.pk, on), lambda: _holdings(user, on))


def _holdings(user: MayHoldRoles, on: datetime.date) -> list[Holding]:
    own = RoleAssignment.objects.filter(in_force(on), user_id=user.pk)
    lent = Delegation.objects.filter(
        delegate_id=user.pk, first_day__lte=on, last_day__gte=on, revoked_at__isnull=True, principal__is_active=True
    )
    held = [Holding(Role(row.role), row.unit_id) for row in own]
    principals = _assigned(on, user_ids={row.principal_id for row in lent}) if lent else set()
    held += [
        Holding(Role(row.role), row.unit_id, row.principal_id)
        for row in lent
        if (row.principal_id, Role(row.role), row.unit_id) in principals
    ]
    return held


def holds(user: MayHoldRoles, role: Role | Iterable[Role], unit_id: int, *, on: datetime.date) -> bool:
    """Whether `user` holds the role, or one of the roles, at the unit or above it."""
    return unit_id in unit_ids_where(user, role, on=on)


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


def holders(
    role: Role | Iterable[Role], unit_id: int, *, on: datetime.date, tree: Tree | None = None, nearest: bool = True
) -> list[User]:
    """Active users who hold one of the roles for the unit: at the nearest node that has any, or at all above."""
    roles = {role} if isinstance(role, Role) else set(role)
    tree = tree or all_tree_on(on)
    chain = [node.id for node in tree.above(unit_id)]
    rows = RoleAssignment.objects.filter(in_force(on), role__in=roles, unit_id__in=chain, user__is_active=True)
    by_node: dict[int, list[User]] = {}
    for row in rows.select_related("user").order_by("pk"):
        by_node.setdefault(row.unit_id, []).append(row.user)
    found = [user for node in chain for user in by_node.get(node, [])]
    if nearest:
        found = next((by_node[node] for node in chain if node in by_node), [])
    return list(dict.fromkeys(found))


def all_holders(
    role: Role | Iterable[Role], unit_ids: Collection[int], *, on: datetime.date, tree: Tree | None = None
) -> dict[int, list[User]]:
    """For each unit its `holders` at the nearest node that has any; one query beside the tree's."""
    roles = {role} if isinstance(role, Role) else set(role)
    tree = tree or all_tree_on(on)
    chains = {unit: [node.id for node in tree.above(unit)] for unit in unit_ids}
    nodes = {node for chain in chains.values() for node in chain}
    rows = RoleAssignment.objects.filter(in_force(on), role__in=roles, unit_id__in=nodes, user__is_active=True)
    by_node: dict[int, dict[User, None]] = {}
    for row in rows.select_related("user").order_by("pk"):
        by_node.setdefault(row.unit_id, {})[row.user] = None
    return {
        unit: list(next((by_node[node] for node in chain if node in by_node), {})) for unit, chain in chains.items()
    }


def _assigned(on: datetime.date, *, user_ids: set[int]) -> set[tuple[int, Role, int]]:
    rows = RoleAssignment.objects.filter(in_force(on), user_id__in=user_ids)
    return {(row.user_id, Role(row.role), row.unit_id) for row in rows}
