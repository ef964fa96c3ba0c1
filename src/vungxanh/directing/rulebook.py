"""How soon the Office answers questions; what supervision looks at, and who is reminded of what it recommended;
what may hang on guidance."""

import datetime
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.clock import ZONE, moment
from vungxanh.common.decision_tables import Edition, Fault, edition_file

RULES = Path(__file__).parent / "rules"
DAY = datetime.timedelta(days=1)
MIDNIGHT = datetime.time(0)
FURTHEST_DAYS = 3660
"""No rule of this module looks further than ten years."""


class QuestionTimes(Edition, frozen=True, kw_only=True):
    """A question is due `answer_hours` after it was asked, hours of days off left out; the Office is reminded
    `remind_before_hours` before that. It may be about a day at most `oldest_days` ago."""

    answer_hours: int
    remind_before_hours: int
    oldest_days: int = 366

    def due_at(self, asked_at: datetime.datetime, is_working: Callable[[datetime.date], bool]) -> datetime.datetime:
        left, at = datetime.timedelta(hours=self.answer_hours), asked_at.astimezone(ZONE)
        while True:
            midnight = moment(at.date() + DAY, MIDNIGHT)
            if is_working(at.date()):
                if at + left <= midnight:
                    return at + left
                left -= midnight - at
            at = midnight

    def remind_from(self, due_at: datetime.datetime) -> datetime.datetime:
        return due_at - datetime.timedelta(hours=self.remind_before_hours)

    def faults(self, at: str) -> Iterator[Fault]:
        if not 1 <= self.answer_hours <= 24 * 30:
            yield Fault(f"{at}.answer_hours", "phải từ 1 đến 720")
        if not 0 <= self.remind_before_hours < self.answer_hours:
            yield Fault(f"{at}.remind_before_hours", "phải từ 0 và nhỏ hơn answer_hours")
        if not 1 <= self.oldest_days <= FURTHEST_DAYS:
            yield Fault(f"{at}.oldest_days", f"phải từ 1 đến {FURTHEST_DAYS}")


QUESTION_TIMES = edition_file(RULES / "questions.toml", title="Thời hạn trả lời câu hỏi", schema=QuestionTimes)


class SupervisionContent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing to be looked at in a unit; every visit may leave it out and add its own."""

    code: str
    says: str
    cites: str = ""


class RecommendationReminder(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`days` after the last day of a recommendation, before it where negative; OFFICE are told as well as the UNIT."""

    days: int
    to: Literal["UNIT", "OFFICE"]


class SupervisionRule(Edition, frozen=True, kw_only=True):
    """Contents, the time that a recommendation is given unless another is chosen, how far ahead a visit and the last
    day of a recommendation may lie, reminders from `remind_at` on, and how photographs are kept."""

    content: tuple[SupervisionContent, ...]
    reminder: tuple[RecommendationReminder, ...]
    remind_at: datetime.time
    usual_days: int
    furthest_days: int = 366
    longest_edge: int
    largest_mb: int
    most_photographs: int
    keep_days: int

    def reminder_of(self, days: int) -> RecommendationReminder | None:
        """The latest whose day has come, so that a server that slept gives one and not all."""
        passed = [one for one in self.reminder if one.days <= days]
        return max(passed, key=lambda one: one.days, default=None)

    def faults(self, at: str) -> Iterator[Fault]:
        codes = [one.code for one in self.content]
        if len(codes) != len(set(codes)):
            yield Fault(f"{at}.content", "mỗi mã chỉ được dùng một lần")
        for name in ("usual_days", "longest_edge", "largest_mb", "most_photographs", "keep_days"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if not self.usual_days <= self.furthest_days <= FURTHEST_DAYS:
            yield Fault(f"{at}.furthest_days", f"phải từ usual_days đến {FURTHEST_DAYS}")


SUPERVISION_RULE = edition_file(RULES / "supervision.toml", title="Kiểm tra, giám sát đơn vị", schema=SupervisionRule)


class GuidanceRule(Edition, frozen=True, kw_only=True):
    """How large an attached file may be, after how many minutes those who have not read may be reminded again, and how
    far ahead or back the day from which it is in force may lie."""

    largest_mb: int
    remind_again_minutes: int
    furthest_days: int = 366
    oldest_days: int = 1830

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("largest_mb", "remind_again_minutes"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        for name in ("furthest_days", "oldest_days"):
            if not 1 <= getattr(self, name) <= FURTHEST_DAYS:
                yield Fault(f"{at}.{name}", f"phải từ 1 đến {FURTHEST_DAYS}")


GUIDANCE_RULE = edition_file(RULES / "guidance.toml", title="Văn bản hướng dẫn", schema=GuidanceRule)


class MinutesTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of printed minutes, in the order of the page."""

    symbol: str
    type_name: str
    opening: str
    begun: str
    team: str
    leads: str
    present: str
    results: str
    conclusions: str
    recommendations: str
    none: str
    due: str
    head: str
    opinion: str
    agreed: str
    open: str
    closing: str
    met: str
    not_met: str
    not_seen: str
    signature: tuple[str, ...]
    recipients: tuple[str, ...]


class GuidanceTexts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words of printed guidance."""

    symbol: str
    type_name: str
    signature: tuple[str, ...]
    recipients: tuple[str, ...]


class PaperTexts(Edition, frozen=True, kw_only=True):
    """What stands on the papers of directing beside what was written down."""

    minutes: MinutesTexts
    guidance: GuidanceTexts

    def faults(self, at: str) -> Iterator[Fault]:
        known = dict.fromkeys(("code", "date", "time", "unit", "name", "at", "who"), "")
        for part in (self.minutes, self.guidance):
            for name, text in msgspec.structs.asdict(part).items():
                try:
                    " ".join([text] if isinstance(text, str) else text).format(**known)
                except (KeyError, IndexError, ValueError):
                    yield Fault(f"{at}.{name}", "trong câu có chỗ điền không biết")


PAPER_TEXTS = edition_file(
    RULES / "directing_papers.toml", title="Biên bản kiểm tra, văn bản hướng dẫn", schema=PaperTexts
)
