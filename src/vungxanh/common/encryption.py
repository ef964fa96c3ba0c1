"""Encryption of identity and health fields, and the keyed digests by which an encrypted number can be found.

Keys stand in FIELD_KEYS_FILE, one per line, newest first: the first encrypts, all decrypt. A key is never derived from
SECRET_KEY, so that changing the one does not lose the other.
"""

import hashlib
import hmac
from functools import lru_cache
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import models

from vungxanh.common.made_once import made_once


class DecryptionError(ValueError):
    """A stored value cannot be read with the keys at hand."""


def encrypt(content: bytes) -> bytes:
    return _keys(settings.FIELD_KEYS_FILE)[0].encrypt(content)


def decrypt(token: bytes) -> bytes:
    try:
        return _keys(settings.FIELD_KEYS_FILE)[0].decrypt(token)
    except InvalidToken as error:
        raise DecryptionError("no key in FIELD_KEYS_FILE reads this value") from error


def digest(text: str) -> str:
    """64 hexadecimal characters that are equal for equal texts and say nothing without the key."""
    return keyed_digest(_keys(settings.FIELD_KEYS_FILE)[1], text.encode())


def derived_key(purpose: str) -> bytes:
    """32 bytes for one purpose, always the same; they tell nothing of the field keys nor of another purpose's key."""
    return _derived(settings.FIELD_KEYS_FILE, purpose)


@lru_cache(maxsize=64)
def _derived(path: str, purpose: str) -> bytes:
    return hmac.digest(_keys(path)[2], purpose.encode(), "sha256")


def keyed_digest(key: bytes, content: bytes) -> str:
    """64 hexadecimal characters: HMAC-SHA-256."""
    return hmac.digest(key, content, "sha256").hex()


@lru_cache(maxsize=4)
def _keys(path: str) -> tuple[MultiFernet, bytes, bytes]:
    kept = made_once(Path(path), lambda: Fernet.generate_key() + b"\n")
    lines = [line.strip() for line in kept.splitlines() if line.strip()]
    # Digests and derived keys come from the oldest one: they stay valid when a new key is put in front.
    digest_key, derived = (hashlib.sha256(purpose + lines[-1]).digest() for purpose in (b"digest:", b"derived:"))
    return MultiFernet([Fernet(line) for line in lines]), digest_key, derived


class EncryptedTextField(models.BinaryField):  # type: ignore[type-arg]
    """Text that the database holds encrypted; empty text stays empty. Not searchable: keep a digest beside it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs.setdefault("default", b"")
        kwargs.setdefault("blank", True)
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def get_prep_value(self, value: object) -> bytes:
        if isinstance(value, bytes | memoryview):
            return bytes(value)
        return encrypt(str(value).encode()) if value else b""

    def from_db_value(self, value: bytes | memoryview | None, *_: object) -> str:
        return decrypt(bytes(value)).decode() if value else ""

    def get_default(self) -> str:
        return ""

    def value_to_string(self, obj: models.Model) -> str:
        raise TypeError("an encrypted field is not serialised")
