"""What DHIS2 takes and answers: a return as the data values of one organisation unit on one day.

POST /api/dataValueSets, as its developers describe it (docs.dhis2.org, *Data values*): existing values are written
over, so that the same return again changes nothing. Up to 2.37 the answer is the import summary itself; from 2.38 on
the summary is its `response`, and a conflict has the status 409. Only a summary that counts every value is a receipt.
"""

import base64
import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from vungxanh.common.posting import (
    MOST_WORDS,
    Answer,
    Outcome,
    Reply,
    body_of,
    digest_of,
    exchanged,
    said_in,
    turned_away,
)
from vungxanh.risk.posting import unconfirmed
from vungxanh.risk.rulebook import Dhis2Mapping, Dhis2Value, value_at

PLACE = "api/dataValueSets?importStrategy=CREATE_AND_UPDATE&async=false"
STRANGER = frozenset({401, 403})
SAID_AT_MOST = 2


class UnmappedError(ValueError):
    """The mapping does not say where this belongs; the text says what is missing."""


def data_value_set(payload: Mapping[str, object], mapping: Dhis2Mapping) -> dict[str, object]:
    """Raises `UnmappedError`, so that nothing is sent of what would be incomplete."""
    unit = str(payload["unit"])
    org_unit = next((one.org_unit for one in mapping.unit if one.code == unit), None)
    if org_unit is None:
        raise UnmappedError(_("The unit %(unit)s has no organisation unit in dhis2.toml.") % {"unit": unit})
    if not mapping.value:
        raise UnmappedError(_("No figure has a data element in dhis2.toml."))
    made: dict[str, object] = {
        "orgUnit": org_unit,
        "period": f"{datetime.date.fromisoformat(str(payload['day'])):%Y%m%d}",
        "dataValues": [_data_value(one, payload) for one in mapping.value],
    }
    more = {"dataSet": mapping.data_set, "attributeOptionCombo": mapping.attribute_option_combo}
    return made | {name: uid for name, uid in more.items() if uid}


def _data_value(one: Dhis2Value, payload: Mapping[str, object]) -> dict[str, str]:
    made = {"dataElement": one.data_element, "value": value_of(one, payload)}
    return made | ({"categoryOptionCombo": one.category_option_combo} if one.category_option_combo else {})


def value_of(one: Dhis2Value, payload: Mapping[str, object]) -> str:
    """A count as it is, a word only by its code: no text leaves. Raises `UnmappedError`."""
    found = value_at(payload, one.path)
    codes = {each.word: each.value for each in one.code}
    if isinstance(found, str) and found in codes:
        return codes[found]
    if isinstance(found, int):
        return str(found).lower()
    raise UnmappedError(_("The return has no figure for %(path)s of dhis2.toml.") % {"path": one.path})


def authorization(token: str, user: str, password: str) -> str:
    """A personal access token goes before a name with its password."""
    if token:
        return f"ApiToken {token}"
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


def post_values(
    base: str, payload: Mapping[str, object], mapping: Dhis2Mapping, *, credentials: str, seconds: float
) -> Answer:
    """Never raises, as `posting.post`. What is not mapped is tried again: the mapping may be filled meanwhile."""
    try:
        content = data_value_set(payload, mapping)
    except UnmappedError as error:
        return Answer(Outcome.FAILED, str(error))
    headers = {"Accept": "application/json", "Authorization": credentials}
    reply = exchanged(f"{base.rstrip('/')}/{PLACE}", body_of(content), headers, seconds=seconds)
    return reply if isinstance(reply, Answer) else judged(reply, count=len(mapping.value))


def judged(reply: Reply, *, count: int) -> Answer:
    """What the answer to so many values means."""
    sha256 = digest_of(reply.content)
    if answer := turned_away(reply.status, sha256):
        return answer
    if reply.status in STRANGER:
        words = _("DHIS2 does not let this account in: %(status)d.") % {"status": reply.status}
        return Answer(Outcome.FAILED, words, sha256)
    summary = _summary(reply.content)
    if summary is None and reply.status < 300:
        return unconfirmed(reply.status, sha256)
    if reply.status < 300 and summary and not list(_faults(summary)):
        if _counted(summary) == count:
            return Answer(Outcome.SENT, sha256=sha256)
        words = _("DHIS2 counts %(counted)d values of %(count)d.") % {"counted": _counted(summary), "count": count}
        return Answer(Outcome.FAILED, words, sha256)
    said = list(_faults(summary)) if summary else [said_in(reply.content)]
    words = _("DHIS2 refused it with %(status)d: %(words)s") % {
        "status": reply.status,
        "words": "; ".join(one[:MOST_WORDS] for one in said[: SAID_AT_MOST + 1]) or "–",
    }
    return Answer(Outcome.REFUSED, words, sha256)


def _summary(content: bytes) -> dict[str, Any] | None:
    """The import summary, bare or wrapped; None where there is none."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if isinstance(found, dict) and isinstance(found.get("response"), dict):
        found = found["response"]
    is_summary = isinstance(found, dict) and isinstance(found.get("importCount"), dict)
    return found if is_summary else None


def _faults(summary: Mapping[str, Any]) -> Iterator[str]:
    """In words: what was ignored, and the first conflicts as DHIS2 tells them."""
    ignored, conflicts = _number(summary, "ignored"), summary.get("conflicts")
    if ignored:
        yield _("%(count)d values were ignored") % {"count": ignored}
    found = conflicts if isinstance(conflicts, list) else []
    for one in found[:SAID_AT_MOST]:
        yield str(one.get("value") or one.get("object") or "") if isinstance(one, dict) else str(one)
    if not (ignored or found) and summary.get("status") not in {"SUCCESS", "OK"}:
        yield str(summary.get("description") or summary.get("status") or "–")


def _counted(summary: Mapping[str, Any]) -> int:
    return sum(_number(summary, name) for name in ("imported", "updated", "deleted"))


def _number(summary: Mapping[str, Any], name: str) -> int:
    found = summary["importCount"].get(name)
    return found if isinstance(found, int) else 0
