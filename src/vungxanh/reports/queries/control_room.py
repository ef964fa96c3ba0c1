"""Every unit that one sees against every duty of a day, worst first."""

import datetime
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.common import duties
from vungxanh.common.duties import NOTHING_OWED, SEVERITY, Duty, DutyState, DutyStatus, Question
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reports.queries.sight import SEE_CONTROL_ROOM
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.rulebook import ZONE_LEVELS
from vungxanh.screening.queries.days import UnitCounts, all_unit_counts

BEHIND = (DutyState.OVERDUE, DutyState.BEHIND)


@dataclass(frozen=True, slots=True)
class Cell:
    duty: Duty
    status: DutyStatus


@dataclass(frozen=True, slots=True)
class Row:
    """One reporting point with the units for which it answers."""

    unit: UnitNode
    counts: UnitCounts
    cells: tuple[Cell, ...]
    zone: str
    member_ids: frozenset[int]

    @property
    def is_behind(self) -> bool:
        return any(cell.status.state in BEHIND for cell in self.cells)

    @property
    def severity(self) -> tuple[int, int, int]:
        """Worst duty, number of duties behind, colour: what comes first on the board is larger."""
        states = [SEVERITY[cell.status.state] for cell in self.cells if cell.status.state != DutyState.NOTHING]
        behind = sum(cell.status.state in BEHIND for cell in self.cells)
        return max(states, default=0), behind, ZONE_LEVELS.index(self.zone) if self.zone else -1


@dataclass(frozen=True, slots=True)
class ControlRoom:
    day: datetime.date
    at: datetime.datetime
    duties: tuple[Duty, ...]
    rows: tuple[Row, ...]
    all_rows: tuple[Row, ...]

    @property
    def totals(self) -> UnitCounts:
        return sum((row.counts for row in self.all_rows), UnitCounts())

    @property
    def member_ids(self) -> set[int]:
        return {unit for row in self.all_rows for unit in row.member_ids}

    @property
    def behind(self) -> int:
        return sum(row.is_behind for row in self.all_rows)

    def zones(self) -> list[tuple[str, int]]:
        """How many units stand in each colour; the last is not judged yet."""
        return [(level, sum(row.zone == level for row in self.all_rows)) for level in (*ZONE_LEVELS, "")]

    def done(self, code: str) -> tuple[int, int]:
        """Of the units that owe the duty, how many have done it."""
        cells = [cell for row in self.all_rows for cell in row.cells if cell.duty.code == code]
        owing = [cell for cell in cells if cell.status.state != DutyState.NOTHING]
        return sum(cell.status.state == DutyState.DONE for cell in owing), len(owing)

    @property
    def returns(self) -> tuple[int, int]:
        return self.done("daily_return")


def control_room(
    viewer: User,
    day: datetime.date,
    *,
    at: datetime.datetime,
    only_behind: bool = False,
    zone: str = "",
    kind: str = "",
) -> ControlRoom:
    """Reporting points at which the viewer holds a role of the control room; a flat number of queries."""
    tree = all_tree_on(day)
    visible = roles.unit_ids_where(viewer, SEE_CONTROL_ROOM, on=day, tree=tree)
    points = [point for point in tree.reporting_points() if point.id in visible]
    rows = sorted(_rows(points, tree, day, at), key=lambda row: row.severity, reverse=True)
    shown = [
        row
        for row in rows
        if (row.is_behind or not only_behind) and (not zone or row.zone == zone) and (not kind or row.unit.kind == kind)
    ]
    return ControlRoom(day, at, tuple(duties.duties()), tuple(shown), tuple(rows))


def _rows(points: list[UnitNode], tree: Tree, day: datetime.date, at: datetime.datetime) -> list[Row]:
    members = {point.id: tree.answered_by(point.id) for point in points}
    question = Question(day, at, members)
    answers = [(duty, duty.statuses(question)) for duty in duties.duties()]
    counts = all_unit_counts(day, at=at)
    zones = risk_queries.all_zones(members)
    return [
        Row(
            unit=point,
            counts=sum((counts[unit] for unit in members[point.id] if unit in counts), UnitCounts()),
            cells=tuple(Cell(duty, statuses.get(point.id, NOTHING_OWED)) for duty, statuses in answers),
            zone=zones[point.id].level if point.id in zones else "",
            member_ids=frozenset(members[point.id]),
        )
        for point in points
    ]
