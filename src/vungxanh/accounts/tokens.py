"""Access tokens: signed, so that checking one costs no query; a small set of revoked ids is kept at hand.

A plain one works for whoever bears it, for some hours. One of a device names the thumbprint of the device's key and
works only with a proof of that key (`proofs`), for months.
"""

import datetime
import uuid
from dataclasses import dataclass

from django.core import signing

from vungxanh.accounts.models import AccessToken, User
from vungxanh.accounts.queries import revocations

SALT = "vungxanh.access-token"
LIFE = datetime.timedelta(hours=12)
LIFE_ON_DEVICE = datetime.timedelta(days=180)


class TokenError(ValueError):
    """The token is not ours, was changed, has expired or was revoked."""


class RevokedError(TokenError):
    """Ours once, and taken back: whoever holds it should forget it and what it keeps under it."""


@dataclass(frozen=True, slots=True)
class Claims:
    token_id: uuid.UUID
    user_id: int
    key_thumbprint: str


def signed(token: AccessToken) -> str:
    content = [token.pk.hex, token.user_id, int(token.expires_at.timestamp()), token.key_thumbprint]
    return signing.dumps(content, salt=SALT, compress=False)


def signed_claims(text: str, *, at: datetime.datetime) -> Claims:
    """Whose token it is, as the text alone says; whether it was revoked is asked apart, so that this costs no query.
    `at` is the real moment. Raises TokenError."""
    try:
        token_id, user_id, expires, key_thumbprint = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise TokenError("not a token of this installation") from error
    if at.timestamp() >= expires:
        raise TokenError("expired")
    return Claims(uuid.UUID(token_id), user_id, key_thumbprint)


def refuse_revoked(claims: Claims, *, at: datetime.datetime) -> None:
    """Raises RevokedError."""
    if is_revoked(claims, at=at):
        raise RevokedError("revoked")


def is_revoked(claims: Claims, *, at: datetime.datetime) -> bool:
    """As it was known a few seconds ago; a query now and then."""
    return revocations.contains(claims.token_id, at=at)


def user_of(claims: Claims) -> User | None:
    return User.objects.filter(pk=claims.user_id, is_active=True).first()
