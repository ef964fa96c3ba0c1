"""Every unit that one sees against every duty of a day, worst first."""

import datetime
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from vungxanh.accounts.models import User
from vungxanh.common import duties
from vungxanh.common.duties import NOTHING_OWED, SEVERITY, Duty, DutyState, DutyStatus, Question
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, UnitNode, all_tree_of, all_tree_on
from vungxanh.reports.queries.sight import SEE_CONTROL_ROOM
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.rulebook import ZONE_LEVELS
from vungxanh.screening.duties import all_counts_of
from vungxanh.screening.queries.days import UnitCounts, total

Members = Mapping[int, Collection[int]]
BEHIND = (DutyState.OVERDUE, DutyState.BEHIND)
SETTLED = (DutyState.DONE, DutyState.NOTHING)


class Cell(NamedTuple):
    duty: Duty
    status: DutyStatus

    @property
    def is_awaited(self) -> bool:
        return self.duty.is_urged_early and self.status.state == DutyState.PENDING


class Row(NamedTuple):
    """One reporting point with the units for which it answers, or one of these. `below`: those that stand below it,
    filled where they were asked for; `depth` counts from the reporting point."""

    unit: UnitNode
    counts: UnitCounts
    cells: tuple[Cell, ...]
    zone: str
    member_ids: frozenset[int]
    depth: int = 0
    below: tuple["Row", ...] = ()
    has_below: bool = False

    @property
    def daily_return(self) -> DutyStatus:
        return next((cell.status for cell in self.cells if cell.duty.code == "daily_return"), NOTHING_OWED)

    @property
    def is_behind(self) -> bool:
        return any(cell.status.state in BEHIND for cell in self.cells)

    @property
    def open_cells(self) -> list[Cell]:
        """What one may urge for: duties that are behind, and those that must be finished before they are due."""
        return [cell for cell in self.cells if cell.status.state in BEHIND or cell.is_awaited]

    @property
    def day_cells(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.duty.spans_days]

    @property
    def longer_cells(self) -> list[Cell]:
        """What is open of the duties that span days, worst first."""
        found = [cell for cell in self.cells if cell.duty.spans_days and cell.status.state not in SETTLED]
        return sorted(found, key=lambda cell: -SEVERITY[cell.status.state])

    @property
    def owes_longer(self) -> bool:
        return any(cell.duty.spans_days and cell.status.state != DutyState.NOTHING for cell in self.cells)

    @property
    def severity(self) -> tuple[int, int, int]:
        """Worst duty, number of duties behind, colour: what comes first on the board is larger."""
        states = [SEVERITY[cell.status.state] for cell in self.cells if cell.status.state != DutyState.NOTHING]
        behind = sum(cell.status.state in BEHIND for cell in self.cells)
        return max(states, default=0), behind, ZONE_LEVELS.index(self.zone) if self.zone else -1


@dataclass(frozen=True)
class ControlRoom:
    day: datetime.date
    at: datetime.datetime
    duties: tuple[Duty, ...]
    rows: tuple[Row, ...]
    all_rows: tuple[Row, ...]

    @cached_property
    def totals(self) -> UnitCounts:
        return total(row.counts for row in self.all_rows)

    @cached_property
    def shown_excused(self) -> int:
        return sum(row.counts.excused for row in self.rows)

    @cached_property
    def day_duties(self) -> list[Duty]:
        """Those that have a column: owed anew each day, by some unit."""
        return [duty for duty in self.duties if duty.code in self.owed and not duty.spans_days]

    @cached_property
    def owes_longer(self) -> bool:
        return any(row.owes_longer for row in self.all_rows)

    @cached_property
    def shown_longer(self) -> int:
        """How many duties that span days are open among the shown units."""
        return sum(len(row.longer_cells) for row in self.rows)

    @cached_property
    def shown_sums(self) -> list[tuple[Duty, int, int]]:
        """The row of totals below the shown units: done of expected for each duty of the day."""
        columns = zip(*(row.day_cells for row in self.rows), strict=True)
        return [
            (cells[0].duty, sum(cell.status.done for cell in cells), sum(cell.status.expected for cell in cells))
            for cells in columns
        ]

    @cached_property
    def owed(self) -> set[str]:
        """Codes of the duties that some unit owes: the page leaves out the columns of the others."""
        cells = [cell for row in self.all_rows for cell in row.cells]
        return {cell.duty.code for cell in cells if cell.status.state != DutyState.NOTHING}

    @cached_property
    def member_ids(self) -> set[int]:
        return {unit for row in self.all_rows for unit in row.member_ids}

    @cached_property
    def behind(self) -> int:
        return sum(row.is_behind for row in self.all_rows)

    @cached_property
    def zones(self) -> list[tuple[str, int]]:
        """How many units stand in each colour; the last is not judged yet."""
        return [(level, sum(row.zone == level for row in self.all_rows)) for level in (*ZONE_LEVELS, "")]

    @cached_property
    def returns(self) -> tuple[int, int]:
        """Of the units that owe the daily return, how many have sent it."""
        owed = [row.daily_return for row in self.all_rows if row.daily_return.state != DutyState.NOTHING]
        return sum(status.state == DutyState.DONE for status in owed), len(owed)


