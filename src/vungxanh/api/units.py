"""Units: which ones one sees, how a day of a unit stands, and its return."""

import datetime
import uuid
from typing import Annotated, Literal

from django.db import IntegrityError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Code, Day, Incoming, LevelOut, Page, PageWish, ReasonOut, local, page_of
from vungxanh.common import clock
from vungxanh.organization.queries.people import unit_ids_visible_to
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reports.operations import note_readings
from vungxanh.reports.permissions import may_see_unit_day
from vungxanh.reports.queries.people import PersonLine
from vungxanh.reports.queries.unit_day import unit_day as unit_board
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import DailyReturn
from vungxanh.risk.operations import Override, submit_return

router = Router(tags=["units"])
REFUSALS = dict.fromkeys((401, 403, 404, 422), Problem)


class UnitOut(BaseModel):
    code: str
    name: str
    kind: str
    parent: str | None
    is_reporting_point: bool


class PersonOut(BaseModel):
    """`person` is the id by which an override names somebody."""

    person: uuid.UUID
    name: str
    unit: str


class FlaggedOut(PersonOut):
    level: str
    reason: str


class DeclaredOut(BaseModel):
    arrival: int
    leaving: int


class ReturnOut(BaseModel):
    """Of the reporting point that answers for the unit. `status`: NOT_PREPARED, PREPARED or SUBMITTED."""

    status: str
    submitted_at: datetime.datetime | None
    on_time: bool | None
    due_at: datetime.datetime


class UnitDayOut(BaseModel):
    """The unit and everything below it. What the viewer may not see is null."""

    unit: str
    date: datetime.date
    expected: int
    excused: int
    declared: DeclaredOut
    missing: list[PersonOut]
    flagged: list[FlaggedOut] | None
    zone: LevelOut | None
    return_: ReturnOut | None = Field(alias="return")


class OverrideIn(Incoming):
    """Another level than the rules proposed, with the reason."""

    person: uuid.UUID
    level: Literal["LOW", "MEDIUM", "HIGH", "VERY_HIGH"]
    reason: Annotated[str, Field(min_length=1, max_length=300)]


class ReturnIn(Incoming):
    date: Day
    kind: Literal["DAILY", "UNUSUAL"]
    note: Annotated[str, Field(max_length=2000)] = ""
    overrides: Annotated[list[OverrideIn], Field(max_length=500)] = Field(default_factory=list)


class SubmittedOut(BaseModel):
    id: int
    unit: str
    date: datetime.date
    kind: str
    number: int
    version: int
    status: str
    submitted_at: datetime.datetime | None
    due_at: datetime.datetime
    on_time: bool | None


@router.get("/units", response={200: Page[UnitOut], **REFUSALS})
def list_units(request: HttpRequest, wish: Query[PageWish]) -> dict[str, object]:
    """Those whose people one sees by a role, in the order of the tree."""
    today = clock.today()
    tree = all_tree_on(today)
    visible = unit_ids_visible_to(asking(request), on=today, tree=tree)
    return page_of([_unit(node, tree) for node in tree if node.id in visible], wish)


@router.get("/units/{code}/days/{day}", by_alias=True, response={200: UnitDayOut, **REFUSALS})
def unit_day(request: HttpRequest, code: str, day: Day) -> dict[str, object]:
    """How the unit stands on the day, as on its board. A unit that one does not see is not there."""
    viewer, now, tree = asking(request), clock.now(), all_tree_on(day)
    node = tree.by_code(code)
    if node is None or not may_see_unit_day(viewer, node.id, on=day, tree=tree):
        raise Http404
    board = unit_board(viewer, node, day, at=now, tree=tree)
    note_readings(viewer, board.flagged, at=now)
    return {
        "unit": node.code,
        "date": day,
        "expected": board.counts.expected,
        "excused": board.counts.excused,
        "declared": {"arrival": board.counts.arrival_declared, "leaving": board.counts.leaving_declared},
        "missing": [_person(line) for line in board.missing],
        "flagged": [_flagged(line) for line in board.flagged] if board.sees_levels else None,
        "zone": _zone(board.zone),
        "return": _return_status(board.return_status),
    }


@router.post(
    "/units/{code}/returns",
    response={201: SubmittedOut, **REFUSALS, **dict.fromkeys((400, 409, 413, 415, 503), Problem)},
)
def submit_unit_return(request: HttpRequest, code: Code, given: ReturnIn) -> Status[dict[str, object]]:
    """Sends the daily return (again: as a new version), or an unusual one at once. After 15:00 it is late."""
    user, now = asking(request), clock.now()
    tree = all_tree_on(given.date)
    node = tree.by_code(code)
    if node is None or not risk_queries.return_status_of_unit(user, node.id, given.date, tree=tree):
        raise Http404
    try:
        sent = submit_return(
            node.id,
            day=given.date,
            kind=ReturnKind(given.kind),
            actor=user,
            at=now,
            note=given.note,
            overrides=[Override(one.person, one.level, one.reason) for one in given.overrides],
        )
    except IntegrityError as error:
        raise ProblemError(409, _("This return was sent by somebody else at the same moment.")) from error
    return Status(201, _submitted(sent, node))


def _unit(node: UnitNode, tree: Tree) -> dict[str, object]:
    parent = tree[node.parent_id].code if node.parent_id and node.parent_id in tree else None
    return {
        "code": node.code,
        "name": node.name,
        "kind": str(node.kind),
        "parent": parent,
        "is_reporting_point": node.is_reporting_point,
    }


def _person(line: PersonLine) -> dict[str, object]:
    return {
        "person": line.person.pseudonym,
        "name": line.person.full_name,
        "unit": line.unit.code if line.unit else "",
    }


def _flagged(line: PersonLine) -> dict[str, object]:
    level = line.level
    reason = level.reasons[0].words if level and level.reasons else ""
    return {**_person(line), "level": level.level if level else "", "reason": reason}


def _zone(zone: risk_queries.ShownZone | None) -> LevelOut | None:
    if zone is None:
        return None
    reasons = [ReasonOut(code=one.code, says=one.says, cites=one.cites) for one in zone.reasons]
    return LevelOut(level=zone.level, reasons=reasons)


def _return_status(status: risk_queries.ReturnStatus | None) -> dict[str, object] | None:
    if status is None:
        return None
    return {
        "status": status.status,
        "submitted_at": local(status.submitted_at),
        "on_time": status.on_time,
        "due_at": local(status.due_at),
    }


def _submitted(sent: DailyReturn, node: UnitNode) -> dict[str, object]:
    return {
        "id": sent.pk,
        "unit": node.code,
        "date": sent.day,
        "kind": sent.kind,
        "number": sent.number,
        "version": sent.version,
        "status": sent.state,
        "submitted_at": local(sent.submitted_at),
        "due_at": local(sent.due_at),
        "on_time": sent.is_on_time,
    }
