"""Bearer tokens: signed, so that checking one costs no query; a small set of revoked ids is kept at hand."""

import datetime
import uuid
from dataclasses import dataclass

from django.core import signing

from vungxanh.accounts.models import AccessToken, User
from vungxanh.accounts.queries import revocations

SALT = "vungxanh.access-token"
LIFE = datetime.timedelta(hours=12)


class TokenError(ValueError):
    """The token is not ours, was changed, has expired or was revoked."""


@dataclass(frozen=True, slots=True)
class Claims:
    token_id: uuid.UUID
    user_id: int


def signed(token: AccessToken) -> str:
    content = [token.pk.hex, token.user_id, int(token.expires_at.timestamp())]
    return signing.dumps(content, salt=SALT, compress=False)


def verified(text: str, *, at: datetime.datetime) -> Claims:
    """Whose token it is; `at` is the real moment."""
    try:
        token_id, user_id, expires = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError) as error:
        raise TokenError("not a token of this installation") from error
    claims = Claims(uuid.UUID(token_id), user_id)
    if at.timestamp() >= expires:
        raise TokenError("expired")
    if revocations.contains(claims.token_id, at=at):
        raise TokenError("revoked")
    return claims


def user_of(claims: Claims) -> User | None:
    return User.objects.filter(pk=claims.user_id, is_active=True).first()
