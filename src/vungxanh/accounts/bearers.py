"""Who sends a request that carries a token in its header: anybody who bears it, or the one device it is bound to."""

import datetime
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.http import HttpRequest

from vungxanh.accounts import proofs, tokens
from vungxanh.accounts.models import User

SCHEMES = frozenset({"bearer", "dpop"})


@dataclass(frozen=True, slots=True)
class Bearer:
    """`is_device`: proven by the key of a device that its owner has registered."""

    user: User
    is_device: bool
    token_id: str


def bearer_of(request: HttpRequest, *, at: datetime.datetime) -> Bearer | None:
    """None where no token is sent. Raises TokenError or ProofError where one is sent that is not good; `at` is real."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() not in SCHEMES:
        return None
    claims = tokens.verified(text.strip(), at=at)
    is_device = bool(claims.key_thumbprint)
    if is_device != (scheme.lower() == "dpop"):
        raise tokens.TokenError("not for this scheme")
    if is_device:
        _check_device(request, text.strip(), claims, at)
    user = tokens.user_of(claims)
    if user is None:
        raise tokens.TokenError("the account is closed")
    return Bearer(user, is_device, str(claims.token_id))


def _check_device(request: HttpRequest, token: str, claims: tokens.Claims, at: datetime.datetime) -> None:
    """A browser names the page that asks: another site's page is refused even with the key at hand."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.get_host():
        raise proofs.ProofError("asked by a page of another site")
    address = request.build_absolute_uri(request.path)
    proofs.verify(request.headers.get("DPoP", ""), token, claims, method=request.method or "", address=address, at=at)
