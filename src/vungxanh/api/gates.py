"""Gates that may be without network: what a device needs for a shift, and the scans that it sends afterwards."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Annotated, Literal

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from ninja import Router
from pydantic import BaseModel, Field

from vungxanh.accounts.models import User
from vungxanh.admission import pass_keys
from vungxanh.admission.operations import gate_batch
from vungxanh.admission.operations.gate_batch import OfflineScan, ScanBatch, ScanResult
from vungxanh.admission.queries.gate import all_listed, decide_all_at_gate, rule_at
from vungxanh.admission.queries.passes import all_revoked, all_tag_of
from vungxanh.admission.queries.visitors import all_shut_codes
from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem
from vungxanh.api.schemas import Code, Day, Incoming, Moment, local
from vungxanh.common import clock
from vungxanh.common.verdict import Verdict
from vungxanh.organization.models import Place
from vungxanh.organization.place_codes import day_key, rule_of
from vungxanh.organization.queries.places import all_open_place
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.enums import Direction, GateState
from vungxanh.screening.permissions import may_keep_gate
from vungxanh.screening.queries.presence import all_inside
from vungxanh.screening.rulebook import PRESENCE, QUESTIONNAIRE

router = Router(tags=["gates"])
MOST_SCANS = 500


class CodeKeyOut(BaseModel):
    """The key of the place's codes on one day: 64 hexadecimal characters."""

    day: datetime.date
    key: str


class ReasonOut(BaseModel):
    """A reason of the gate: what it means, and the sentence that says nothing of health."""

    code: str
    state: Literal["ALLOWED", "HOLD", "REFUSED"]
    says: str


class ExpectedOut(BaseModel):
    """Somebody who is expected or was here lately, a visitor once for each visit with its typed `code`.

    `tag` stands in the pass of the day as `sub`, `tag_before` in that of the day before; `inside_since` where somebody
    is inside.
    """

    tag: str
    tag_before: str
    kind: Literal["STAFF", "VISITOR"]
    name: str
    belongs_to: str
    code: str
    reason: str
    inside_since: datetime.datetime | None


class ShutCodeOut(BaseModel):
    """The typed code of a visit of the site that opens nothing now, and the gate's reason; it names nobody."""

    code: str
    reason: str


class FiguresOut(BaseModel):
    """The dated figures by which a gate without network acts."""

    code_step_seconds: int
    code_late_seconds: int
    code_early_seconds: int
    double_tap_seconds: int
    oldest_hours: int
    fever_from: float


class ShiftOut(BaseModel):
    """Everything for a shift without network. `list_day` is sent back with the scans."""

    place: str
    name: str
    site: str
    agency: str
    agency_time: datetime.datetime
    list_day: datetime.date
    pass_keys: list[dict[str, str]]
    code_keys: list[CodeKeyOut]
    revoked: list[str]
    reasons: list[ReasonOut]
    expected: list[ExpectedOut]
    shut_codes: list[ShutCodeOut]
    figures: FiguresOut


class ScanIn(Incoming):
    """One scan; one of `pass` (its text), `tag` (of the list) and `code` (typed, of staff or of a visit) names the
    person.

    Without any, `reason` is why the gate turned somebody or something away: written down, and nothing else.
    """

    uuid: uuid.UUID
    direction: Literal["IN", "OUT"]
    at: Moment
    pass_: Annotated[str, Field(alias="pass", max_length=2000)] = ""
    tag: Annotated[str, Field(max_length=32)] = ""
    code: Annotated[str, Field(max_length=40)] = ""
    said: Literal["ALLOWED", "HOLD", "REFUSED"] | None = None
    reason: Annotated[str, Field(max_length=24)] = ""
    temperature_c: Annotated[float, Field(strict=True, ge=0, le=100)] | None = None


class ScansIn(Incoming):
    """At most 500 scans, in any order. `sent_at` is what the device's clock says when it sends. A device is named by
    the token that it proves itself with, whatever `device` says."""

    sent_at: Moment
    list_day: Day
    device: Annotated[str, Field(max_length=64)] = ""
    scans: Annotated[list[ScanIn], Field(min_length=1, max_length=MOST_SCANS)]


class ScanOut(BaseModel):
    uuid: uuid.UUID
    outcome: Literal["KEPT", "AGAIN", "REFUSED"]
    says: str


class ScansOut(BaseModel):
    results: list[ScanOut]


REFUSALS = dict.fromkeys((401, 403, 404, 422), Problem)


