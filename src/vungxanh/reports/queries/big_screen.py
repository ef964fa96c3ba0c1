"""What the television of the duty room shows of today: figures and units, nobody's name."""

import datetime
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.common.duties import DutyState
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.reports.queries.control_room import ControlRoom, Row, control_room
from vungxanh.risk.queries.returns import all_brief_statuses, all_due_at

ROWS, PAGES = 7, 10
"""Units on the screen at one time, and how many times as many it pages through."""


@dataclass(frozen=True, slots=True)
class OpenEvent:
    """An unusual return that is not sent yet, with its clock."""

    unit: UnitNode
    due_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class BigScreen:
    """`pages`: the units that are behind, worst first, as many as fit at once; `left_out`: those beyond the last."""

    room: ControlRoom
    due_at: datetime.datetime
    on_time: int
    late: int
    waiting: int
    events: tuple[OpenEvent, ...]
    pages: tuple[tuple[Row, ...], ...]
    left_out: int


def big_screen(viewer: User, day: datetime.date, *, at: datetime.datetime) -> BigScreen:
    """Of the units of the viewer's control room; one query more than it."""
    tree = all_tree_on(day)
    room = control_room(viewer, day, at=at, tree=tree)
    owing = {row.unit.id for row in room.all_rows if row.daily_return.state != DutyState.NOTHING}
    points = {row.unit.id for row in room.all_rows}
    statuses = all_brief_statuses(day, unit_ids=points, tree=tree)
    sent = [one for one in statuses if one.is_submitted]
    events = [OpenEvent(one.unit, opened.due_at) for one in statuses for opened in one.open_unusual]
    behind = [row for row in room.all_rows if row.is_behind]
    shown = behind[: ROWS * PAGES]
    return BigScreen(
        room=room,
        due_at=all_due_at(day),
        on_time=sum(bool(one.on_time) for one in sent),
        late=sum(not one.on_time for one in sent),
        waiting=sum(one.unit.id in owing and not one.is_submitted for one in statuses),
        events=tuple(sorted(events, key=lambda one: one.due_at)),
        pages=tuple(tuple(shown[start : start + ROWS]) for start in range(0, len(shown), ROWS)),
        left_out=len(behind) - len(shown),
    )
