"""Guidance as far as the viewer may read it, and who has not read it yet."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.common.vietnamese import folded
from vungxanh.directing.enums import GuidanceState
from vungxanh.directing.models import Guidance, GuidanceReading
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post, RoleAssignment
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

PUBLISH = frozenset({Role.OFFICE})
SEE_ALL = PUBLISH | roles.LEADERS
READERS = frozenset({Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_CLERK})
"""Of whom each says that one has read and understood it."""
OUT = [GuidanceState.PUBLISHED, GuidanceState.REPLACED]


@dataclass(slots=True)
class Reader:
    user: User
    roles: list[Role]
    read_at: datetime.datetime | None


@dataclass(slots=True)
class UnitReading:
    """A unit of those for whom a guidance is, with its readers."""

    unit: UnitNode
    readers: list[Reader] = field(default_factory=list)

    @property
    def missing(self) -> list[Reader]:
        return [reader for reader in self.readers if reader.read_at is None]


def guidance_visible_to(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> QuerySet[Guidance]:
    """Published for a unit where the viewer works or has a role; all of the agency for the Office, drafts too, and for
    the leaders what is out."""
    tree = tree or all_tree_on(on)
    published = roles.unit_ids_where(viewer, PUBLISH, on=on, tree=tree)
    led = roles.unit_ids_where(viewer, SEE_ALL, on=on, tree=tree)
    own = {one.unit_id for one in roles.holdings(viewer, on=on)}
    own |= set(Post.objects.filter(in_force(on), person__user_id=viewer.pk).values_list("unit_id", flat=True))
    seen = Q(unit__in=published) | Q(unit__in=led, state__in=OUT)
    seen |= Q(state__in=OUT, pk__in=_for_units(own, tree))
    return Guidance.objects.filter(seen).order_by(F("published_at").desc(nulls_first=True), "-made_at", "pk")


def _for_units(unit_ids: Collection[int], tree: Tree) -> QuerySet[Guidance]:
    """Keys of those for one of the units or for something above it."""
    above = {node.id for unit in unit_ids if unit in tree for node in tree.above(unit)}
    return Guidance.targets.through.objects.filter(unit_id__in=above).values("guidance_id")  # type: ignore[return-value]


def found_by(guidance: QuerySet[Guidance], search: str) -> QuerySet[Guidance]:
    """Those in which every word stands, with or without marks."""
    for word in folded(search).split():
        guidance = guidance.filter(search_text__contains=word)
    return guidance


def guidance_to_read(viewer: User, *, on: datetime.date, tree: Tree | None = None) -> QuerySet[Guidance]:
    """Published for a unit of which the viewer is a reader, and not read yet."""
    held = {one.unit_id for one in roles.holdings(viewer, on=on) if one.role in READERS}
    return all_guidance_to_read(viewer.pk, held, tree or all_tree_on(on))


def all_guidance_to_read(user_id: int, unit_ids: Collection[int], tree: Tree) -> QuerySet[Guidance]:
    """Published for one of the units, and not read by the user yet."""
    mine = GuidanceReading.objects.filter(user_id=user_id).values("guidance_id")
    waiting = Guidance.objects.filter(state=GuidanceState.PUBLISHED, pk__in=_for_units(unit_ids, tree))
    return waiting.exclude(pk__in=mine)


def target_unit_ids(guidance: Guidance, tree: Tree) -> list[int]:
    """The units for which it is, in the order of the tree."""
    nodes = [unit for unit in guidance.targets.values_list("pk", flat=True) if unit in tree]
    wanted = {node.id for unit in nodes for node in tree.below(unit)}
    return [node.id for node in tree if node.id in wanted]


def is_for(guidance: Guidance, viewer: User, *, on: datetime.date) -> bool:
    """Whether the viewer holds a role of the staff of a unit for which it is."""
    tree = all_tree_on(on)
    held = {one.unit_id for one in roles.holdings(viewer, on=on) if one.role in roles.UNIT_STAFF}
    return bool(held & set(target_unit_ids(guidance, tree)))


def all_readings(guidance: Guidance, *, on: datetime.date, tree: Tree) -> list[UnitReading]:
    """Units that have readers, each reader with when one read it; three queries."""
    units = {unit: UnitReading(tree[unit]) for unit in target_unit_ids(guidance, tree)}
    read = dict(guidance.readings.values_list("user_id", "read_at"))
    rows = RoleAssignment.objects.filter(in_force(on), role__in=READERS, unit__in=units, user__is_active=True)
    for row in rows.select_related("user").order_by("role", "pk"):
        readers = units[row.unit_id].readers
        there = next((reader for reader in readers if reader.user == row.user), None)
        if there:
            there.roles.append(Role(row.role))
        else:
            readers.append(Reader(row.user, [Role(row.role)], read.get(row.user_id)))
    return [one for one in units.values() if one.readers]


def chain_of(guidance: Guidance) -> list[Guidance]:
    """What it replaced, the latest before it first."""
    earlier = []
    current = guidance.replaces
    while current is not None:
        earlier.append(current)
        current = current.replaces
    return earlier
