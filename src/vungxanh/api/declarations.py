"""Declarations: sent once with a uuid of the client's own, so that a retry never doubles one."""

import datetime
import uuid
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router, Status
from pydantic import BaseModel, Field

from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, NewDeclaration, Refused
from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Answers, Code, Incoming, LevelOut, Moment, Page, PageWish, ReasonOut, local
from vungxanh.common import clock
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import person_of
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.models import Declaration

router = Router(tags=["declarations"])
REFUSALS = dict.fromkeys((400, 401, 403, 409, 413, 415, 422), Problem)


class DeclarationIn(Incoming):
    """Of the person behind the token. `site` may be left out where one works away from any."""

    client_uuid: uuid.UUID
    window: Literal["ARRIVAL", "LEAVING"]
    site: Code | None = None
    declared_at: Moment
    temperature_c: Annotated[float, Field(strict=True, ge=0, le=100)] | None = None
    answers: Answers
    attested: Annotated[bool, Field(strict=True)]


class PassOut(BaseModel):
    """What the gate sees: `ALLOWED` or `HOLD`, and a sentence without any reason."""

    state: Literal["ALLOWED", "HOLD"]
    says: str


class DeclarationOut(BaseModel):
    id: int
    received_at: datetime.datetime
    window: Literal["ARRIVAL", "LEAVING"]
    timeliness: Literal["ON_TIME", "LATE", "EARLY"]
    risk: LevelOut
    pass_: PassOut = Field(alias="pass")


class OwnDeclarationOut(BaseModel):
    id: int
    day: datetime.date
    window: str
    timeliness: str
    declared_at: datetime.datetime
    received_at: datetime.datetime


@router.post("/declarations", by_alias=True, response={201: DeclarationOut, 200: DeclarationOut, **REFUSALS})
def submit_declaration(request: HttpRequest, declaration: DeclarationIn) -> Status[DeclarationOut]:
    """Acknowledged means on disk. The same `client_uuid` and content: 200 and the same body; other content: 409."""
    user = asking(request)
    new = _new(user, _own_person(user), declaration)
    [outcome] = submit_declarations([new], at=clock.now())
    if isinstance(outcome, Refused):
        raise ProblemError(outcome.status, faults=[(fault.pointer, fault.message) for fault in outcome.errors])
    return Status(200 if outcome.is_replay else 201, _shown(outcome))


@router.get("/declarations", response={200: Page[OwnDeclarationOut], **dict.fromkeys((401, 403, 422), Problem)})
def own_declarations(request: HttpRequest, wish: Query[PageWish]) -> dict[str, object]:
    """One's own, newest first, without the answers."""
    rows = Declaration.objects.filter(subject=_own_person(asking(request)).pseudonym).order_by("-declared_at", "-pk")
    start = (wish.page - 1) * wish.size
    items = [_own(row) for row in rows.defer("answers")[start : start + wish.size]]
    return {"items": items, "total": rows.count(), "page": wish.page, "size": wish.size}


def _own_person(user: User) -> Person:
    person = person_of(user)
    if person is None:
        raise ProblemError(403, _("This account belongs to nobody who declares."))
    return person


def _new(user: User, person: Person, given: DeclarationIn) -> NewDeclaration:
    return NewDeclaration(
        client_uuid=given.client_uuid,
        person=person,
        window=Window(given.window),
        site_code=given.site,
        declared_at=given.declared_at,
        temperature_c=given.temperature_c,
        answers=given.answers,
        attested=given.attested,
        channel=Channel.API,
        actor=user,
    )


def _shown(accepted: Accepted) -> DeclarationOut:
    judgement, gate = accepted.judgement, accepted.gate
    reasons = [ReasonOut(code=one.code, says=one.says, cites=one.cites) for one in judgement.reasons]
    return DeclarationOut.model_validate(
        {
            "id": accepted.declaration_id,
            "received_at": local(accepted.received_at),
            "window": str(accepted.window),
            "timeliness": str(accepted.timeliness),
            "risk": LevelOut(level=judgement.level, reasons=reasons),
            "pass": PassOut(state=gate.state, says=gate.words.in_language(get_language() or "vi")),
        }
    )


def _own(row: Declaration) -> dict[str, object]:
    return {
        "id": row.pk,
        "day": row.day,
        "window": row.window,
        "timeliness": row.timeliness,
        "declared_at": local(row.declared_at),
        "received_at": local(row.received_at),
    }
