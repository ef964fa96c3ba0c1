"""One POST to a receiver: within a time, the certificate checked, no redirect followed. What an answer means, whoever
sends decides."""

import contextlib
import hashlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import SplitResult, urlsplit

from django.utils.translation import gettext as _

MOST_BYTES = 64 * 1024
MOST_WORDS = 120
TRY_LATER = frozenset({408, 425, 429})
OF_ALL = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "vungxanh"}
"""Headers of every call: what goes out is JSON."""
Reach = Callable[[str, int], str]
"""Host and port as the address names them → where to connect to; raises `UnreachableError`."""


class UnreachableError(Exception):
    """The address is not to be connected to; the text says why."""


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


def body_of(payload: Mapping[str, object]) -> bytes:
    """The same payload has the same bytes at every try."""
    return json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def exchanged(
    url: str, body: bytes, headers: Mapping[str, str], *, seconds: float, reach: Reach | None = None
) -> Reply | Answer:
    """What came back, or that nothing did. It is over within some `seconds` more than asked.

    With `reach` the connection goes where it says, under the name of the address, which certificate and Host hold to.
    """
    try:
        return _exchange(urlsplit(url), body, headers, seconds, reach)
    except TimeoutError:
        return _silent(_("the time is over"))
    except UnreachableError as error:
        return _silent(str(error))
    except ssl.SSLCertVerificationError:
        return _silent(_("the certificate is not valid"))
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _silent(type(error).__name__)


def digest_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _silent(why: str) -> Answer:
    return Answer(Outcome.SILENT, _("No answer: %(why)s.") % {"why": why})


def _exchange(
    address: SplitResult, body: bytes, headers: Mapping[str, str], seconds: float, reach: Reach | None
) -> Reply:
    host, is_secure = address.hostname or "", address.scheme == "https"
    kind = http.client.HTTPSConnection if is_secure else http.client.HTTPConnection
    connection, is_over = kind(host, address.port), threading.Event()
    try:
        where = reach(host, connection.port) if reach else host
        connected = _connected(where, connection.port, seconds, name=host if is_secure else None)
        connection.sock = connected
        # The time of a socket starts anew with each byte: a receiver that drips is cut off.
        timer = threading.Timer(seconds, _cut, (connected, is_over))
        timer.start()
        try:
            if isinstance(connected, ssl.SSLSocket):
                connected.do_handshake()
            connection.request(
                "POST",
                f"{address.path or '/'}{'?' + address.query if address.query else ''}",
                body,
                OF_ALL | dict(headers),
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


def _connected(where: str, port: int, seconds: float, *, name: str | None) -> socket.socket:
    """To be secured under the name; the handshake is left to the one who watches its time."""
    plain = socket.create_connection((where, port), timeout=seconds)
    if name is None:
        return plain
    return ssl.create_default_context().wrap_socket(plain, server_hostname=name, do_handshake_on_connect=False)


def _cut(connected: socket.socket, is_over: threading.Event) -> None:
    is_over.set()
    with contextlib.suppress(OSError):
        connected.shutdown(socket.SHUT_RDWR)


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