def control_room(
    viewer: User,
    day: datetime.date,
    *,
    at: datetime.datetime,
    only_behind: bool = False,
    zone: str = "",
    kind: str = "",
    opened: Collection[str] = (),
    tree: Tree | None = None,
) -> ControlRoom:
    """Reporting points at which the viewer holds a role of the control room, those in `opened` (codes) with the units
    below them; a flat number of queries."""
    tree = tree or all_tree_on(day)
    seen = {point.id for point in _seen_points(viewer, day, tree)}
    room = all_control_room(seen, day, at=at, opened=opened, tree=tree)
    shown = tuple(
        row
        for row in room.all_rows
        if (row.is_behind or not only_behind) and (not zone or row.zone == zone) and (not kind or row.unit.kind == kind)
    )
    return replace(room, rows=shown)


def all_control_room(
    unit_ids: Collection[int],
    day: datetime.date,
    *,
    at: datetime.datetime,
    opened: Collection[str] = (),
    tree: Tree | None = None,
) -> ControlRoom:
    """The reporting points among the units, whoever looks; a flat number of queries."""
    tree = tree or all_tree_on(day)
    points = [point for point in tree.reporting_points() if point.id in unit_ids]
    rows = tuple(sorted(_rows(points, tree, day, at, opened), key=lambda row: row.severity, reverse=True))
    return ControlRoom(day, at, tuple(duties.duties()), rows, rows)


def seen_member_ids(viewer: User, day: datetime.date) -> set[int]:
    """The units for which the reporting points of the viewer's control room answer."""
    tree = all_tree_on(day)
    return {unit for point in _seen_points(viewer, day, tree) for unit in tree.answered_by(point.id)}


def _seen_points(viewer: User, day: datetime.date, tree: Tree) -> list[UnitNode]:
    visible = roles.unit_ids_where(viewer, SEE_CONTROL_ROOM, on=day, tree=tree)
    return [point for point in tree.reporting_points() if point.id in visible]


def _rows(
    points: Iterable[UnitNode], tree: Tree, day: datetime.date, at: datetime.datetime, opened: Collection[str]
) -> Iterator[Row]:
    members: dict[int, set[int]] = {point.id: tree.answered_by(point.id) for point in points}
    inside = {
        point: [node.id for node in tree.below(point) if node.id in answered and node.id != point]
        for point, answered in members.items()
        if tree[point].code in opened
    }
    asked: Members = members | {
        unit: {node.id for node in tree.below(unit)} & members[point]
        for point, units in inside.items()
        for unit in units
    }
    rows = {row.unit.id: row for row in _answered(asked, tree, day, at)}
    for point in members:
        if units := inside.get(point):
            depths = ((unit, tree.depth(unit) - tree.depth(point)) for unit in units)
            below = tuple(rows[unit]._replace(depth=depth, has_below=False) for unit, depth in depths)
            yield rows[point]._replace(below=below)
        else:
            yield rows[point]


def _answered(members: Members, tree: Tree, day: datetime.date, at: datetime.datetime) -> Iterator[Row]:
    question = Question(day, at, members, known={all_tree_of: tree})
    answers = [(duty, duty.statuses(question)) for duty in duties.duties()]
    counts = question.once(all_counts_of)
    zones = risk_queries.all_levels_on(members, day)
    for unit, answered in members.items():
        yield Row(
            unit=tree[unit],
            counts=counts[unit],
            cells=tuple(Cell(duty, statuses.get(unit, NOTHING_OWED)) for duty, statuses in answers),
            zone=zones.get(unit, ""),
            member_ids=frozenset(answered),
            has_below=len(answered) > 1,
        )
