"""Dated data of admission: levels at the gate, what the gate says to whom, ways of declaring, times of correction."""

from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.decision_tables import (
    Edition,
    Fault,
    edition_file,
)
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


class GateReason(Phrase, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Why somebody is let in, held or turned away, in words that say nothing of health."""

    code: str
    state: Literal["ALLOWED", "HOLD", "REFUSED"]


GATE_REASONS = (
    "UNREADABLE",
    "FORGED",
    "GATE_CODE",
    "EXPIRED",
    "EARLY",
    "UNKNOWN",
    "FOREIGN",
    "OTHER_SITE",
    "HAS_LEFT",
    "REVOKED",
    "INSIDE",
    "NOT_INSIDE",
    "FEVER",
    "NOT_DECLARED",
    "LEVEL",
    "HOST",
    "ALLOWED",
)
"""Every reason that the program knows; a file has words for each of them."""


class GateRule(Edition, frozen=True, kw_only=True):
    """The reasons of the gate in their order, the first that holds decides; and how long a pass is good."""

    pass_hours: int
    reason: tuple[GateReason, ...]

    def of(self, code: str) -> GateReason:
        return next(one for one in self.reason if one.code == code)

    def first(self, codes: Collection[str]) -> GateReason:
        """The one that decides among those that hold."""
        return next(one for one in self.reason if one.code in codes)

    def faults(self, at: str) -> Iterator[Fault]:
        codes = [one.code for one in self.reason]
        if sorted(codes) != sorted(GATE_REASONS):
            yield Fault(f"{at}.reason", "mỗi lý do phải có đúng một lần: " + ", ".join(GATE_REASONS))
        if self.pass_hours < 1:
            yield Fault(f"{at}.pass_hours", "phải từ 1 trở lên")


class CorrectionRule(Edition, frozen=True, kw_only=True):
    """For how many hours after declaring somebody may correct it: the person, and the health officer."""

    own_hours: int
    health_officer_hours: int


class ChannelRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way in which a declaration comes in.

    `roles`: who enters it for somebody else, at the unit where that person stands or, with `place` SITE, at the site
    where both are; none: everybody for oneself only. `back_hours`: so long after its own moment it is still accepted,
    as the file of the windows says where it is not given.
    `needs_photograph`: as long as no photograph of the paper is there, the proof is weak.
    `asks_time`: whoever enters it says when it was told or written. `attestation`: what that one confirms; without it
    the person confirms the form's own sentence.
    """

    strength: Literal["STRONG", "WEAK"]
    attestation: Phrase | None = None
    back_hours: int | None = None
    roles: tuple[str, ...] = ()
    place: Literal["UNIT", "SITE"] = "UNIT"
    asks_time: bool = False
    needs_photograph: bool = False

    def is_strong(self, *, is_photographed: bool) -> bool:
        return self.strength == "STRONG" and (is_photographed or not self.needs_photograph)


class ChannelRules(Edition, frozen=True, kw_only=True):
    """The ways that are open, by the codes of `screening.enums.Channel`; one that is not named is closed."""

    channel: Mapping[str, ChannelRule]


CORRECTION = edition_file(RULES / "correction.toml", title="Thời hạn đính chính tờ khai", schema=CorrectionRule)
CHANNELS = edition_file(RULES / "channels.toml", title="Cách khai báo", schema=ChannelRules)
PASS = edition_file(RULES / "pass.toml", title="Kết quả tại cổng", schema=PassRule)
GATE = edition_file(RULES / "gate.toml", title="Cho vào, tạm giữ, không cho vào", schema=GateRule)


DAY_MINUTES = 24 * 60
NEVER = 365 * DAY_MINUTES


class VisitReminder(Phrase, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Whom a visitor without an answer is told to, how long after declaring, and in which case."""

    code: str
    when: Literal["SILENT", "ABSENT", "NO_HOST"]
    after_minutes: int
    to: Literal["HOST", "HEAD", "OFFICE"]
    is_on: bool = True


class VisitRule(Edition, frozen=True, kw_only=True):
    """For how long the data of a visit are kept, when a visit ends by itself, and how the open form is protected."""

    keep_days: int
    planned_days_ahead: int
    waiting_hours: int
    inside_hours: int
    largest_group: int
    min_seconds: int
    form_hours: int
    address_hour: int
    phone_hour: int
    invitation_hour: int
    site_hour: int
    question_from: int
    reminder: tuple[VisitReminder, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        codes = [one.code for one in self.reminder]
        if len(codes) != len(set(codes)):
            yield Fault(f"{at}.reminder", "mỗi mã chỉ được dùng một lần")
        for number, one in enumerate(self.reminder, start=1):
            if not 0 <= one.after_minutes <= DAY_MINUTES:
                yield Fault(f"{at}.reminder[{number}].after_minutes", "phải từ 0 phút đến một ngày")
            if not (one.vi.strip() and one.en.strip()):
                yield Fault(f"{at}.reminder[{number}]", "câu nhắc không được để trống")

    @property
    def reminder_minutes(self) -> int:
        """After so many a host who is known is silent, and the guard calls."""
        return min((one.after_minutes for one in self.reminder if one.when == "SILENT" and one.is_on), default=NEVER)

    def due(self, *, waited_minutes: float, has_host: bool, is_absent: bool) -> list[VisitReminder]:
        """All that are due by now, in the order of the file."""
        cases = {"ABSENT", "SILENT"} if has_host and is_absent else {"SILENT" if has_host else "NO_HOST"}
        return [one for one in self.reminder if one.is_on and one.when in cases and waited_minutes >= one.after_minutes]

    def reminder_of(self, code: str) -> VisitReminder | None:
        """None for a row of an earlier edition that is gone."""
        return next((one for one in self.reminder if one.code == code), None)


VISITS = edition_file(RULES / "visits.toml", title="Khách đến cơ quan", schema=VisitRule)


class KioskRule(Edition, frozen=True, kw_only=True):
    """How soon a shared device forgets a person, and how often somebody may fail to say who they are."""

    idle_seconds: int
    shown_seconds: int
    tries: int
    tries_minutes: int


KIOSK = edition_file(RULES / "kiosk.toml", title="Máy dùng chung", schema=KioskRule)


class MeetingRule(Edition, frozen=True, kw_only=True):
    """How long a meeting lasts at most, how many stand on its list, and from when on a scanned code counts for it."""

    longest_hours: int
    most_people: int
    code_before_minutes: int


MEETINGS = edition_file(RULES / "meetings.toml", title="Cuộc họp", schema=MeetingRule)


class PhotographRule(Edition, frozen=True, kw_only=True):
    """How large a photograph of a paper sheet may come and is kept, how many, how long, and until when it is undone."""

    largest_mb: int
    longest_edge: int
    most_per_sheet: int
    withdraw_minutes: int
    keep_days: int


PHOTOGRAPHS = edition_file(RULES / "photographs.toml", title="Ảnh phiếu giấy", schema=PhotographRule)
