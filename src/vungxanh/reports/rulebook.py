"""When the papers of the control room are drafted, the sentences that stand on them, and signs of formalism."""

import datetime
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

from vungxanh.common.decision_tables import Edition, Fault, edition_file
from vungxanh.documents.content import may_be_signed

RULES = Path(__file__).parent / "rules"
EARLIEST, LATEST = datetime.time(13), datetime.time(18, 55)
"""The afternoon in which the job looks."""
WINDOW = {"declared", "expected", "declared_share", "not_declared"}
REPORT_WORDS = {
    "symbol": {"code"},
    "summary": {"day"},
    "opening": {"time", "day", "units"},
    "returns": {"sent", "owed", "on_time", "share", "late", "missing"} | WINDOW,
    "returns_none": WINDOW,
    "late": {"units"},
    "missing": {"units"},
    "not_declared": {"people", "units"},
    "levels": {"very_high", "very_high_units", "high", "high_units"},
    "unusual": {"count", "units"},
    "unusual_sent": {"unit", "opened", "sent"},
    "unusual_open": {"unit", "opened"},
}
LETTER_WORDS = {
    "symbol": {"code"},
    "opening": {"due", "first", "last", "unit", "times"},
    "demand": {"unit", "missing", "due"},
    "missing": {"days"},
    "answer": {"answer_by"},
    "reminded": {"times"},
    "urged": {"times"},
    "sent_late": {"time"},
    "sent_later": {"time", "day"},
}


class PaperRule(Edition, frozen=True, kw_only=True):
    """What every paper of the control room has: when it is drafted, its symbol and summary, who signs and gets it.

    `signer_title`: the post, somewhere in the agency, whose holder's name is printed.
    """

    drafted_at: datetime.time
    symbol: str
    summary: str
    signature: tuple[str, ...]
    signer_title: str
    recipients: tuple[str, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        if not may_be_signed(self.signature):
            yield Fault(f"{at}.signature", "dòng ký thay có TM., KT., TL. hoặc TUQ., dòng cuối là chức vụ người ký")
        if not EARLIEST <= self.drafted_at <= LATEST:
            yield Fault(f"{at}.drafted_at", f"phải từ {EARLIEST:%H:%M} đến {LATEST:%H:%M}")
        if not self.recipients:
            yield Fault(f"{at}.recipients", "cần ít nhất một nơi nhận")


class QuickReportRule(PaperRule, frozen=True, kw_only=True):
    """*Báo cáo nhanh*: the sentences of its remarks; from `dense_from` units on its table is set in small letters."""

    type_name: str
    opening: str
    returns: str
    returns_none: str
    late: str
    missing: str
    not_declared: str
    levels: str
    levels_none: str
    unusual: str
    unusual_none: str
    unusual_sent: str
    unusual_open: str
    most_names: int
    dense_from: int

    def faults(self, at: str) -> Iterator[Fault]:
        yield from super().faults(at)
        yield from _wrong_words(self, REPORT_WORDS, at)
        if self.most_names < 1:
            yield Fault(f"{at}.most_names", "phải từ 1 trở lên")


class UrgingLetterRule(PaperRule, frozen=True, kw_only=True):
    """*Công văn đôn đốc*: after so many days, within so many working days, on which a unit was reminded in vain."""

    times: int
    within_working_days: int
    answer_working_days: int
    shown_days: int
    opening: str
    demand: str
    missing: str
    answer: str
    reminded: str
    urged: str
    sent_late: str
    sent_later: str
    not_sent: str

    def faults(self, at: str) -> Iterator[Fault]:
        yield from super().faults(at)
        yield from _wrong_words(self, LETTER_WORDS, at)
        if not 1 <= self.times <= self.within_working_days <= MOST_DAYS:
            yield Fault(f"{at}.times", f"phải từ 1 đến within_working_days, within_working_days đến {MOST_DAYS}")
        if not 1 <= self.answer_working_days <= MOST_DAYS:
            yield Fault(f"{at}.answer_working_days", f"phải từ 1 đến {MOST_DAYS}")


class FormalismRule(Edition, frozen=True, kw_only=True):
    """What the Office asks about: returns of which so many per cent come within the last minutes, of those units that
    sent so many in a month; texts of so many words, and files, that stand in two places within so many days; and
    self-scores from which others took so many per cent of what the measure brings at most."""

    last_minutes: int
    least_returns: int
    last_minute_percent: int
    least_words: int
    compared_days: int
    above_check_percent: int

    def faults(self, at: str) -> Iterator[Fault]:
        for name, most in (("last_minutes", 600), ("least_returns", 31), ("least_words", 500), ("compared_days", 366)):
            if not 1 <= getattr(self, name) <= most:
                yield Fault(f"{at}.{name}", f"phải từ 1 đến {most}")
        for name in ("last_minute_percent", "above_check_percent"):
            if not 0 < getattr(self, name) <= 100:
                yield Fault(f"{at}.{name}", "phải lớn hơn 0 và không quá 100")


MOST_DAYS = 15


def _wrong_words(edition: PaperRule, known: Mapping[str, set[str]], at: str) -> Iterator[Fault]:
    """Sentences that name something that is not filled in."""
    for name, words in known.items():
        try:
            named = {
                field
                for _text, field, _spec, _form in string.Formatter().parse(getattr(edition, name))
                if field is not None
            }
        except ValueError:
            yield Fault(f"{at}.{name}", "dấu { } không đúng")
            continue
        if named - words:
            listed = ", ".join(f"{{{one}}}" for one in sorted(words))
            yield Fault(f"{at}.{name}", f"trong câu chỉ được có {listed}")


QUICK_REPORT = edition_file(RULES / "quick_report.toml", title="Báo cáo nhanh trong ngày", schema=QuickReportRule)
URGING_LETTER = edition_file(RULES / "urging_letter.toml", title="Công văn đôn đốc", schema=UrgingLetterRule)
FORMALISM = edition_file(RULES / "formalism.toml", title="Dấu hiệu hình thức", schema=FormalismRule)
