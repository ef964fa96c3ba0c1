"""Proof that a request comes from the device that a token is bound to (RFC 9449, DPoP).

The device signs method, address, token and a nonce of ours with a key that cannot leave it. The nonce carries the
server's time, so that a device with a wrong clock is served all the same; what a device may send is idempotent, so a
proof that is heard twice changes nothing.
"""

import base64
import datetime
import hashlib
import json
from urllib.parse import urlsplit

import jwt
from django.core import signing

from vungxanh.accounts import tokens

SALT = "vungxanh.proof-nonce"
NONCE_LIFE = datetime.timedelta(minutes=10)
ALGORITHM = "ES256"
LONGEST = 2000
"""Characters of a proof; an honest one has about 600."""


class ProofError(ValueError):
    """There is no proof, or it is not one of this token, key and request."""


class NonceError(ProofError):
    """The proof is good but for its nonce, which is missing, old or not ours: the device asks again with a new one."""


def fresh_nonce(*, at: datetime.datetime) -> str:
    """`at` is the real moment."""
    return signing.dumps(int(at.timestamp()), salt=SALT, compress=False)


def thumbprint(key: dict[str, str]) -> str:
    """RFC 7638: 43 characters that name a public key of the curve P-256."""
    if key.get("kty") != "EC" or key.get("crv") != "P-256" or "d" in key:
        raise ProofError("not a public key of P-256")
    named = {name: key.get(name) for name in ("crv", "kty", "x", "y")}
    return _encoded(hashlib.sha256(json.dumps(named, separators=(",", ":"), sort_keys=True).encode()).digest())


def verify(proof: str, token: str, claims: tokens.Claims, *, method: str, address: str, at: datetime.datetime) -> None:
    """Raises ProofError. Scheme and port of `address` may have changed on the way here; host and path may not."""
    said = _said(proof, claims.key_thumbprint)
    if said.get("htm") != method or not _is_same_place(str(said.get("htu", "")), address):
        raise ProofError("made for another request")
    if said.get("ath") != _encoded(hashlib.sha256(token.encode()).digest()):
        raise ProofError("made for another token")
    _check_nonce(str(said.get("nonce", "")), at)


def _said(proof: str, key_thumbprint: str) -> dict[str, object]:
    if len(proof) > LONGEST:
        raise ProofError("longer than a proof is")
    try:
        header = jwt.get_unverified_header(proof)
        key = header.get("jwk")
        if header.get("typ") != "dpop+jwt" or not isinstance(key, dict) or thumbprint(key) != key_thumbprint:
            raise ProofError("not of the key that the token is bound to")
        return dict(jwt.decode(proof, jwt.PyJWK(key, ALGORITHM), [ALGORITHM], options={"verify_iat": False}))
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise ProofError("not a proof") from error


def _is_same_place(claimed: str, address: str) -> bool:
    try:
        one, other = urlsplit(claimed), urlsplit(address)
    except ValueError:
        return False
    return (one.hostname, one.path) == (other.hostname, other.path)


def _check_nonce(nonce: str, at: datetime.datetime) -> None:
    try:
        made = int(signing.loads(nonce, salt=SALT))
    except (signing.BadSignature, ValueError, TypeError) as error:
        raise NonceError("not a nonce of ours") from error
    if not -60 <= at.timestamp() - made <= NONCE_LIFE.total_seconds():
        raise NonceError("an old nonce")


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
