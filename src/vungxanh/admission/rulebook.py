"""What a level means at the gate, and how long a declaration may be corrected, as dated data."""

from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.decision_tables import Edition, edition_file
from vungxanh.screening.rulebook import Phrase

GateState = Literal["ALLOWED", "HOLD"]


class Gate(msgspec.Struct, frozen=True):
    """Let in or hold, in words that say nothing of the reason."""

    state: GateState
    words: Phrase


class PassRule(Edition, frozen=True, kw_only=True):
    """The state of each level, and the sentence of each state."""

    low: GateState = msgspec.field(name="LOW")
    medium: GateState = msgspec.field(name="MEDIUM")
    high: GateState = msgspec.field(name="HIGH")
    very_high: GateState = msgspec.field(name="VERY_HIGH")
    allowed: Phrase = msgspec.field(name="ALLOWED")
    hold: Phrase = msgspec.field(name="HOLD")

    def gate_of(self, level: str) -> Gate:
        state: GateState = getattr(self, level.lower())
        return Gate(state, getattr(self, state.lower()))


class CorrectionRule(Edition, frozen=True, kw_only=True):
    """For how many hours after declaring somebody may correct it: the person, and the health officer."""

    own_hours: int
    health_officer_hours: int


CORRECTION = edition_file(
    Path(__file__).parent / "rules" / "correction.toml", title="Thời hạn đính chính tờ khai", schema=CorrectionRule
)
PASS = edition_file(Path(__file__).parent / "rules" / "pass.toml", title="Kết quả tại cổng", schema=PassRule)
