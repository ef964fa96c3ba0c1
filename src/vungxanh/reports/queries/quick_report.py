"""The figures of the quick report of a day: those of the control room, with levels and unusual returns beside them."""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from vungxanh.common.duties import DutyState
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.reports.queries.control_room import ControlRoom, Row, all_control_room
from vungxanh.reports.queries.offices import points_below
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.models import DailyReturn
from vungxanh.risk.queries import ReturnStatus


@dataclass(frozen=True, slots=True)
class ReportDay:
    """`rows` in the order of the tree; `levels` by unit, with those for which it answers."""

    room: ControlRoom
    rows: tuple[Row, ...]
    statuses: Mapping[int, ReturnStatus]
    levels: Mapping[int, Mapping[str, int]]

    @property
    def owing(self) -> list[Row]:
        return [row for row in self.rows if row.daily_return.state != DutyState.NOTHING]

    @property
    def on_time(self) -> list[Row]:
        return [row for row in self.owing if self.statuses[row.unit.id].on_time]

    @property
    def late(self) -> list[Row]:
        return [row for row in self.owing if self.statuses[row.unit.id].on_time is False]

    @property
    def missing(self) -> list[Row]:
        return [row for row in self.owing if not self.statuses[row.unit.id].is_submitted]

    @property
    def unusual(self) -> list[DailyReturn]:
        """In the order in which they were opened."""
        found = [one for row in self.rows for one in self.statuses[row.unit.id].unusual]
        return sorted(found, key=lambda one: (one.opened_at, one.pk))


def all_report_day(unit_id: int, day: datetime.date, *, at: datetime.datetime, tree: Tree | None = None) -> ReportDay:
    """Of the reporting points at and below the unit; a flat number of queries."""
    tree = tree or all_tree_on(day)
    points = points_below(unit_id, tree)
    room = all_control_room(points, day, at=at, tree=tree)
    rows = {row.unit.id: row for row in room.all_rows}
    counts = risk_queries.all_level_counts(day, room.member_ids)
    return ReportDay(
        room=room,
        rows=tuple(rows[point] for point in points),
        statuses={one.unit.id: one for one in risk_queries.all_return_statuses(day, unit_ids=points, tree=tree)},
        levels={row.unit.id: _sum(counts, row) for row in room.all_rows},
    )


def _sum(counts: Mapping[int, Mapping[str, int]], row: Row) -> Mapping[str, int]:
    total: Counter[str] = Counter()
    for unit in row.member_ids:
        total.update(counts.get(unit, {}))
    return total