@router.get("/gates/{place}/shift", response={200: ShiftOut, **REFUSALS})
def gate_shift(request: HttpRequest, place: Code) -> ShiftOut:
    """Keys, revocations, the expected and the figures in force; to be asked for again while there is network."""
    now, gate = clock.now(), _kept(request, place)
    today = now.date()
    figures, codes = PRESENCE.current().in_force(today), rule_of(now)
    days = (today, today + datetime.timedelta(days=1))
    return ShiftOut(
        place=gate.code,
        name=gate.name,
        site=gate.site.code,
        agency=_agency(gate, today),
        agency_time=local(now) or now,
        list_day=today,
        pass_keys=pass_keys.public_keys(),
        code_keys=[CodeKeyOut(day=day, key=day_key(gate, day).hex()) for day in days],
        revoked=[jti.hex for jti in all_revoked(at=now)],
        reasons=_reasons(now),
        expected=_expected(gate, now),
        shut_codes=[
            ShutCodeOut(code=code, reason=reason) for code, reason in all_shut_codes(gate.site, at=now).items()
        ],
        figures=FiguresOut(
            code_step_seconds=codes.step_seconds,
            code_late_seconds=codes.late_seconds,
            code_early_seconds=codes.early_seconds,
            double_tap_seconds=figures.double_tap_seconds,
            oldest_hours=figures.oldest_hours,
            fever_from=QUESTIONNAIRE.current().in_force(today).temperature.fever_from,
        ),
    )


@router.post(
    "/gates/{place}/scans", response={200: ScansOut, **dict.fromkeys((400, 413, 415, 503), Problem), **REFUSALS}
)
def merge_scans(request: HttpRequest, place: Code, batch: ScansIn) -> dict[str, object]:
    """Each is answered: KEPT (with words where the gate should have held), AGAIN (it was there already) or REFUSED with
    words. Kept means on disk."""
    now = clock.now()
    device = getattr(request, "token_id", "") or batch.device
    [outcome] = gate_batch.merge_scans([scan_batch(batch, _place(place), asking(request), device, at=now)], at=now)
    if isinstance(outcome, Verdict):
        raise PermissionDenied(str(outcome.reason))
    return all_shown(outcome)


def scan_batch(given: ScansIn, place: Place, actor: User, device: str, *, at: datetime.datetime) -> ScanBatch:
    scans = [_scan(one) for one in given.scans]
    return ScanBatch(place, given.list_day, at - given.sent_at, device, actor, scans)


def all_shown(results: Sequence[ScanResult]) -> dict[str, object]:
    """The answer, in the language in force."""
    return {"results": [{"uuid": one.client_uuid, "outcome": one.outcome, "says": str(one.words)} for one in results]}


def _place(code: str) -> Place:
    place = all_open_place(code, on=clock.today())
    if place is None:
        raise Http404
    return place


def _kept(request: HttpRequest, code: str) -> Place:
    place = _place(code)
    may_keep_gate(asking(request), place.site.unit_id, on=clock.today()).or_refuse()
    return place


def _agency(place: Place, on: datetime.date) -> str:
    root = all_tree_on(on).root_of(place.site.unit_id)
    return root.code if root else ""


def _reasons(now: datetime.datetime) -> list[ReasonOut]:
    language = get_language() or "vi"
    return [ReasonOut(code=one.code, state=one.state, says=one.in_language(language)) for one in rule_at(now).reason]


def _expected(place: Place, now: datetime.datetime) -> list[ExpectedOut]:
    people = all_listed(place.site, day=now.date(), at=now)
    since = {stay.subject: stay.entered_at for stay in all_inside(place.site_id, at=now)}
    before = now.date() - datetime.timedelta(days=1)
    reasons = decide_all_at_gate([one.subject for one in people], place, at=now)
    return [
        ExpectedOut(
            tag=all_tag_of(one.subject, now.date()),
            tag_before=all_tag_of(one.subject, before),
            kind=one.kind,  # type: ignore[arg-type]
            name=one.name,
            belongs_to=one.belongs_to,
            code=one.code,
            reason=reasons[one.subject].code,
            inside_since=local(since.get(one.subject)),
        )
        for one in people
    ]


def _scan(one: ScanIn) -> OfflineScan:
    return OfflineScan(
        client_uuid=one.uuid,
        direction=Direction(one.direction),
        device_at=one.at,
        token=one.pass_,
        tag=one.tag,
        code=one.code,
        said=GateState(one.said) if one.said else None,
        reason=one.reason,
        temperature_c=one.temperature_c,
    )
