"""What a level means at the gate, in which ways a declaration may come in, how long it may be corrected: dated data."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.decision_tables import Edition, edition_file
from vungxanh.screening.rulebook import Phrase

RULES = Path(__file__).parent / "rules"
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


class ChannelRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which a declaration comes in.

    `roles`: who enters it for somebody else, at the unit where that person stands or, with `place` SITE, at the site
    where both are; none: everybody for oneself only. `back_hours`: so long after its own moment it is still accepted,
    as the file of the windows says where it is not given.
    `asks_time`: whoever enters it says when it was told or written. `attestation`: what that one confirms; without it
    the person confirms the form's own sentence.
    """

    strength: Literal["STRONG", "WEAK"]
    attestation: Phrase | None = None
    back_hours: int | None = None
    roles: tuple[str, ...] = ()
    place: Literal["UNIT", "SITE"] = "UNIT"
    asks_time: bool = False


class ChannelRules(Edition, frozen=True, kw_only=True):
    """The ways that are open, by the codes of `screening.enums.Channel`; one that is not named is closed."""

    channel: Mapping[str, ChannelRule]


CORRECTION = edition_file(RULES / "correction.toml", title="Thời hạn đính chính tờ khai", schema=CorrectionRule)
CHANNELS = edition_file(RULES / "channels.toml", title="Cách khai báo", schema=ChannelRules)
PASS = edition_file(RULES / "pass.toml", title="Kết quả tại cổng", schema=PassRule)


class VisitRule(Edition, frozen=True, kw_only=True):
    """For how long the data of a visit are kept, when a visit ends by itself, and how the open form is protected."""

    keep_days: int
    planned_days_ahead: int
    waiting_hours: int
    inside_hours: int
    reminder_minutes: int
    largest_group: int
    min_seconds: int
    form_hours: int
    address_hour: int
    site_hour: int
    question_from: int


VISITS = edition_file(RULES / "visits.toml", title="Khách đến cơ quan", schema=VisitRule)
