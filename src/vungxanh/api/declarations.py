"""Declarations: sent once with a uuid of the client's own, so that a retry never doubles one."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from ninja import Path, Query, Router, Status
from pydantic import BaseModel, Field

from vungxanh.accounts.models import User
from vungxanh.admission.models import GatePass
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.queries.passes import Answered, all_passes_answering, all_tokens
from vungxanh.admission.submission import Accepted, NewDeclaration, Refused, correction
from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Answers, Code, Incoming, LevelOut, Moment, Page, PageWish, local
from vungxanh.common import clock
from vungxanh.common.slices import Slice
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import person_of
from vungxanh.screening.enums import Channel, CorrectionReason, Window
from vungxanh.screening.models import Declaration
from vungxanh.screening.queries.declarations import newest

router = Router(tags=["declarations"])
RowId = Annotated[int, Path(ge=1, le=2**63 - 1)]
REFUSALS = dict.fromkeys((400, 401, 403, 409, 413, 415, 422, 503), Problem)


class DeclarationIn(Incoming):
    """Of the person behind the token. `site` may be left out where one works away from any."""

    client_uuid: uuid.UUID
    window: Literal["ARRIVAL", "LEAVING"]
    site: Code | None = None
    declared_at: Moment
    temperature_c: Annotated[float, Field(strict=True, ge=0, le=100)] | None = None
    answers: Answers
    attested: Annotated[bool, Field(strict=True)]


class CorrectionIn(Incoming):
    """The whole declaration as it should have been; OTHER needs a `note`. The time stays that of the first version."""

    client_uuid: uuid.UUID
    reason: Literal["MISTAP", "FORGOTTEN", "LEARNED", "MEASURED_AGAIN", "OTHER"]
    note: Annotated[str, Field(max_length=300)] = ""
    temperature_c: Annotated[float, Field(strict=True, ge=0, le=100)] | None = None
    answers: Answers
    attested: Annotated[bool, Field(strict=True)]


class PassOut(BaseModel):
    """What the gate sees: `ALLOWED` or `HOLD`, and a sentence without any reason.

    `token` is the pass for the QR code (JWT, ES256), given on arrival to whoever may enter; it ends at `expires_at`.
    """

    state: Literal["ALLOWED", "HOLD"]
    says: str
    token: str | None = None
    expires_at: datetime.datetime | None = None


class DeclarationOut(BaseModel):
    id: int
    received_at: datetime.datetime
    window: Literal["ARRIVAL", "LEAVING"]
    timeliness: Literal["ON_TIME", "LATE", "EARLY"]
    risk: LevelOut
    pass_: PassOut = Field(alias="pass")


class OwnDeclarationOut(BaseModel):
    """`version` counts from 1; only the newest stands in the list."""

    id: int
    version: int
    day: datetime.date
    window: str
    timeliness: str
    declared_at: datetime.datetime
    received_at: datetime.datetime


class OwnDeclarationsWish(PageWish):
    """`before`: the `next` of the answer before; then `page` is left out of account."""

    before: Annotated[str, Field(max_length=60)] = ""


class OwnDeclarationsOut(Page[OwnDeclarationOut]):
    """`next` is the place where the next page begins, whatever comes meanwhile; null at the end, and where a page was
    asked for by its number."""

    next: str | None = None


@router.post("/declarations", by_alias=True, response={201: DeclarationOut, 200: DeclarationOut, **REFUSALS})
def submit_declaration(request: HttpRequest, declaration: DeclarationIn) -> Status[dict[str, object]]:
    """Acknowledged means on disk. The same `client_uuid` and content: 200 and the same body; other content: 409. 503:
    send the same again after Retry-After, it is kept once."""
    user = asking(request)
    return _answered(new_declaration(user, _own_person(user), declaration))


@router.post(
    "/declarations/{declaration_id}/corrections",
    by_alias=True,
    response={201: DeclarationOut, 200: DeclarationOut, 404: Problem, **REFUSALS},
)
def correct_declaration(request: HttpRequest, declaration_id: RowId, given: CorrectionIn) -> Status[dict[str, object]]:
    """A new version of one's own declaration, named by its newest; where that was corrected meanwhile: 409."""
    user = asking(request)
    person = _own_person(user)
    found = Declaration.objects.filter(pk=declaration_id, subject=person.pseudonym).first()
    if found is None:
        raise Http404
    return _answered(
        correction(
            found,
            person,
            reason=CorrectionReason(given.reason),
            note=given.note,
            client_uuid=given.client_uuid,
            temperature_c=given.temperature_c,
            answers=given.answers,
            attested=given.attested,
            channel=Channel.API,
            actor=user,
        )
    )


