"""What somebody holds under the camera or types at the gate: each kind of code has an adapter that recognises its text.

An adapter answers None where the text is not its own. Whatever no adapter knows is refused in words.
"""

import datetime
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from vungxanh.admission import pass_keys
from vungxanh.admission.enums import RevocationReason, SubjectKind
from vungxanh.admission.models import GatePass
from vungxanh.admission.queries.visitors import all_visits_coded, shut_reason, visit_code
from vungxanh.admission.subjects import sources
from vungxanh.common.clock import ZONE
from vungxanh.common.codes import canonical_code
from vungxanh.organization.models import Place
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.enums import Means

TOKEN = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)
PLACE_ADDRESS = re.compile(r"https?://[^\s/]+/q/[^\s/]+/[^\s/]+/?", re.ASCII)
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class IdentityCard:
    """The QR of the chip identity card: seven fields between “|” (`docs/adr/0021`)."""

    number: str
    old_number: str
    name: str
    birth_date: datetime.date | None
    sex: str
    address: str
    issued_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class CodeRead:
    """Whom a text names, or the gate's reason why it names nobody. A card that names nobody may fill a form."""

    subject: uuid.UUID | None
    means: Means = Means.SCAN
    reason: str = ""
    card: IdentityCard | None = None


Adapter = Callable[[str, Place, datetime.datetime], CodeRead | None]
_adapters: list[Adapter] = []


def register(*adapters: Adapter) -> None:
    """Asked in the order of registration."""
    _adapters.extend(one for one in adapters if one not in _adapters)


def read_text(text: str, place: Place, *, at: datetime.datetime) -> CodeRead:
    """What the text is."""
    cleaned = text.strip()[:LONGEST]
    found = (adapter(cleaned, place, at) for adapter in _adapters)
    return next((one for one in found if one), CodeRead(None, reason="UNREADABLE"))


def read_pass(text: str, place: Place, at: datetime.datetime) -> CodeRead | None:
    """Our pass: signature, time, agency, and whether it was revoked."""
    if not TOKEN.fullmatch(text):
        return None
    try:
        claims = pass_keys.verified(text, at=at)
    except pass_keys.PassFaultError as error:
        return CodeRead(None, reason=error.reason)
    row = GatePass.objects.filter(jti=claims["jti"]).first()
    if row is None:
        return CodeRead(None, reason="FORGED")
    if row.revoked_at:
        has_left = row.revocation_reason == RevocationReason.LEFT
        return CodeRead(row.subject, reason="HAS_LEFT" if has_left else "REVOKED")
    here = all_tree_on(at.astimezone(ZONE).date()).root_of(place.site.unit_id)
    if row.opens_gates_of(place.site, here.id if here else None):
        return CodeRead(row.subject)
    return CodeRead(row.subject, reason="OTHER_SITE" if row.kind == SubjectKind.VISITOR else "FOREIGN")


def read_place_code(text: str, _place: Place, _at: datetime.datetime) -> CodeRead | None:
    """The code of a gate or room, held under the camera instead of a pass."""
    return CodeRead(None, reason="GATE_CODE") if PLACE_ADDRESS.fullmatch(text) else None


def read_identity_card(text: str, _place: Place, at: datetime.datetime) -> CodeRead | None:
    card = identity_card(text)
    if card is None:
        return None
    on = at.astimezone(ZONE).date()
    found = next((one for source in sources() if (one := source.by_identity(card.number, on=on))), None)
    return CodeRead(found.subject if found else None, reason="" if found else "UNKNOWN", card=card)


def read_typed_code(text: str, place: Place, at: datetime.datetime) -> CodeRead | None:
    """A staff code, or the code of a visit, typed whole."""
    on, code = at.astimezone(ZONE).date(), canonical_code(text)
    found = [one for source in sources() for one in source.found(text, place, on=on)]
    same = [one for one in found if code and canonical_code(one.code) == code]
    return CodeRead(same[0].subject, Means.TYPED) if len(same) == 1 else _of_shut_code(text, place, at)


def _of_shut_code(text: str, place: Place, at: datetime.datetime) -> CodeRead | None:
    """The code of a visit that opens nothing here now; a guest of another site is not named."""
    visit = all_visits_coded([visit_code(text)]).get(visit_code(text))
    reason = shut_reason(visit, place.site, at=at) if visit else ""
    if visit is None or not reason:
        return None
    return CodeRead(visit.visitor.pseudonym if visit.site_id == place.site_id else None, Means.TYPED, reason)


def identity_card(text: str) -> IdentityCard | None:
    """None where the text is not that of a card."""
    fields = text.split("|")
    if len(fields) != 7 or not re.fullmatch(r"\d{12}", fields[0], re.ASCII) or not fields[2].strip():
        return None
    number, old, name, born, sex, address, issued = (field.strip() for field in fields)
    return IdentityCard(number, old, name, _day(born), sex, address, _day(issued))


def _day(text: str) -> datetime.date | None:
    """ddmmyyyy; None for anything else."""
    found = re.fullmatch(r"(\d\d)(\d\d)(\d{4})", text, re.ASCII)
    try:
        return datetime.date(int(found[3]), int(found[2]), int(found[1])) if found else None
    except ValueError:
        return None
