"""The control room: every unit that one sees against every duty of a day."""

import datetime

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Day, Page, PageWish, local, page_of
from vungxanh.common import clock
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.queries import ReturnStatus
from vungxanh.screening.queries.days import UnitCounts, all_unit_counts

router = Router(tags=["control room"])


class WindowDutyOut(BaseModel):
    expected: int
    declared: int
    missing: int


class ReturnDutyOut(BaseModel):
    status: str
    submitted_at: datetime.datetime | None
    on_time: bool | None
    due_at: datetime.datetime
    is_overdue: bool


class UnitDutiesOut(BaseModel):
    """One reporting point with the units for which it answers; `zone` is null where it is not judged yet."""

    unit: str
    name: str
    arrival: WindowDutyOut
    leaving: WindowDutyOut
    daily_return: ReturnDutyOut
    zone: str | None


@router.get("/control-room/{day}", response={200: Page[UnitDutiesOut], **dict.fromkeys((401, 403, 404, 422), Problem)})
def control_room(request: HttpRequest, day: Day, wish: Query[PageWish]) -> dict[str, object]:
    """The reporting points of the day in the order of the tree; a flat number of queries."""
    viewer, now, tree = asking(request), clock.now(), all_tree_on(day)
    statuses = risk_queries.return_status_for(viewer, day, tree=tree)
    if not statuses:
        raise ProblemError(403, _("Your roles cover no unit of the control room."))
    counts = all_unit_counts(day, at=now)
    zones = risk_queries.all_zones([status.unit.id for status in statuses])
    rows = []
    for status in statuses:
        answered = [counts[unit] for unit in tree.answered_by(status.unit.id) if unit in counts]
        zone = zones.get(status.unit.id)
        rows.append(_row(status.unit, sum(answered, UnitCounts()), status, zone.level if zone else None, now))
    return page_of(rows, wish)


def _row(
    unit: UnitNode, counts: UnitCounts, status: ReturnStatus, zone: str | None, now: datetime.datetime
) -> dict[str, object]:
    return {
        "unit": unit.code,
        "name": unit.name,
        "arrival": _window(counts, "arrival"),
        "leaving": _window(counts, "leaving"),
        "daily_return": {
            "status": status.status,
            "submitted_at": local(status.submitted_at),
            "on_time": status.on_time,
            "due_at": local(status.due_at),
            "is_overdue": status.is_overdue(now),
        },
        "zone": zone,
    }


def _window(counts: UnitCounts, name: str) -> dict[str, int]:
    return {part: getattr(counts, f"{name}_{part}") for part in ("expected", "declared", "missing")}
