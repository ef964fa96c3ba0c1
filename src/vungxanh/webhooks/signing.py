"""Signatures as Standard Webhooks has them (standardwebhooks.com, specification 1.0): by a shared secret, or by a pair
of keys (Ed25519, RFC 8032).

Of a pair the receiver holds the public half alone: it can tell who sent something, and cannot send in that name.
"""

import base64
import binascii
import hashlib
import hmac
import secrets
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

SECRET, PRIVATE, PUBLIC = "whsec_", "whsk_", "whpk_"
OF_A_SECRET, OF_A_PAIR = "v1", "v1a"
BYTES = 32
MOST_SIGNATURES = 8


class KeyFaultError(ValueError):
    """A text is no public key."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What came with its headers; `timestamp` in real seconds since 1970, `signatures` parted by spaces."""

    key: str
    timestamp: int
    signatures: str
    body: bytes


def new_secret() -> str:
    return SECRET + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def new_private_key() -> str:
    return PRIVATE + base64.b64encode(secrets.token_bytes(BYTES)).decode()


def public_half(private_key: str) -> str:
    raw = _pair(private_key).public_key().public_bytes_raw()
    return PUBLIC + base64.b64encode(raw).decode()


def signature(secret: str, key: str, timestamp: int, body: bytes) -> str:
    """The scheme, and what the secret or private key makes of key, time and body, parted by dots."""
    content = _signed(key, timestamp, body)
    if secret.startswith(PRIVATE):
        return f"{OF_A_PAIR},{base64.b64encode(_pair(secret).sign(content)).decode()}"
    digest = hmac.new(base64.b64decode(secret.removeprefix(SECRET)), content, hashlib.sha256).digest()
    return f"{OF_A_SECRET},{base64.b64encode(digest).decode()}"


def checked_public_key(text: str) -> str:
    """As it is kept; raises `KeyFaultError`."""
    try:
        raw = base64.b64decode(text.strip().removeprefix(PUBLIC), validate=True)
        Ed25519PublicKey.from_public_bytes(raw)
    except (binascii.Error, ValueError) as error:
        raise KeyFaultError(text) from error
    return PUBLIC + base64.b64encode(raw).decode()


def is_signed_by(public_key: str, signed: Signed) -> bool:
    """One good signature is enough: while keys are changed, both sign. More than a few are nobody's."""
    known = Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key.removeprefix(PUBLIC)))
    content = _signed(signed.key, signed.timestamp, signed.body)
    signatures = signed.signatures.split()
    if len(signatures) > MOST_SIGNATURES:
        return False
    for one in signatures:
        scheme, _comma, text = one.partition(",")
        if scheme != OF_A_PAIR:
            continue
        try:
            known.verify(base64.b64decode(text, validate=True), content)
        except (InvalidSignature, ValueError):
            continue
        return True
    return False


def _pair(private_key: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(private_key.removeprefix(PRIVATE)))


def _signed(key: str, timestamp: int, body: bytes) -> bytes:
    return f"{key}.{timestamp}.".encode() + body
