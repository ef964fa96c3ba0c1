"""A month of the boards, day by day: declared, returned, missing, the levels of people, and the zones of units."""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Min

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.organization.tree import Tree, UnitNode, all_trees_between
from vungxanh.organization.workdays import all_workdays
from vungxanh.reports.queries.day_figures import DayFigures, all_day_figures
from vungxanh.reports.queries.sight import seen_unit_ids
from vungxanh.risk.models import DailyReturn
from vungxanh.risk.queries import all_zone_levels_on
from vungxanh.risk.queries.returns import all_due_at, all_first_sent, all_owed

ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class MonthDay:
    """`returns_missing`: owed, due, and not sent; None before it is due. `zones`: how many units had each colour as the
    worst of the day. `is_off`: none of the units works. A day to come has neither figures nor zones."""

    figures: DayFigures
    is_off: bool = False
    is_ahead: bool = False
    returns_missing: int | None = None
    zones: Mapping[str, int] | None = None

    @property
    def day(self) -> datetime.date:
        return self.figures.day

    @property
    def has_returns(self) -> bool:
        """Whether any was owed or sent."""
        sent = self.figures.returns_on_time + self.figures.returns_late
        return bool(sent or self.returns_missing)


@dataclass(frozen=True, slots=True)
class MonthFigures:
    """`unit`: whose part of the tree was chosen; None for everything that the viewer sees. `choices`: what may be
    chosen, in the order of the tree, each with a dot per step down. `title` names what is counted, `agency` to whom it
    belongs. `points`: how many send returns of their own. `answering`: the reporting point that sends those of a chosen
    unit without any."""

    days: tuple[MonthDay, ...]
    unit: UnitNode | None
    choices: tuple[tuple[UnitNode, str], ...]
    agency: str
    title: str
    points: int
    answering: UnitNode | None = None


def month_figures(
    viewer: User, first: datetime.date, last: datetime.date, *, code: str = "", at: datetime.datetime
) -> MonthFigures | None:
    """Of the units that the viewer sees, or of the part below the unit of `code`; None where there is nothing to see.

    Each day counts by the tree of that day; whoever sees a unit on the last day of the stretch, or on the first, sees
    it. A flat number of queries, whatever the number of units and days.
    """
    today = at.astimezone(ZONE).date()
    until = min(last, today)
    trees = all_trees_between(first, until)
    seen = {one for day in (until, first) for one in seen_unit_ids(viewer, day, tree=trees[day])}
    tree = trees[until]
    unit = next((found for one in (tree, trees[first]) if (found := one.by_code(code))), None) if code else None
    if not seen or (code and (unit is None or unit.id not in seen)):
        return None
    members = seen & _below(unit, trees) if unit else seen
    points = {node.id for one in trees.values() for node in one.reporting_points() if node.id in members}
    roots = [node for node in tree if node.id in seen and node.parent_id not in seen]
    return MonthFigures(
        days=(
            *_days(members, points, trees, at),
            *(
                MonthDay(DayFigures(until + offset * ONE_DAY), is_ahead=True)
                for offset in range(1, (last - until).days + 1)
            ),
        ),
        unit=unit,
        choices=tuple((node, "· " * tree.depth(node.id)) for node in tree if node.id in seen),
        agency=", ".join(dict.fromkeys(root.name for one in roots if (root := tree.root_of(one.id)))),
        title=unit.name if unit else ", ".join(node.name for node in roots),
        points=len(points),
        answering=None if points or unit is None or unit.id not in tree else tree.reporting_point_of(unit.id),
    )


def _below(unit: UnitNode, trees: Mapping[datetime.date, Tree]) -> set[int]:
    """The unit and everything that stood below it on one of the days."""
    different = {id(tree): tree for tree in trees.values() if unit.id in tree}
    return {node.id for tree in different.values() for node in tree.below(unit.id)}


def _days(
    members: Collection[int], points: Collection[int], trees: Mapping[datetime.date, Tree], at: datetime.datetime
) -> list[MonthDay]:
    first, last = min(trees), max(trees)
    calendar = all_workdays(first, last, tree=trees[last])
    owed = all_owed(trees)
    sent = _sent(points, first, last)
    began = DailyReturn.objects.aggregate(day=Min("day"))["day"] or last
    coloured = points or members
    levels = all_zone_levels_on(coloured, list(trees))
    found = []
    for figures in all_day_figures(members, first, last, at=at):
        day, tree = figures.day, trees[figures.day]
        missing = (owed[day] & set(points)) - sent.get(day, set()) if day >= began else set()
        zones = Counter(levels.get((one, day), "") for one in coloured if one in tree)
        found.append(
            MonthDay(
                figures,
                is_off=not any(calendar.is_working(day, one) for one in members if one in tree),
                returns_missing=len(missing) if at >= all_due_at(day) else None,
                zones=zones if any(zones.keys()) else None,
            )
        )
    return found


def _sent(points: Collection[int], first: datetime.date, last: datetime.date) -> dict[datetime.date, set[int]]:
    """By day the reporting points whose daily return went; one query."""
    rows = all_first_sent(first, last).filter(unit_id__in=points)
    found: dict[datetime.date, set[int]] = {}
    for day, unit in rows.values_list("day", "unit_id"):
        found.setdefault(day, set()).add(unit)
    return found
