"""The tree of units as it stood on a day, read in one query and walked in memory."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from vungxanh.common.dated import lasting
from vungxanh.common.duties import Question
from vungxanh.common.indicators import Asked
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.models import UnitVersion
from vungxanh.organization.read_once import once

COLUMNS = (
    "unit_id",
    "unit__code",
    "name",
    "short_name",
    "kind",
    "parent_id",
    "position",
    "area_id",
    "has_seal",
    "has_account",
    "has_number_series",
    "has_fund",
    "is_reporting_point",
)
"""Of a version of a unit, in the order of the fields of `UnitNode`."""


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
    """Units in the order of the tree: parents before children, siblings by position, then name.

    `mark`: two trees of one day with the same mark are the same tree; "" for one of unknown mark.
    """

    def __init__(self, nodes: list[UnitNode], mark: str = "") -> None:
        self.mark = mark
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


KEPT_DAYS = 8
_kept: dict[datetime.date, tuple[str, Tree]] = {}
"""The trees read last, each with the mark that stood then."""
MARK = "(SELECT max(mark) FROM organization_treemark)"
ASKED = f"""
SELECT marks.mark, unit_id, code, name, short_name, kind, parent_id, position, area_id,
  has_seal, has_account, has_number_series, has_fund, is_reporting_point
FROM (SELECT {MARK} AS mark) AS marks LEFT JOIN
  (SELECT organization_unitversion.*, code FROM organization_unitversion
   JOIN organization_unit ON organization_unit.id = unit_id
   WHERE ({MARK} IS NULL OR {MARK} <> %s) AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)) AS versions
ON 1 = 1 ORDER BY versions.id
"""  # noqa: S608
"""One row without a unit where the mark is the known one, else a row for each version that holds on the day.

Without a mark, as before the table has its row, nothing is known. The columns are `COLUMNS`. The mark is a condition
that no version takes part in: where it does not hold no version is looked at."""


def all_tree_on(day: datetime.date) -> Tree:
    """Every unit of the installation that exists on `day`; one query, or none where it was read once.

    Nobody changes a tree: it is kept in memory for as long as no unit changes, and then the query brings one row.
    """
    return once((all_tree_on, day), lambda: _kept_tree_on(day))


def _kept_tree_on(day: datetime.date) -> Tree:
    known, tree = _kept.get(day, ("", None))
    asked = connection.ops.adapt_datefield_value(day)
    with connection.cursor() as cursor:
        cursor.execute(ASKED, [known, asked, asked])
        rows = cursor.fetchall()
    mark = rows[0][0]
    if tree is None or mark is None or mark != known:
        tree = Tree([_node(row) for _mark, *row in rows if row[0] is not None], mark or "")
        for old in list(_kept)[: max(0, len(_kept) - KEPT_DAYS + 1)]:
            _kept.pop(old, None)
        _kept[day] = (mark or "", tree)
    return tree


def all_tree_of(question: Question) -> Tree:
    """The one that all duties of the control room walk: `question.once(all_tree_of)`."""
    return all_tree_on(question.day)


def all_trees_of(asked: Asked) -> dict[datetime.date, Tree]:
    """The tree of each day of a period that has begun: `asked.once(all_trees_of)`."""
    return all_trees_between(asked.first, asked.until) if asked.first <= asked.until else {}


def all_trees_between(first: datetime.date, last: datetime.date) -> dict[datetime.date, Tree]:
    """The tree of each day, `last` as well; one query, and one tree for all the days on which nothing changes."""
    rows = UnitVersion.objects.filter(lasting(first), valid_from__lte=last).order_by("pk")
    versions = list(rows.values_list("valid_from", "valid_to", *COLUMNS))
    changes = {day for began, ended, *_row in versions for day in (began, ended) if day and first < day <= last}
    trees: dict[datetime.date, Tree] = {}
    for offset in range((last - first).days + 1):
        day = first + datetime.timedelta(days=offset)
        if day == first or day in changes:
            held = (row for began, ended, *row in versions if began <= day and (ended is None or ended > day))
            tree = Tree([_node(row) for row in held])
        trees[day] = tree
    return trees


def _node(row: Sequence[Any]) -> UnitNode:
    """Of the values of `COLUMNS`: every page walks the tree, and rows as objects take three times as long."""
    unit_id, code, name, short_name, kind, *place = row[:8]
    return UnitNode(unit_id, code, name, short_name, UnitKind(kind), *place, *(bool(right) for right in row[8:]))
