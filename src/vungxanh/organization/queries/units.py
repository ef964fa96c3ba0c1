"""Units as their pages show them."""

import datetime
from collections import Counter
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common.dated import in_force, lasting
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import Delegation, Place, Post, RoleAssignment, Site, UnitVersion
from vungxanh.organization.tree import Tree, UnitNode


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A line of the tree page; `people` stand in the unit itself, seconded ones at their host too."""

    unit: UnitNode
    depth: int
    people: int


def all_tree_lines(tree: Tree, *, on: datetime.date) -> list[TreeLine]:
    counts = Counter(
        Post.objects.filter(in_force(on), person__merged_into__isnull=True).values_list("unit_id", flat=True)
    )
    return [TreeLine(node, tree.depth(node.id), counts[node.id]) for node in tree]


def all_versions(unit_id: int) -> list[UnitVersion]:
    """Newest first."""
    return list(UnitVersion.objects.filter(unit_id=unit_id).select_related("parent").order_by("-valid_from"))


def all_role_holders(unit_ids: set[int], *, on: datetime.date) -> list[RoleAssignment]:
    """Roles held at these nodes on the day, in the order of units and roles."""
    rows = RoleAssignment.objects.filter(in_force(on), unit_id__in=unit_ids).select_related("user", "unit")
    return list(rows.order_by("unit__code", "role", "user__full_name"))


def all_role_assignments(unit_ids: set[int], *, from_day: datetime.date) -> list[RoleAssignment]:
    """Those that hold on the day or begin later."""
    rows = RoleAssignment.objects.filter(lasting(from_day), unit_id__in=unit_ids).select_related("user", "unit")
    return list(rows.order_by("unit__code", "role", "user__full_name", "valid_from"))


def all_sites(unit_id: int) -> list[Site]:
    return list(Site.objects.filter(unit_id=unit_id, closed_on__isnull=True).select_related("area").order_by("code"))


def all_deputies(unit_ids: set[int], *, but: User, on: datetime.date) -> list[User]:
    """Those to whom a head of these units hands over first, in the order of their user names."""
    wanted = (Role.UNIT_DEPUTY, Role.DEPUTY_DIRECTOR)
    rows = RoleAssignment.objects.filter(in_force(on), unit__in=unit_ids, role__in=wanted)
    users = User.objects.filter(is_active=True, pk__in=rows.values("user")).exclude(pk=but.pk)
    return list(users.order_by("username"))


def all_delegations(user_ids: set[int], *, from_day: datetime.date) -> list[Delegation]:
    """Given or held by these accounts, not over before `from_day`, revoked ones too."""
    rows = Delegation.objects.filter(last_day__gte=from_day).select_related("principal", "delegate", "unit")
    found = rows.filter(principal_id__in=user_ids) | rows.filter(delegate_id__in=user_ids)
    return list(found.order_by("first_day", "pk"))


def all_area_code(area_id: int | None) -> str:
    """The code of an area, for a form that shows it."""
    return AdministrativeUnit.objects.values_list("code", flat=True).get(pk=area_id) if area_id else ""


def all_places(site: Site, *, on: datetime.date) -> list[Place]:
    """Those that are open on the day: gates first, then by name."""
    rows = [place for place in Place.objects.filter(site=site) if place.closed_on is None or place.closed_on > on]
    return sorted(rows, key=lambda place: (PlaceKind.values.index(place.kind), place.name, place.pk))
