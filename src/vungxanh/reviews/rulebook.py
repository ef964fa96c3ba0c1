"""What the papers of a review say: parts, sentences, tables and charts, by dated rules; when the Office is reminded."""

import datetime
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from vungxanh.common.decision_tables import Edition, Fault, edition_file
from vungxanh.documents.content import may_be_signed
from vungxanh.movement.rulebook import CATALOGUE

RULES = Path(__file__).parent / "rules"
KindName = Literal["LAUNCH", "INTERIM", "ANNUAL", "FINAL"]
KINDS: tuple[KindName, ...] = ("LAUNCH", "INTERIM", "ANNUAL", "FINAL")
FIXED_FIELDS = frozenset(
    {
        "code",
        "agency",
        "title",
        "short_title",
        "slogan",
        "plan",
        "plan_symbol",
        "what",
        "report",
        "to",
        "period",
        "period_before",
        "first",
        "last",
        "time",
        "units",
        "launch_by",
        "launched",
        "launched_share",
        "in_time",
        "in_time_share",
        "late_units",
        "missing_units",
        "present",
        "own_criteria",
        "units_pledged",
        "groups_pledged",
        "people_pledged",
        "people",
        "people_share",
        "all_green_units",
        "lowest_green",
        "front_people",
        "front_days",
        "front_confirmed",
        "average",
        "average_before",
        "average_change",
        "leaders",
        "risen",
        "fallen",
        "strongest",
        "weakest",
        "not_measured",
        "not_scored",
    }
)
"""Beside these each indicator of the catalogue is a field, with a stroke below for its full stop; `before_…` is its
share in the period before, `change_…` how far it moved since."""
TableName = Literal["LAUNCHES", "UNIT_DAYS", "SCORES", "MEASURES"]
ChartName = Literal["GREEN_DAYS", "SCORES", "LAUNCH_PLEDGES"]
AppendixName = Literal["SCORECARDS", "LAUNCHES"]


def field_of(indicator: str) -> str:
    return indicator.replace(".", "_")


def known_fields() -> set[str]:
    """Of any edition of the catalogue."""
    named = {field_of(one.code) for edition in CATALOGUE.current() for one in edition.indicator}
    return set(FIXED_FIELDS) | named | {f"before_{one}" for one in named} | {f"change_{one}" for one in named}


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of the papers of these kinds, in its order; `level`: of its heading, numbered on the paper (0: none). A
    sentence of which a field has nothing to say is left out. `label`: the name under which the text may be changed;
    `by_office`: it stands there, empty if need be, because only people can write it."""

    kinds: tuple[KindName, ...]
    level: Literal[0, 1, 2] = 0
    heading: str = ""
    label: str = ""
    sentences: tuple[str, ...] = ()
    by_office: bool = False
    tables: tuple[TableName, ...] = ()
    charts: tuple[ChartName, ...] = ()


class PaperText(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A kind of papers; `what`: how a sentence calls what it reports. `signer_title`: the post whose holder's name is
    printed, where one person alone holds it."""

    kind: KindName
    what: str
    type_name: str
    symbol: str
    summary: str
    signature: tuple[str, ...]
    signer_title: str
    recipients: tuple[str, ...]
    appendices: tuple[AppendixName, ...] = ()


class ReviewRule(Edition, frozen=True, kw_only=True):
    """`launch_report_days`: so many days after the last day of the launch its report is due. The Office is reminded so
    many days before a report is due (`remind_days_before`), then every `remind_again_days` for `remind_until_days`, at
    `remind_at`."""

    launch_report_days: int
    remind_days_before: tuple[int, ...]
    remind_again_days: int
    remind_until_days: int
    remind_at: datetime.time
    most_names: int
    dense_from: int
    paper: tuple[PaperText, ...]
    part: tuple[Part, ...]

    def parts_of(self, kind: str) -> list[Part]:
        return [one for one in self.part if kind in one.kinds]

    def text_of(self, kind: str) -> PaperText:
        return next(one for one in self.paper if one.kind == kind)

    def is_reminder_day(self, day: datetime.date, due_on: datetime.date) -> bool:
        left = (due_on - day).days
        if left >= 0:
            return left in self.remind_days_before
        return -left <= self.remind_until_days and -left % self.remind_again_days == 0

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("remind_again_days", "most_names", "dense_from"):
            if getattr(self, name) < 1:
                yield Fault(f"{at}.{name}", "phải từ 1 trở lên")
        if self.launch_report_days < 0 or any(days < 0 for days in self.remind_days_before):
            yield Fault(f"{at}.remind_days_before", "các số ngày phải từ 0 trở lên")
        if sorted(one.kind for one in self.paper) != sorted(KINDS):
            yield Fault(f"{at}.paper", f"mỗi loại {', '.join(KINDS)} cần đúng một mục")
        known = known_fields()
        for number, one in enumerate(self.paper, start=1):
            yield from _faults_of(one, known, f"{at}.paper[{number}]")
        for number, part in enumerate(self.part, start=1):
            yield from _faults_of_part(part, known, f"{at}.part[{number}]")
        yield from self._repeated(at)

    def _repeated(self, at: str) -> Iterator[Fault]:
        """Two parts of one paper with the same label could not be told apart."""
        seen: set[tuple[str, str]] = set()
        for number, part in enumerate(self.part, start=1):
            own = {(kind, part.label) for kind in part.kinds if part.label}
            if own & seen:
                yield Fault(f"{at}.part[{number}].label", f"tên phần “{part.label}” dùng hai lần trong một văn bản")
            seen |= own


def _faults_of(paper: PaperText, known: set[str], at: str) -> Iterator[Fault]:
    if not may_be_signed(paper.signature):
        yield Fault(f"{at}.signature", "dòng ký thay có TM., KT., TL. hoặc TUQ., dòng cuối là chức vụ người ký")
    if not paper.recipients:
        yield Fault(f"{at}.recipients", "cần ít nhất một nơi nhận")
    for name in ("symbol", "summary"):
        yield from _wrong_fields(getattr(paper, name), known, f"{at}.{name}")
    for place, line in enumerate(paper.recipients, start=1):
        yield from _wrong_fields(line, known, f"{at}.recipients[{place}]")


def _faults_of_part(part: Part, known: set[str], at: str) -> Iterator[Fault]:
    if bool(part.heading) != bool(part.level):
        yield Fault(f"{at}.level", "đề mục cần level 1 hoặc 2; không có đề mục thì level 0")
    if part.by_office and not part.label:
        yield Fault(f"{at}.label", "phần do Văn phòng viết phải có tên")
    for row, sentence in enumerate(part.sentences, start=1):
        yield from _wrong_fields(sentence, known, f"{at}.sentences[{row}]")


def fields_in(sentence: str) -> list[str]:
    """Raises `ValueError` where the braces do not fit."""
    return [field for _text, field, _spec, _form in string.Formatter().parse(sentence) if field is not None]


def _wrong_fields(sentence: str, known: set[str], at: str) -> Iterator[Fault]:
    """Also of a field that asks for a form of its own, which none has."""
    try:
        parts = list(string.Formatter().parse(sentence))
    except ValueError:
        yield Fault(at, "dấu { } không đúng")
        return
    for _text, field, spec, form in parts:
        if field is not None and (field not in known or spec or form):
            yield Fault(at, f"không có chữ điền {{{field}}}")


REVIEW_RULE = edition_file(RULES / "review_papers.toml", title="Báo cáo phát động, sơ kết, tổng kết", schema=ReviewRule)
