"""What a new edition of the rules would make of today: whose level and which unit's zone would be another one.

The same engine judges the same facts by the edition in force and by the new one; nothing is kept.
"""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace

import polars as pl
from django.db.models import Count

from vungxanh.common import facts
from vungxanh.common.decision_tables import DecisionTable, TableEdition
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.risk.queries.days import PersonDays, all_person_days, zone_figures
from vungxanh.risk.queries.judging import all_judged_units
from vungxanh.risk.rulebook import PERSON_TABLE, RISK_LEVELS, ZONE_LEVELS, ZONE_TABLE
from vungxanh.screening.models import PersonDay


@dataclass(frozen=True)
class Effect:
    """`people`: how many were judged; `steps`: of them, how many would go from one level to another, None where the
    file decides no levels. `zones`: units that would have another zone, with both. `units` of `all_units` were counted:
    those with everybody below them, as far as the bound of people goes."""

    people: int
    steps: Mapping[tuple[str, str], int] | None
    zones: tuple[tuple[UnitNode, str, str], ...]
    units: int
    all_units: int

    @property
    def moved(self) -> int:
        return sum((self.steps or {}).values())

    @property
    def worst_first(self) -> list[tuple[str, str, int]]:
        """The steps, those to the worst level first."""
        order = sorted((self.steps or {}).items(), key=lambda one: [RISK_LEVELS.index(level) for level in one[0][::-1]])
        return [(before, after, count) for (before, after), count in reversed(order)]


def effect_on_today(
    table: object, starts: datetime.date, *, on: datetime.date, at: datetime.datetime, tree: Tree, most: int
) -> Effect | None:
    """Of the edition that begins on `starts`, as if it held on the day; None for rules that decide neither levels nor
    zones. Counts whole parts of the tree until `most` people are reached."""
    codes = {file.current().code for file in (PERSON_TABLE, ZONE_TABLE)}
    if not isinstance(table, DecisionTable) or table.code not in codes:
        return None
    edition = table.editions.starting(starts)
    units = _counted(on, tree, most)
    members = {unit: {node.id for node in tree.below(unit)} for unit in units}
    days = all_person_days(on, units)
    if table.code == ZONE_TABLE.current().code:
        steps, after = None, _zones(days, members, at, edition)
    else:
        moved = _moved(days, edition)
        steps = Counter(moved.values())
        after = _zones(_with_levels(days, {one: level for one, (_before, level) in moved.items()}), members, at)
    before = _zones(days, members, at)
    zones = [(tree[unit], level, after[unit]) for unit, level in before.items() if after[unit] != level]
    return Effect(
        people=days.frame["subject"].n_unique(),
        steps=steps,
        zones=tuple(sorted(zones, key=lambda one: -ZONE_LEVELS.index(one[2]))),
        units=len(units),
        all_units=len(tree.nodes),
    )


def _counted(day: datetime.date, tree: Tree, most: int) -> list[int]:
    """Units whose people, with everybody below, are counted: the largest parts of the tree that still fit."""
    own = dict(PersonDay.objects.filter(day=day).order_by().values_list("unit_id").annotate(Count("pk")))
    whole: dict[int, int] = {}
    for node in reversed(list(tree)):
        whole[node.id] = own.get(node.id, 0) + sum(whole[child] for child in node.child_ids)
    found: list[int] = []
    waiting = [root.id for root in reversed(tree.roots)]
    while waiting:
        unit = waiting.pop()
        if whole[unit] <= most:
            most -= whole[unit]
            found += [node.id for node in tree.below(unit)]
        else:
            waiting += reversed(tree[unit].child_ids)
    return found


def _moved(days: PersonDays, edition: TableEdition) -> dict[str, tuple[str, str]]:
    """By subject, the levels before and after of those whom the new edition judges otherwise. What a unit decided
    of somebody plays no part: both are what the rules say."""
    now = PERSON_TABLE.current().editions.in_force(days.day)
    asked = dict.fromkeys([*now.facts, *edition.facts])
    frame = facts.gather(days.frame["subject"].unique(maintain_order=True), asked, on=days.day)
    pairs = zip(frame["id"], now.compiled.judge(frame)["level"], edition.compiled.judge(frame)["level"], strict=True)
    return {subject: (before, after) for subject, before, after in pairs if before != after}


def _with_levels(days: PersonDays, levels: Mapping[str, str]) -> PersonDays:
    level = pl.col("subject").replace_strict(levels, default=None, return_dtype=pl.String)
    frame = days.frame.with_columns(pl.coalesce(level, pl.col("level")).alias("level")) if levels else days.frame
    return replace(days, frame=frame)


def _zones(
    days: PersonDays, members: Mapping[int, set[int]], at: datetime.datetime, edition: TableEdition | None = None
) -> dict[int, str]:
    if not members:
        return {}
    figures = zone_figures(days, members, at=at).rows(named=True)
    return {row["id"]: row["level"] for row in all_judged_units(figures, on=days.day, edition=edition)}
