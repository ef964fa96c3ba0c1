"""Codes of places: one that changes every half minute where there is a screen, a printed one where there is none.

A changing code is the number of its time slot and an authentication code over it (HMAC-SHA-256 in the manner of
RFC 6238), with a key for each place and day, so that a screen without network can be given the keys of a shift. Because
the slot stands in the code, a photograph of an earlier one is told apart from a typing error. `docs/adr/0020`.
"""

import datetime
import hashlib
import hmac
from dataclasses import dataclass
from enum import StrEnum

from vungxanh.common.clock import ZONE
from vungxanh.common.codes import ALPHABET, canonical_code
from vungxanh.common.encryption import derived_key
from vungxanh.organization.models import Place
from vungxanh.organization.rulebook import PLACE_CODES, PlaceCodeRule

SLOT_LENGTH, PROOF_LENGTH = 4, 6
SLOTS = len(ALPHABET) ** SLOT_LENGTH
"""After so many slots, 320 days, the number begins again; the proof is over the whole number."""
PROOF_BYTES = 6


class CodeKind(StrEnum):
    CURRENT = "CURRENT"
    FIXED = "FIXED"
    OLD = "OLD"
    EARLY = "EARLY"
    WRONG = "WRONG"


@dataclass(frozen=True, slots=True)
class CodeReading:
    """What a code turned out to be; `of` is the beginning of its slot where it is a real one."""

    kind: CodeKind
    of: datetime.datetime | None = None

    @property
    def is_good(self) -> bool:
        return self.kind in {CodeKind.CURRENT, CodeKind.FIXED}


def rule_of(at: datetime.datetime) -> PlaceCodeRule:
    return PLACE_CODES.current().in_force(at.astimezone(ZONE).date())


def day_key(place: Place, day: datetime.date) -> bytes:
    """32 bytes, good for the codes of one place on one day and for nothing else."""
    return derived_key(f"place:{place.pk}:{day.isoformat()}")


def changing_code(place: Place, at: datetime.datetime) -> str:
    """The code that the screen of the place shows at the moment."""
    step = rule_of(at).step_seconds
    return _code(place, int(at.timestamp()) // step, step)


def fixed_code(place: Place) -> str:
    """The code on the printed sheet of the place."""
    proof = hmac.new(derived_key(f"place:{place.pk}:fixed"), b"fixed", hashlib.sha256).digest()
    return _digits(int.from_bytes(proof[:7]), SLOT_LENGTH + PROOF_LENGTH)


def shown_code(code: str) -> str:
    """As a screen shows it: capitals in two groups."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}".upper()


def read_code(place: Place, text: str, *, at: datetime.datetime) -> CodeReading:
    """What somebody scanned or typed at the moment."""
    code = canonical_code(text)
    if place.has_fixed_code:
        is_same = hmac.compare_digest(code.encode(), fixed_code(place).encode())
        return CodeReading(CodeKind.FIXED if is_same else CodeKind.WRONG)
    if len(code) != SLOT_LENGTH + PROOF_LENGTH or set(code) - set(ALPHABET):
        return CodeReading(CodeKind.WRONG)
    rule = rule_of(at)
    newest = int(at.timestamp() + rule.early_seconds) // rule.step_seconds
    earlier = newest - (newest - _number(code[:SLOT_LENGTH])) % SLOTS
    for slot in (earlier, earlier + SLOTS):
        if hmac.compare_digest(code.encode(), _code(place, slot, rule.step_seconds).encode()):
            return _reading(slot, slot == earlier, rule, at)
    return CodeReading(CodeKind.WRONG)


def _reading(slot: int, is_past: bool, rule: PlaceCodeRule, at: datetime.datetime) -> CodeReading:
    of = datetime.datetime.fromtimestamp(slot * rule.step_seconds, ZONE)
    ends = of + datetime.timedelta(seconds=rule.step_seconds + rule.late_seconds)
    if not is_past:
        return CodeReading(CodeKind.EARLY, of)
    return CodeReading(CodeKind.CURRENT if at < ends else CodeKind.OLD, of)


def _code(place: Place, slot: int, step: int) -> str:
    """The key is that of the day on which the slot begins, in Viet Nam."""
    day = datetime.datetime.fromtimestamp(slot * step, ZONE).date()
    proof = hmac.new(day_key(place, day), slot.to_bytes(8), hashlib.sha256).digest()
    return _digits(slot % SLOTS, SLOT_LENGTH) + _digits(int.from_bytes(proof[:PROOF_BYTES]), PROOF_LENGTH)


def _digits(number: int, length: int) -> str:
    """The last `length` digits to the base of the alphabet, highest first."""
    found = ""
    for _place in range(length):
        number, digit = divmod(number, len(ALPHABET))
        found = ALPHABET[digit] + found
    return found


def _number(digits: str) -> int:
    number = 0
    for digit in digits:
        number = number * len(ALPHABET) + ALPHABET.index(digit)
    return number
