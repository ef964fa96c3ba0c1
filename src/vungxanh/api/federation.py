"""Sums of agencies below that keep an installation of their own: received signed, and how a day of theirs stands."""

import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from pydantic import BaseModel, BeforeValidator, Field

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Code, Day, Incoming, Moment, local
from vungxanh.common import clock
from vungxanh.federation.models import RollupSender
from vungxanh.federation.operations import receive_rollup, receiving, sender_of
from vungxanh.federation.permissions import may_see_rollups
from vungxanh.federation.queries.received import BoardRow, all_board
from vungxanh.webhooks.events import PING
from vungxanh.webhooks.signing import Signed

router = Router(tags=["federation"])
STATUSES: dict[type[receiving.RefusedError], int] = {
    receiving.UnknownSignatureError: 401,
    receiving.WrongSenderError: 403,
    receiving.WrongSumsError: 422,
    receiving.OtherContentError: 409,
}
HEADERS = ("webhook-id", "webhook-timestamp", "webhook-signature")
LARGEST = 2**31 - 1
LONGEST_STAMP = 15
Count = Annotated[int, Field(ge=0, le=LARGEST, strict=True)]
Zone = Literal["", "GREEN", "YELLOW", "ORANGE", "RED"]


class CountsIn(Incoming):
    """`staff`: those of `people` who count. Returns are those of reporting points that owe one on the day."""

    people: Count
    staff: Count
    expected: Count
    arrival_expected: Count
    arrival_on_time: Count
    arrival_early: Count
    arrival_late: Count
    leaving_expected: Count
    leaving_on_time: Count
    leaving_early: Count
    leaving_late: Count
    returns_expected: Count
    returns_on_time: Count
    returns_late: Count
    returns_missing: Count


class AgencyIn(CountsIn):
    code: Annotated[str, Field(min_length=1, max_length=40)]
    name: Annotated[str, Field(min_length=1, max_length=200)]
    zone: Zone


class OthersIn(CountsIn):
    """Small agencies, counted together so that no sum speaks of a few people."""

    agencies: Count


class ZonesIn(Incoming):
    """How many reporting points have which colour."""

    GREEN: Count
    YELLOW: Count
    ORANGE: Count
    RED: Count


class HealthIn(Incoming):
    excused: Count
    high_people: Count
    very_high_people: Count
    zones: ZonesIn


class RollupIn(Incoming):
    """A day of the agency at the top of the sender's tree; nothing of anybody. `version`: a larger one replaces.

    `health` is null where the whole is so few people that it would speak of one of them.
    """

    sender: Code
    sender_name: Annotated[str, Field(max_length=200)]
    day: Day
    version: Annotated[int, Field(ge=1, le=LARGEST, strict=True)]
    counted_at: Moment
    total: CountsIn
    health: HealthIn | None
    agencies: Annotated[list[AgencyIn], Field(max_length=1000)]
    others: OthersIn | None


def _nothing(value: object) -> object:
    """A trial has an object without names."""
    return None if value == {} else value


class ToldIn(Incoming):
    """As Standard Webhooks has it; `webhook.ping` is a trial, its `data` an empty object."""

    type: Literal["rollup.counted", "webhook.ping"]
    timestamp: Moment
    sequence: Count
    data: Annotated[RollupIn | None, BeforeValidator(_nothing)]


class ReceiptOut(BaseModel):
    """`is_current`: it is what the board shows; an older version is kept beside a newer one that came before it."""

    sender: str
    day: datetime.date
    version: int
    is_new: bool
    is_current: bool


class SenderDayOut(BaseModel):
    """`received` is false where nothing came of the day; everything else is null then."""

    sender: str
    name: str
    received: bool
    version: int | None
    versions: int
    received_at: datetime.datetime | None
    counted_at: datetime.datetime | None
    total: dict[str, int] | None
    health: dict[str, Any] | None


class BoardOut(BaseModel):
    """`total`: of those that came."""

    day: datetime.date
    senders: list[SenderDayOut]
    missing: list[str]
    total: dict[str, int] | None


def by_signature(request: HttpRequest) -> RollupSender | None:
    """The sender whose key signed the body; asked before anything of it is read."""
    key, stamp, signatures = (request.headers.get(name, "") for name in HEADERS)
    if not (key and signatures and stamp.isascii() and stamp.isdigit() and len(stamp) <= LONGEST_STAMP):
        return None
    try:
        return sender_of(Signed(key, int(stamp), signatures, request.body), real=clock.real_now())
    except receiving.UnknownSignatureError as error:
        raise ProblemError(401, error.words, challenge="Webhook-Signature") from error


@router.post(
    "/federation/rollups",
    auth=by_signature,
    response={
        200: ReceiptOut,
        201: ReceiptOut,
        204: None,
        **dict.fromkeys((400, 401, 403, 409, 411, 413, 415, 422), Problem),
    },
)
def submit_rollup(request: HttpRequest, told: ToldIn) -> Status[Any]:
    """The sums of a day, signed with the private key of a registered sender (Standard Webhooks, `v1a`).

    The same version again stands once (200). 204 answers a trial.
    """
    if told.type == PING and told.data is None:
        return Status(204, None)
    if told.type == PING or told.data is None:
        raise ProblemError(422, faults=[("/data", _("A trial has no sums, everything else has."))])
    sender: RollupSender = request.auth  # type: ignore[attr-defined]
    try:
        receipt = receive_rollup(sender, told.data.model_dump(mode="json"), at=clock.now())
    except receiving.RefusedError as error:
        faults = [(f"/data{pointer}", words) for pointer, words in error.faults]
        raise ProblemError(STATUSES[type(error)], error.words, faults=faults) from error
    content = {
        "sender": sender.code,
        "day": receipt.rollup.day,
        "version": receipt.rollup.version,
        "is_new": receipt.is_new,
        "is_current": receipt.is_current,
    }
    return Status(201 if receipt.is_new else 200, content)


@router.get("/federation/days/{day}", response={200: BoardOut, **dict.fromkeys((401, 403, 422), Problem)})
def rollup_board(request: HttpRequest, day: Day) -> dict[str, object]:
    """Who below has sent the sums of the day, who has not, and what they come to."""
    may_see_rollups(asking(request), on=clock.today()).or_refuse()
    board = all_board(day)
    return {
        "day": day,
        "senders": [_sender(row) for row in board.rows],
        "missing": [row.sender.code for row in board.missing],
        "total": board.total.total if board.total else None,
    }


def _sender(row: BoardRow) -> dict[str, object]:
    rollup = row.rollup
    return {
        "sender": row.sender.code,
        "name": row.sender.name,
        "received": rollup is not None,
        "version": rollup.version if rollup else None,
        "versions": row.versions,
        "received_at": local(rollup.received_at) if rollup else None,
        "counted_at": local(rollup.counted_at) if rollup else None,
        "total": row.total,
        "health": rollup.sums["health"] if rollup else None,
    }
