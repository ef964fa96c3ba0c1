"""The installation's signing keys for passes: ES256 (JWT, RFC 7519), checkable by anybody, made by us only.

Keys stand in PASS_KEYS_FILE as PEM, newest first: the first signs, all verify, each under the name (`kid`) that its
public half has. A tablet at a gate holds the public halves and checks passes without network.
"""

import datetime
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings
from jwt import InvalidTokenError, PyJWS
from jwt.algorithms import ECAlgorithm
from jwt.utils import base64url_encode, der_to_raw_signature

from vungxanh.common.made_once import made_once

ALGORITHM = "ES256"
LONGEST = 2000
END = b"-----END PRIVATE KEY-----"


class PassFaultError(ValueError):
    """A text is no pass of ours, or not any more; `reason` is a code of the gate's reasons."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class _Deterministic(ECAlgorithm):
    """RFC 6979: the same content has the same signature, so that a pass shown twice is the same pass."""

    def sign(self, msg: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
        der = key.sign(msg, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
        return der_to_raw_signature(der, key.curve)


_signing = _Deterministic(ECAlgorithm.SHA256)
_jws = PyJWS(algorithms=[ALGORITHM])


@dataclass(frozen=True, slots=True)
class PassKey:
    """`kid` is the beginning of the digest of the public half."""

    kid: str
    private: ec.EllipticCurvePrivateKey

    @property
    def jwk(self) -> dict[str, str]:
        """The public half as a JSON Web Key (RFC 7517)."""
        made: dict[str, str] = ECAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {**{name: made[name] for name in ("kty", "crv", "x", "y")}, "kid": self.kid, "alg": ALGORITHM}


def current_kid() -> str:
    return _keys(settings.PASS_KEYS_FILE)[0].kid


def public_keys() -> list[dict[str, str]]:
    """Newest first."""
    return [key.jwk for key in _keys(settings.PASS_KEYS_FILE)]


def sign(claims: Mapping[str, object], *, kid: str) -> str:
    """A token as short as it can be, for a QR code. The key that `kid` names must still be in the file."""
    key = next(one for one in _keys(settings.PASS_KEYS_FILE) if one.kid == kid)
    content = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    signed = b".".join((_head(kid), base64url_encode(content)))
    return b".".join((signed, base64url_encode(_signing.sign(signed, key.private)))).decode()


@lru_cache(maxsize=16)
def _head(kid: str) -> bytes:
    """The first part of every token of the key (RFC 7515), as the library writes it."""
    return base64url_encode(json.dumps({"alg": ALGORITHM, "kid": kid}, separators=(",", ":"), sort_keys=True).encode())


def verified(token: str, *, at: datetime.datetime) -> dict[str, Any]:
    """The claims of a token that this installation signed and that is good at the moment. Raises PassFaultError."""
    claims = _signed_by_us(token)
    if not isinstance(claims.get("exp"), int) or not isinstance(claims.get("jti"), str):
        raise PassFaultError("FORGED")
    if at.timestamp() >= claims["exp"]:
        raise PassFaultError("EXPIRED")
    if isinstance(claims.get("nbf"), int) and at.timestamp() < claims["nbf"]:
        raise PassFaultError("EARLY")
    return claims


def _signed_by_us(token: str) -> dict[str, Any]:
    try:
        if len(token) > LONGEST:
            raise PassFaultError("UNREADABLE")
        kid = _jws.get_unverified_header(token).get("kid")
        key = next((one for one in _keys(settings.PASS_KEYS_FILE) if one.kid == kid), None)
        if key is None:
            raise PassFaultError("FORGED")
        claims = json.loads(_jws.decode(token, key.private.public_key(), algorithms=[ALGORITHM]))
    except (InvalidTokenError, ValueError) as error:
        raise error if isinstance(error, PassFaultError) else PassFaultError("FORGED") from error
    if not isinstance(claims, dict):
        raise PassFaultError("FORGED")
    return claims


def new_key() -> bytes:
    """PEM, to be put in front of the file when keys are changed."""
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@lru_cache(maxsize=4)
def _keys(path: str) -> tuple[PassKey, ...]:
    kept = made_once(Path(path), new_key)
    parts = [part.strip() + b"\n" + END + b"\n" for part in kept.split(END) if part.strip()]
    return tuple(_key(serialization.load_pem_private_key(part, password=None)) for part in parts)


def _key(private: Any) -> PassKey:
    public = private.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return PassKey(hashlib.sha256(public).hexdigest()[:8], private)
