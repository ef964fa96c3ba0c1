"""Units: which ones one sees, how a day of a unit stands, and its return."""

import datetime
import uuid
from collections.abc import Collection, Sequence
from typing import Annotated, Any, Literal

from django.db import IntegrityError
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from vungxanh.accounts.models import User
from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Code, Day, Incoming, LevelOut, Page, PageWish, ReasonOut, local, page_of
from vungxanh.audit import operations as audit
from vungxanh.common import clock
from vungxanh.organization.queries.people import all_people, unit_ids_visible_to
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import DailyReturn
from vungxanh.risk.operations import Override, submit_return
from vungxanh.risk.queries.returns import units_on_duty_for
from vungxanh.screening.queries.days import UnitCounts, all_unit_counts, missing_people

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
    """How the unit stands on the day. A unit that one does not see is not there."""
    viewer, now, tree = asking(request), clock.now(), all_tree_on(day)
    node = tree.by_code(code)
    visible = unit_ids_visible_to(viewer, on=day, tree=tree) | units_on_duty_for(viewer, day)
    if node is None or node.id not in visible:
        raise Http404
    below = {one.id for one in tree.below(node.id)}
    counts = sum(all_unit_counts(day, at=now, unit_ids=below).values(), UnitCounts())
    return {
        "unit": node.code,
        "date": day,
        "expected": counts.expected,
        "excused": counts.excused,
        "declared": {"arrival": counts.arrival_declared, "leaving": counts.leaving_declared},
        "missing": _missing(viewer, below, day, now, tree),
        "flagged": _flagged(viewer, node, day, now, tree),
        "zone": _zone(viewer, node, day),
        "return": _return_status(viewer, node, day, tree),
    }


@router.post(
    "/units/{code}/returns",
    response={201: SubmittedOut, **REFUSALS, **dict.fromkeys((400, 409, 413, 415), Problem)},
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


def _missing(
    viewer: User, unit_ids: Collection[int], day: datetime.date, at: datetime.datetime, tree: Tree
) -> list[dict[str, object]]:
    units = {row.subject: row.unit_id for row in missing_people(viewer, unit_ids, day, at)}
    people = sorted(all_people(units).values(), key=lambda person: person.sort_key)
    return [{"person": one.pseudonym, "name": one.full_name, "unit": tree[units[one.pseudonym]].code} for one in people]


def _flagged(
    viewer: User, node: UnitNode, day: datetime.date, at: datetime.datetime, tree: Tree
) -> list[dict[str, Any]] | None:
    levels = risk_queries.people_levels(viewer, node.id, day, tree=tree)
    if not levels:
        return None
    flagged = [one for one in levels if one.needs_attention]
    _note_looks(viewer, flagged, node, at)
    return [
        {
            "person": one.subject,
            "name": one.person.full_name,
            "unit": node.code,
            "level": one.level,
            "reason": one.reasons[0].words if one.reasons else "",
        }
        for one in flagged
    ]


def _note_looks(viewer: User, shown: Sequence[risk_queries.PersonLevel], node: UnitNode, at: datetime.datetime) -> None:
    """A reason in full (it has its code) of somebody else is health data: who read it, whose, when."""
    audit.record_all(
        audit.event("risk.read_level", actor=viewer, at=at, subject=one.person, unit_id=node.id, is_read=True)
        for one in shown
        if one.person.user_id != viewer.pk and one.reasons and one.reasons[0].code
    )


def _zone(viewer: User, node: UnitNode, day: datetime.date) -> LevelOut | None:
    zone = risk_queries.zone_of(viewer, node.id, day)
    if zone is None:
        return None
    reasons = [ReasonOut(code=one.code, says=one.says, cites=one.cites) for one in zone.reasons]
    return LevelOut(level=zone.level, reasons=reasons)


def _return_status(viewer: User, node: UnitNode, day: datetime.date, tree: Tree) -> dict[str, object] | None:
    status = risk_queries.return_status_of_unit(viewer, node.id, day, tree=tree)
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
