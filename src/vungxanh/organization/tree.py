"""The tree of units as it stood on a day, read in one query and walked in memory."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass, field

from vungxanh.common.dated import in_force, lasting
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.models import UnitVersion


@dataclass(slots=True)
class UnitNode:
    """A unit on the day of its tree; `id` is that of `Unit`."""

    id: int
    code: str
    name: str
    short_name: str
    kind: UnitKind
    parent_id: int | None
    position: int
    area_id: int | None
    has_seal: bool
    has_account: bool
    has_number_series: bool
    has_fund: bool
    is_reporting_point: bool
    child_ids: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return self.name


class Tree:
    """Units in the order of the tree: parents before children, siblings by position, then name."""

    def __init__(self, nodes: list[UnitNode]) -> None:
        self.nodes = {node.id: node for node in nodes}
        self._by_code = {node.code: node for node in nodes}
        self.roots: list[UnitNode] = []
        for node in sorted(nodes, key=lambda node: (node.position, node.name)):
            parent = self.nodes.get(node.parent_id) if node.parent_id else None
            if parent:
                parent.child_ids.append(node.id)
            else:
                self.roots.append(node)

    def __contains__(self, unit_id: int) -> bool:
        return unit_id in self.nodes

    def __getitem__(self, unit_id: int) -> UnitNode:
        return self.nodes[unit_id]

    def __iter__(self) -> Iterator[UnitNode]:
        for root in self.roots:
            yield from self.below(root.id)

    def by_code(self, code: str) -> UnitNode | None:
        return self._by_code.get(code)

    def children(self, unit_id: int) -> list[UnitNode]:
        return [self.nodes[child] for child in self.nodes[unit_id].child_ids]

    def below(self, unit_id: int) -> Iterator[UnitNode]:
        """The unit itself, then everything below it, in order."""
        stack = [unit_id]
        while stack:
            node = self.nodes[stack.pop()]
            yield node
            stack.extend(reversed(node.child_ids))

    def above(self, unit_id: int) -> Iterator[UnitNode]:
        """The unit itself, then its parents up to the root."""
        current = self.nodes.get(unit_id)
        while current:
            yield current
            current = self.nodes.get(current.parent_id) if current.parent_id else None

    def root_of(self, unit_id: int) -> UnitNode | None:
        """The agency at the top; None for a unit that does not exist on the day."""
        return next(iter(reversed(list(self.above(unit_id)))), None)

    def depth(self, unit_id: int) -> int:
        return sum(1 for _ in self.above(unit_id)) - 1

    def reporting_points(self) -> list[UnitNode]:
        return [node for node in self if node.is_reporting_point]

    def reporting_point_of(self, unit_id: int) -> UnitNode | None:
        """The nearest unit at or above that answers on the national map."""
        return next((node for node in self.above(unit_id) if node.is_reporting_point), None)

    def answered_by(self, reporting_point_id: int) -> set[int]:
        """Ids of the units for which a reporting point answers: itself and those below without a point of their own."""
        return {
            node.id
            for node in self.below(reporting_point_id)
            if (point := self.reporting_point_of(node.id)) and point.id == reporting_point_id
        }


def all_tree_on(day: datetime.date) -> Tree:
    """Every unit of the installation that exists on `day`; one query."""
    versions = UnitVersion.objects.filter(in_force(day)).select_related("unit").order_by("pk")
    return Tree([_node(version) for version in versions])


def all_trees_between(first: datetime.date, last: datetime.date) -> dict[datetime.date, Tree]:
    """The tree of each day, `last` as well; one query, and one tree for all the days on which nothing changes."""
    rows = UnitVersion.objects.filter(lasting(first), valid_from__lte=last).select_related("unit").order_by("pk")
    versions = list(rows)
    changes = {day for one in versions for day in (one.valid_from, one.valid_to) if day and first < day <= last}
    trees: dict[datetime.date, Tree] = {}
    for offset in range((last - first).days + 1):
        day = first + datetime.timedelta(days=offset)
        if day == first or day in changes:
            held = (one for one in versions if one.valid_from <= day and (one.valid_to is None or one.valid_to > day))
            tree = Tree([_node(one) for one in held])
        trees[day] = tree
    return trees


def _node(version: UnitVersion) -> UnitNode:
    return UnitNode(
        id=version.unit_id,
        code=version.unit.code,
        name=version.name,
        short_name=version.short_name,
        kind=UnitKind(version.kind),
        parent_id=version.parent_id,
        position=version.position,
        area_id=version.area_id,
        has_seal=version.has_seal,
        has_account=version.has_account,
        has_number_series=version.has_number_series,
        has_fund=version.has_fund,
        is_reporting_point=version.is_reporting_point,
    )
