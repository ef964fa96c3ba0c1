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


@dataclass(frozen=True, slots=True)
class Shown:
    """What a request shows of itself: three headers, the host that it asks, its method and whole address."""

    authorization: str
    proof: str
    origin: str
    host: str
    method: str
    address: str


def bearer_of(request: HttpRequest, *, at: datetime.datetime) -> Bearer | None:
    """None where no token is sent. Raises TokenError or ProofError where one is sent that is not good; `at` is real."""
    if not _token_of(request.headers.get("Authorization", "")):
        return None
    claims = claims_of(_shown(request), at=at)
    tokens.refuse_revoked(claims, at=at)
    user = tokens.user_of(claims)
    if user is None:
        raise tokens.TokenError("the account is closed")
    return Bearer(user, bool(claims.key_thumbprint), str(claims.token_id))


def claims_of(shown: Shown, *, at: datetime.datetime) -> tokens.Claims:
    """Whose token is shown, by its signature and by the proof of its device; whether it was revoked is not asked, so
    that it costs no query. Raises TokenError or ProofError."""
    text = _token_of(shown.authorization)
    claims = tokens.signed_claims(text, at=at)
    if bool(claims.key_thumbprint) != shown.authorization.lower().startswith("dpop "):
        raise tokens.TokenError("not for this scheme")
    if claims.key_thumbprint:
        if shown.origin and _host_of(shown.origin) != shown.host:
            # A browser names the page that asks: another site's is refused even with the key at hand.
            raise proofs.ProofError("asked by a page of another site")
        proofs.verify(shown.proof, text, claims, method=shown.method, address=shown.address, at=at)
    return claims


def _host_of(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _token_of(authorization: str) -> str:
    scheme, _, text = authorization.partition(" ")
    return text.strip() if scheme.lower() in SCHEMES else ""


def _shown(request: HttpRequest) -> Shown:
    return Shown(
        authorization=request.headers.get("Authorization", ""),
        proof=request.headers.get("DPoP", ""),
        origin=request.headers.get("Origin", ""),
        host=request.get_host(),
        method=request.method or "",
        address=request.build_absolute_uri(request.path),
    )
