"""A device that its owner has chosen to keep: from now on it declares with a token that only its own key can use."""

import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router, Status
from pydantic import BaseModel, Field

from vungxanh.accounts import operations, proofs, queries
from vungxanh.api.auth import SessionAuth, TokenAuth, asking
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Incoming, local
from vungxanh.common import clock

router = Router(tags=["devices"])
Coordinate = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")]


class PublicKey(Incoming):
    """RFC 7517: the public half of a key of P-256 that cannot leave the device."""

    kty: str
    crv: str
    x: Coordinate
    y: Coordinate


class DeviceIn(Incoming):
    key: PublicKey


class DeviceOut(BaseModel):
    """`token` goes into `Authorization: DPoP …` beside a proof in `DPoP: …` (RFC 9449)."""

    id: str
    token: str
    expires_at: datetime.datetime
    name: str


@router.post(
    "/devices",
    auth=SessionAuth(),
    response={201: DeviceOut, **dict.fromkeys((400, 401, 403, 413, 415, 422), Problem)},
)
def register_device(request: HttpRequest, device: DeviceIn) -> Status[DeviceOut]:
    """Only from a page that the owner is signed in to. The same key again: its token for longer."""
    user, real = asking(request), clock.real_now()
    try:
        key_thumbprint = proofs.thumbprint(device.key.model_dump())
    except proofs.ProofError:
        raise ProblemError(422, faults=[("/key", _("The key must be one of the curve P-256."))]) from None
    named = request.headers.get("User-Agent", "")
    token, row = operations.issue_token(user, at=clock.now(), real=real, device=named, key_thumbprint=key_thumbprint)
    expires = local(row.expires_at)
    assert expires
    return Status(201, DeviceOut(id=str(row.pk), token=token, expires_at=expires, name=user.full_name))


@router.delete("/devices/own", auth=TokenAuth(), response={204: None, **dict.fromkeys((401, 403), Problem)})
def forget_device(request: HttpRequest) -> Status[None]:
    """By the device itself, when its owner signs out."""
    user, now = asking(request), clock.now()
    tokens = queries.tokens_of(user, at=clock.real_now())
    for token in tokens.filter(pk=request.token_id):  # type: ignore[attr-defined]
        operations.revoke_token(token, at=now, actor=user)
    return Status(204, None)
