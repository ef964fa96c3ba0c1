"""The control room: every unit that one sees against every duty of a day, as the board shows it."""

import datetime
from typing import Literal

from django.http import HttpRequest
from ninja import Query, Router
from pydantic import BaseModel

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem
from vungxanh.api.schemas import Day, Page, PageWish, page_of
from vungxanh.common import clock
from vungxanh.reports.permissions import may_see_control_room
from vungxanh.reports.queries.control_room import Cell, Row
from vungxanh.reports.queries.control_room import control_room as board

router = Router(tags=["control room"])


class DutyOut(BaseModel):
    """`done` of `expected`; OVERDUE and BEHIND need somebody to act, NOTHING is not owed."""

    code: str
    name: str
    state: Literal["OVERDUE", "BEHIND", "PENDING", "DONE", "NOTHING"]
    done: int
    expected: int
    says: str


class UnitDutiesOut(BaseModel):
    """One reporting point with the units for which it answers; `zone` is null where it is not judged yet."""

    unit: str
    name: str
    date: datetime.date
    expected: int
    excused: int
    zone: str | None
    duties: list[DutyOut]


@router.get("/control-room/{day}", response={200: Page[UnitDutiesOut], **dict.fromkeys((401, 403, 422), Problem)})
def control_room(request: HttpRequest, day: Day, wish: Query[PageWish]) -> dict[str, object]:
    """Worst first, as on the board."""
    viewer, now = asking(request), clock.now()
    may_see_control_room(viewer, on=day).or_refuse()
    rows = board(viewer, day, at=now).rows
    return page_of([_row(row, day) for row in rows], wish)


def _row(row: Row, day: datetime.date) -> dict[str, object]:
    return {
        "unit": row.unit.code,
        "name": row.unit.name,
        "date": day,
        "expected": row.counts.expected,
        "excused": row.counts.excused,
        "zone": row.zone or None,
        "duties": [_duty(cell) for cell in row.cells],
    }


def _duty(cell: Cell) -> dict[str, object]:
    status = cell.status
    return {
        "code": cell.duty.code,
        "name": str(cell.duty.name),
        "state": str(status.state),
        "done": status.done,
        "expected": status.expected,
        "says": status.says,
    }
