"""Figures to a receiver: one POST, signed.

The headers are those of `docs/vi/van-hanh.md`. An answer counts only when it names the key that was sent, so that a
sign-in page or a proxy that says 200 to everything loses nothing.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping

from django.utils.translation import gettext as _

from vungxanh.common.posting import Answer, Outcome, body_of, digest_of, exchanged, said_in, turned_away


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over the time, a dot and the body, as hexadecimal digits."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def post(url: str, payload: Mapping[str, object], *, secret: str, timestamp: int, seconds: float) -> Answer:
    """Never raises: whatever goes wrong on the way is an answer."""
    body, key = body_of(payload), str(payload["key"])
    headers = {
        "Idempotency-Key": key,
        "X-Vungxanh-Timestamp": str(timestamp),
        "X-Vungxanh-Signature": f"v1={signature(secret, timestamp, body)}",
    }
    reply = exchanged(url, body, headers, seconds=seconds)
    if isinstance(reply, Answer):
        return reply
    return _judged(reply.status, _confirms(key, reply.key, reply.content), reply.content)


def _confirms(key: str, echoed: str, content: bytes) -> bool:
    """It names the key in the header of that name, or as `key` of a JSON body."""
    if echoed == key:
        return True
    try:
        answer = json.loads(content)
    except (ValueError, RecursionError):
        return False
    return isinstance(answer, dict) and answer.get("key") == key


def _judged(status: int, is_confirmed: bool, content: bytes) -> Answer:
    sha256 = digest_of(content)
    if (200 <= status < 300 or status == 409) and is_confirmed:
        return Answer(Outcome.SENT, sha256=sha256)
    if 200 <= status < 300:
        return unconfirmed(status, sha256)
    if answer := turned_away(status, sha256):
        return answer
    words = _("The receiver refused it with %(status)d: %(words)s") % {
        "status": status,
        "words": said_in(content) or "–",
    }
    return Answer(Outcome.REFUSED, words, sha256)


def unconfirmed(status: int, sha256: str) -> Answer:
    """It took something, and does not say that it was this return."""
    words = _("The receiver answered %(status)d but did not confirm this return.") % {"status": status}
    return Answer(Outcome.FAILED, words, sha256)
