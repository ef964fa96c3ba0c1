"""One call to a subscriber, signed as Standard Webhooks has it (standardwebhooks.com, specification 1.0)."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _

from vungxanh.common.clock import ZONE
from vungxanh.common.posting import Answer, Outcome, UnreachableError, body_of, exchanged, turned_away
from vungxanh.webhooks.reaching import checked, reach
from vungxanh.webhooks.signing import signature

GONE = 410
OVERLOADED = frozenset({429, 503})


@dataclass(frozen=True, slots=True)
class Said:
    """SENT: 2xx. REFUSED: 410, it is gone. SILENT: no answer, or asked to be left alone for now. FAILED: all else.

    `status` is None where nobody answered; what stands in a body is shown to nobody.
    """

    outcome: Outcome
    status: int | None = None
    words: str = ""


def envelope(code: str, at: datetime.datetime, sequence: int, payload: Mapping[str, object]) -> dict[str, object]:
    """What is sent. `sequence` counts what this subscriber gets, 0 for a trial."""
    moment = at.astimezone(ZONE).isoformat(timespec="seconds")
    return {"type": code, "timestamp": moment, "sequence": sequence, "data": payload}


def call(
    url: str, key: uuid.UUID, content: Mapping[str, object], *, keys: Sequence[str], timestamp: int, seconds: float
) -> Said:
    """Never raises. `keys`: the secrets that sign, the newest first; `timestamp`: real seconds since 1970."""
    body = body_of(content)
    headers = {
        "webhook-id": str(key),
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(signature(one, str(key), timestamp, body) for one in keys),
    }
    try:
        checked(url)
    except UnreachableError as error:
        return Said(Outcome.SILENT, None, _("Not sent: %(why)s.") % {"why": error})
    reply = exchanged(url, body, headers, seconds=seconds, reach=partial(reach, seconds=seconds))
    return Said(reply.outcome, None, reply.words) if isinstance(reply, Answer) else _judged(reply.status)


def _judged(status: int) -> Said:
    if 200 <= status < 300:
        return Said(Outcome.SENT, status)
    if status == GONE:
        return Said(Outcome.REFUSED, status, _("The receiver says that it is gone (410)."))
    answer = turned_away(status, "")
    words = answer.words if answer else _("The receiver answered %(status)d.") % {"status": status}
    return Said(Outcome.SILENT if status in OVERLOADED else Outcome.FAILED, status, words)
