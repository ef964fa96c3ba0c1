"""One unit's day: who declared, who is missing, who needs a look, the return and the zone."""

import datetime
from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from vungxanh.accounts.models import User
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reports.queries.people import PersonLine, all_lines
from vungxanh.reports.queries.sight import seen_unit_ids
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.queries import ReturnStatus, ShownZone
from vungxanh.screening.models import PersonDay
from vungxanh.screening.queries.corrections import all_corrections, corrections_by_person
from vungxanh.screening.queries.days import UnitCounts, all_unit_counts, total


@dataclass(frozen=True)
class UnitDay:
    """Everything that the page of a unit's day shows. `levels`: how many people had each level, worst first; `others`:
    units below that send returns of their own."""

    unit: UnitNode
    parent: UnitNode | None
    children: tuple[UnitNode, ...]
    others: tuple[UnitNode, ...]
    day: datetime.date
    counts: UnitCounts
    lines: tuple[PersonLine, ...]
    levels: tuple[tuple[str, int], ...]
    sees_levels: bool
    zone: ShownZone | None
    return_status: ReturnStatus | None

    @cached_property
    def missing(self) -> list[PersonLine]:
        return [line for line in self.lines if line.is_missing]

    @cached_property
    def flagged(self) -> list[PersonLine]:
        return [line for line in self.lines if line.is_flagged]

    @cached_property
    def excused(self) -> list[PersonLine]:
        return [line for line in self.lines if line.day.excuse]


def unit_day(
    viewer: User,
    unit: UnitNode,
    day: datetime.date,
    *,
    at: datetime.datetime,
    tree: Tree | None = None,
    only_answered: bool = False,
) -> UnitDay:
    """The unit and everything below it, with `only_answered` without those that send returns of their own; a flat
    number of queries. The caller asked whether the viewer may see it."""
    tree = tree or all_tree_on(day)
    seen = seen_unit_ids(viewer, day, tree=tree)
    others = [node for node in tree.below(unit.id) if node.is_reporting_point and node.id != unit.id]
    below = {node.id for node in tree.below(unit.id)} & seen
    if only_answered:
        below -= {node.id for other in others for node in tree.below(other.id)}
    rows = PersonDay.objects.filter(day=day, unit_id__in=below).select_related("windows").order_by("pk")
    levels = {one.subject: one for one in risk_queries.people_levels(viewer, unit.id, day, tree=tree)}
    corrections = corrections_by_person(all_corrections(day, below)) if levels else {}
    counts = all_unit_counts(day, at=at, unit_ids=below)
    parent = tree.nodes.get(unit.parent_id or 0)
    return UnitDay(
        unit=unit,
        parent=parent if parent and parent.id in seen else None,
        children=tuple(tree.children(unit.id)),
        others=tuple(others),
        day=day,
        counts=total(counts.values()),
        lines=tuple(all_lines(rows, day=day, at=at, tree=tree, levels=levels, corrections=corrections)),
        levels=_level_counts(day, below),
        sees_levels=bool(levels),
        zone=risk_queries.all_zones_on([unit.id], day).get(unit.id),
        return_status=risk_queries.return_status_of_unit(viewer, unit.id, day, tree=tree),
    )


def _level_counts(day: datetime.date, unit_ids: set[int]) -> tuple[tuple[str, int], ...]:
    """Counts name nobody, so that everybody who sees the board sees them; "" for those never assessed."""
    total: Counter[str] = Counter()
    for counts in risk_queries.all_level_counts(day, unit_ids).values():
        total.update(counts)
    worst_first = ("VERY_HIGH", "HIGH", "MEDIUM", "LOW")
    return (*((level, total[level]) for level in worst_first), ("", total["UNKNOWN"]))
