"""One POST of figures to a receiver: signed, within a time, the certificate checked, no redirect followed.

The headers are those of `docs/vi/van-hanh.md`. An answer counts only when it names the key that was sent, so that a
sign-in page or a proxy that says 200 to everything loses nothing.
"""

import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

MOST_BYTES = 64 * 1024
MOST_WORDS = 120
TRY_LATER = frozenset({408, 425, 429})


class Outcome(StrEnum):
    """SENT: it has it. REFUSED: it does not want it. FAILED: this time it did not work. SILENT: it does not answer."""

    SENT = "SENT"
    REFUSED = "REFUSED"
    FAILED = "FAILED"
    SILENT = "SILENT"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: `key` as the header says it again, `content` the beginning of the body."""

    status: int
    key: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """`words` say what went wrong; `sha256` is of the body that came back."""

    outcome: Outcome
    words: str = ""
    sha256: str = ""


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 over the time, a dot and the body, as hexadecimal digits."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def body_of(payload: Mapping[str, object]) -> bytes:
    """The same payload has the same bytes at every try."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def post(url: str, payload: Mapping[str, object], *, secret: str, timestamp: int, seconds: float) -> Answer:
    """Never raises: whatever goes wrong on the way is an answer."""
    body, key = body_of(payload), str(payload["key"])
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "vungxanh",
        "Idempotency-Key": key,
        "X-Vungxanh-Timestamp": str(timestamp),
        "X-Vungxanh-Signature": f"v1={signature(secret, timestamp, body)}",
    }
    reply = exchanged(url, body, headers, seconds=seconds)
    if isinstance(reply, Answer):
        return reply
    return _judged(reply.status, _confirms(key, reply.key, reply.content), reply.content)


def exchanged(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Reply | Answer:
    """What came back, or that nothing did. It is over within some `seconds` more than asked."""
    try:
        return _exchange(urlsplit(url), body, headers, seconds)
    except TimeoutError:
        return _silent(_("the time is over"))
    except ssl.SSLCertVerificationError:
        return _silent(_("the certificate is not valid"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _silent(type(error).__name__)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _silent(why: str) -> Answer:
    return Answer(Outcome.SILENT, _("No answer: %(why)s.") % {"why": why})


def _exchange(address: SplitResult, body: bytes, headers: Mapping[str, str], seconds: float) -> Reply:
    where = (address.hostname or "", address.port)
    connection = (
        http.client.HTTPSConnection(*where, timeout=seconds, context=ssl.create_default_context())
        if address.scheme == "https"
        else http.client.HTTPConnection(*where, timeout=seconds)
    )
    is_over = threading.Event()
    try:
        connection.connect()
        # The time of a socket starts anew with each byte: a receiver that drips is cut off.
        timer = threading.Timer(seconds, _cut, (connection.sock, is_over))
        timer.start()
        try:
            connection.request(
                "POST", f"{address.path or '/'}{'?' + address.query if address.query else ''}", body, dict(headers)
            )
            with connection.getresponse() as response:
                content = response.read(MOST_BYTES)
        finally:
            timer.cancel()
    except (OSError, http.client.HTTPException) as error:
        raise (TimeoutError() if is_over.is_set() else error) from error
    finally:
        connection.close()
    if is_over.is_set():
        raise TimeoutError
    return Reply(response.status, response.headers.get("Idempotency-Key", ""), content)


def _cut(connected: socket.socket, is_over: threading.Event) -> None:
    is_over.set()
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


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


def turned_away(status: int, sha256: str) -> Answer | None:
    """Statuses after which the same is tried again, whatever stands in the body; None for every other."""
    if 300 <= status < 400:
        words = _("The receiver leads elsewhere, which is not followed; check the address.")
        return Answer(Outcome.FAILED, words, sha256)
    if status >= 500 or status in TRY_LATER or status < 200:
        return Answer(Outcome.FAILED, _("The receiver answered %(status)d.") % {"status": status}, sha256)
    return None


def said_in(content: bytes) -> str:
    """The beginning of a body in one line."""
    return " ".join(content.decode("utf-8", "replace").split())[:MOST_WORDS]