def _answered(new: NewDeclaration) -> Status[dict[str, object]]:
    [outcome] = submit_declarations([new], at=clock.now())
    if isinstance(outcome, Refused):
        raise refusal(outcome)
    return Status(status_of(outcome), all_shown([outcome])[0])


def refusal(refused: Refused) -> ProblemError:
    return ProblemError(refused.status, faults=[(fault.pointer, fault.message) for fault in refused.errors])


def status_of(accepted: Accepted) -> int:
    return 200 if accepted.is_replay else 201


@router.get("/declarations", response={200: OwnDeclarationsOut, **dict.fromkeys((401, 403, 422), Problem)})
def own_declarations(request: HttpRequest, wish: Query[OwnDeclarationsWish]) -> dict[str, object]:
    """One's own, newest first, without the answers."""
    own = Declaration.objects.filter(subject=_own_person(asking(request)).pseudonym)
    rows = newest(own).defer("answers")
    counted = {"total": rows.count(), "page": wish.page, "size": wish.size}
    if wish.page > 1 and not wish.before:
        start = (wish.page - 1) * wish.size
        found = rows.order_by("-declared_at", "-pk")[start : start + wish.size]
        return {"items": [_own(row) for row in found], **counted}
    part = Slice.of(rows, by="declared_at", before=wish.before, size=wish.size)
    return {"items": [_own(row) for row in part.rows], "next": part.next_before or None, **counted}


def _own_person(user: User) -> Person:
    person = person_of(user)
    if person is None:
        raise ProblemError(403, _("This account belongs to nobody who declares."))
    return person


def new_declaration(user: User, person: Person, given: DeclarationIn) -> NewDeclaration:
    """What somebody declares of oneself through the API."""
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


def all_shown(accepted: Sequence[Accepted]) -> list[dict[str, object]]:
    """The answer to each, as `DeclarationOut` describes it; a flat number of queries."""
    passes = _passes(accepted)
    names = {one.assessment.subject: one.person_name for one in accepted}
    tokens = all_tokens([row for row in passes if row], names) if any(passes) else {}
    language = get_language() or "vi"
    return [_shown(one, row, tokens, language) for one, row in zip(accepted, passes, strict=True)]


def _passes(accepted: Sequence[Accepted]) -> list[GatePass | None]:
    """Of each who arrived the one that was made for it or, where it declares again, that was good then."""
    asked = [_answered_on(one) for one in accepted if one.window == Window.ARRIVAL and not one.new_pass]
    known = all_passes_answering(asked) if asked else {}
    return [one.new_pass or known.get(_answered_on(one)) if one.window == Window.ARRIVAL else None for one in accepted]


def _answered_on(accepted: Accepted) -> Answered:
    return Answered(accepted.assessment.subject, accepted.day, accepted.received_at)


def _shown(
    accepted: Accepted, row: GatePass | None, tokens: Mapping[uuid.UUID, str], language: str
) -> dict[str, object]:
    judgement, gate = accepted.judgement, accepted.gate
    return {
        "id": accepted.declaration_id,
        "received_at": local(accepted.received_at),
        "window": str(accepted.window),
        "timeliness": str(accepted.timeliness),
        "risk": {
            "level": judgement.level,
            "reasons": [{"code": one.code, "says": one.says, "cites": one.cites} for one in judgement.reasons],
        },
        "pass": {
            "state": gate.state,
            "says": gate.words.in_language(language),
            "token": tokens[row.jti] if row else None,
            "expires_at": local(row.expires_at) if row else None,
        },
    }


def _own(row: Declaration) -> dict[str, object]:
    return {
        "id": row.pk,
        "version": row.version,
        "day": row.day,
        "window": row.window,
        "timeliness": row.timeliness,
        "declared_at": local(row.declared_at),
        "received_at": local(row.received_at),
    }
