"""How zones hang together in the tree: which units below bring a reason, and what a unit does to those above it.

A zone counts the people of the unit and of everybody below it; an area, a plan or an index counts for its own unit
alone. All is read from the zones in force, as the pages show them; who is past due changes with the clock alone and
comes as it is now.
"""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from vungxanh.common.decision_tables import Reason
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.risk.queries.days import COUNTED_BELOW, MISSING
from vungxanh.risk.queries.zones import ShownZone
from vungxanh.risk.rulebook import ZONE_LEVELS, ZONE_TABLE

DEEPEST = 2
"""So many levels below a unit stand on its page; what lies deeper is one step further down."""

Zones = Mapping[int, ShownZone]


@dataclass(frozen=True)
class Source:
    """A unit with its own part of a figure, without the units below it."""

    unit: UnitNode
    count: int


@dataclass(frozen=True)
class Inherited:
    """A reason and where it comes from, most first; without sources it lies in the unit itself.

    `elsewhere` counts what lies in units that the viewer does not see.
    """

    reason: Reason
    sources: tuple[Source, ...] = ()
    elsewhere: int = 0


@dataclass(frozen=True)
class Branch:
    """A unit below with its zone; `worst` is the worst colour at or below it, `deeper` counts what is not shown."""

    unit: UnitNode
    zone: ShownZone | None
    worst: str
    branches: tuple["Branch", ...] = ()
    deeper: int = 0

    @property
    def is_calm(self) -> bool:
        return self.worst == ZONE_LEVELS[0]

    @property
    def troubled(self) -> list["Branch"]:
        return [one for one in self.branches if not one.is_calm]

    @property
    def calm(self) -> list["Branch"]:
        return [one for one in self.branches if one.is_calm]


@dataclass(frozen=True)
class Share:
    """This unit's part of what a unit above counts for one of its reasons."""

    reason: Reason
    part: int
    whole: int


@dataclass(frozen=True)
class Above:
    """A unit above: its zone, this unit's part in it, and the colour that it would have without that part."""

    unit: UnitNode
    zone: ShownZone
    shares: tuple[Share, ...]
    without: str

    @property
    def is_moved(self) -> bool:
        return self.without != self.zone.level


def inherited(
    unit_id: int, zones: Zones, tree: Tree, *, missing: Mapping[int, int], seen: Collection[int]
) -> list[Inherited]:
    """The reasons of the unit in the order of its table; `missing`: how many are past due now, by unit."""
    found = []
    for reason in zones[unit_id].reasons:
        names = _counted(zones[unit_id], reason)
        own = {node.id: sum(_own(node, zones, missing, name) for name in names) for node in tree.below(unit_id)}
        order = sorted((node for node in own if own[node] > 0), key=lambda node: -own[node])
        sources = tuple(Source(tree[node], own[node]) for node in order if node in seen)
        rest = sum(own[node] for node in order if node not in seen)
        found.append(Inherited(reason, sources, rest))
    return found


def below(unit_id: int, zones: Zones, tree: Tree, *, seen: Collection[int], depth: int = DEEPEST) -> tuple[Branch, ...]:
    """The units directly below with what lies below them, worst first, else in the order of the tree."""
    branches = [_branch(node, zones, tree, seen, depth) for node in tree.children(unit_id) if node.id in seen]
    return tuple(sorted(branches, key=lambda one: -_rank(one.worst)))


def above(unit_id: int, zones: Zones, tree: Tree, *, seen: Collection[int], day: datetime.date) -> list[Above]:
    """From the nearest unit to the top, those that the viewer sees and that were judged."""
    nodes = [node for node in tree.above(unit_id) if node.id != unit_id and node.id in seen and node.id in zones]
    part = {name: -_figure(zones[unit_id], name) for name in COUNTED_BELOW}
    without = levels_with([zones[node.id] for node in nodes], part, day=day)
    return [Above(node, zones[node.id], _shares(zones[node.id], part), without[node.id]) for node in nodes]


def levels_with(zones: Collection[ShownZone], change: Mapping[str, int], *, day: datetime.date) -> dict[int, str]:
    """By unit the colour that the table of the day gives with these figures changed by so much, none below zero."""
    if not zones:
        return {}
    table = ZONE_TABLE.current()
    columns: dict[str, list[Any]] = {"id": [one.zone.unit_id for one in zones]}
    schema: dict[str, Any] = {"id": pl.Int64}
    for fact in table.editions.in_force(day).facts:
        values = [one.zone.figures.get(fact.name) for one in zones]
        step = change.get(fact.name, 0)
        columns[fact.name] = [max(0, (value or 0) + step) if step else value for value in values]
        schema[fact.name] = fact.type.column_type
    judged = table.judge(pl.DataFrame(columns, schema=schema), on=day)
    return dict(judged.select("id", "level").iter_rows())


def _shares(zone: ShownZone, part: Mapping[str, int]) -> tuple[Share, ...]:
    shares = []
    for reason in zone.reasons:
        names = _counted(zone, reason)
        mine = -sum(part[name] for name in names)
        whole = sum(_figure(zone, name) for name in names)
        if mine and whole:
            shares.append(Share(reason, min(mine, whole), whole))
    return tuple(shares)


def _branch(node: UnitNode, zones: Zones, tree: Tree, seen: Collection[int], depth: int) -> Branch:
    children = below(node.id, zones, tree, seen=seen, depth=depth - 1) if depth > 1 else ()
    levels = [zones[one.id].level if one.id in zones else "" for one in tree.below(node.id) if one.id in seen]
    hidden = len(levels) - 1 if depth <= 1 else 0
    return Branch(node, zones.get(node.id), max(levels, key=_rank), children, hidden)


def _rank(level: str) -> int:
    """Worst first; what was not judged stands between the calm and the troubled."""
    return 2 * ZONE_LEVELS.index(level) if level else 1


def _counted(zone: ShownZone, reason: Reason) -> tuple[str, ...]:
    """The figures counted over everybody below that the row of the reason asks."""
    row = ZONE_TABLE.current().editions.starting(zone.zone.edition).rows_by_code[reason.code]
    return tuple(fact.name for fact in row.when.facts() if fact.name in COUNTED_BELOW)


def _own(node: UnitNode, zones: Zones, missing: Mapping[int, int], name: str) -> int:
    """The figure of the unit less those of the units directly below it."""
    if name == MISSING:
        return missing.get(node.id, 0)
    if node.id not in zones:
        return 0
    return _figure(zones[node.id], name) - sum(_figure(zones[one], name) for one in node.child_ids if one in zones)


def _figure(zone: ShownZone, name: str) -> int:
    return int(zone.zone.figures.get(name) or 0)
