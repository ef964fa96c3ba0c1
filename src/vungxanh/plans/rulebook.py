"""What a plan begins with: templates with places to be filled, and the rule of how plans are followed."""

import datetime
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from string import Formatter
from typing import Any, ClassVar, Literal

import msgspec

from vungxanh.common.decision_tables import Edition, Editions, Fault, RuleFile, edition_file
from vungxanh.documents.rulebook import unverified_in

RULES = Path(__file__).parent / "rules"
BLANK = "…………"
"""Stands where the data of the unit have nothing; a plan with it in its text is not sent."""
OF_UNIT = frozenset({"unit", "head", "people", "site_list", "zone_today", "agency", "day"})
OF_CAMPAIGN = frozenset(
    {"campaign_title", "campaign_number", "campaign_starts", "campaign_ends", "launch_day", "own_criteria"}
)
CODE = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
OPENING, CLOSING = "mo-dau", "ket-thuc"
UNTITLED = {OPENING: "Mở đầu", CLOSING: "Kết thúc"}
"""What stands before and after the sections, written and compared as they are, printed without a heading."""
KindName = Literal["UNIT_PLAN", "GREEN_ZONE_PLAN"]
UnitKindName = Literal["DIVISION", "SUBORDINATE_UNIT", "SECTION", "STATION"]


class TemplateSection(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`code` stays the same over the versions of a plan; `text` is what its writing begins with."""

    code: str
    heading: str
    text: str


class PlanTemplate(Edition, frozen=True, kw_only=True):
    """Texts with fields in braces, filled once, when a plan is begun. The signature of a unit whose head has no post in
    the staff list is the one that stands here."""

    known: ClassVar[frozenset[str]] = OF_UNIT

    type_name: str
    symbol: str
    summary: str
    opening: str
    closing: str
    division_signature: str
    unit_signature: str
    recipients: tuple[str, ...]
    section: tuple[TemplateSection, ...]

    def faults(self, at: str) -> Iterator[Fault]:
        for name in ("summary", "opening", "closing"):
            yield from self._field_faults(getattr(self, name), f"{at}.{name}")
        for number, line in enumerate(self.recipients, start=1):
            yield from self._field_faults(line, f"{at}.recipients[{number}]")
        if not self.section:
            yield Fault(f"{at}.section", "phải có ít nhất một mục")
        seen: Counter[str] = Counter()
        for number, section in enumerate(self.section, start=1):
            where = f"{at}.section[{number}]"
            if not CODE.fullmatch(section.code) or len(section.code) > 30:
                yield Fault(f"{where}.code", "chỉ dùng chữ thường không dấu, số, gạch ngang, nhiều nhất 30 ký tự")
            if seen[section.code] or section.code in UNTITLED:
                yield Fault(f"{where}.code", f"mã {section.code} đã dùng ở trên")
            seen[section.code] += 1
            for name in ("heading", "text"):
                if not getattr(section, name).strip():
                    yield Fault(f"{where}.{name}", "không được để trống")
                yield from self._field_faults(getattr(section, name), f"{where}.{name}")

    def _field_faults(self, text: str, where: str) -> Iterator[Fault]:
        """A name and nothing else may stand in braces: what is filled in is never looked into."""
        try:
            fields = [(name, spec, how) for _text, name, spec, how in Formatter().parse(text) if name is not None]
        except ValueError:
            yield Fault(where, "ngoặc nhọn không đủ cặp")
            return
        for name, spec, how in fields:
            if name not in self.known or spec or how:
                known = ", ".join(sorted(self.known))
                yield Fault(where, f"“{name}” không phải chỗ điền dùng được ở đây ({known})")


class UnitPlanTemplate(PlanTemplate, frozen=True, kw_only=True):
    known: ClassVar[frozenset[str]] = OF_UNIT | OF_CAMPAIGN


class PlanRule(Edition, frozen=True, kw_only=True):
    """`director_approves`: kinds of plans that the Director approves after the Office. `green_zone_kinds`: units that
    have a Green Zone plan. Both plans are to be sent within `due_days` after the last day of launching the movement;
    reminders as for launches. `longest_section` in characters."""

    director_approves: tuple[KindName, ...]
    green_zone_kinds: tuple[UnitKindName, ...]
    due_days: int
    remind_days_before: tuple[int, ...]
    remind_again_days: int
    remind_at: datetime.time
    longest_section: int

    def faults(self, at: str) -> Iterator[Fault]:
        if self.due_days < 0:
            yield Fault(f"{at}.due_days", "phải từ 0 trở lên")
        if self.remind_again_days < 1:
            yield Fault(f"{at}.remind_again_days", "phải từ 1 trở lên")
        if any(days < 0 for days in self.remind_days_before):
            yield Fault(f"{at}.remind_days_before", "các số ngày phải từ 0 trở lên")
        if not 500 <= self.longest_section <= 20_000:
            yield Fault(f"{at}.longest_section", "phải từ 500 đến 20000")
        if not self.green_zone_kinds:
            yield Fault(f"{at}.green_zone_kinds", "phải có ít nhất một loại đơn vị")

    def due_on(self, launch_by: datetime.date) -> datetime.date:
        return launch_by + datetime.timedelta(days=self.due_days)

    def is_reminder_day(self, day: datetime.date, due_on: datetime.date) -> bool:
        left = (due_on - day).days
        return left in self.remind_days_before if left >= 0 else -left % self.remind_again_days == 0


UNIT_PLAN_TEMPLATE = edition_file(
    RULES / "unit_plan.toml", title="Mẫu kế hoạch phong trào của đơn vị", schema=UnitPlanTemplate
)
GREEN_ZONE_TEMPLATE = edition_file(
    RULES / "green_zone_plan.toml", title="Mẫu kế hoạch bảo đảm vùng xanh", schema=PlanTemplate
)
PLAN_RULE = edition_file(RULES / "plans.toml", title="Lập, gửi, duyệt kế hoạch của đơn vị", schema=PlanRule)


def rule_on(day: datetime.date) -> PlanRule:
    """The edition of the day; of a day before all editions the first."""
    editions = PLAN_RULE.current()
    first = next(iter(editions))
    return first if day < first.in_force_from else editions.in_force(day)


def template_in_force(kind: str, on: datetime.date) -> PlanTemplate:
    found: PlanTemplate = _editions(kind).in_force(on)
    return found


def template_starting(kind: str, first_day: datetime.date) -> PlanTemplate:
    """The edition that a plan was begun with."""
    found: PlanTemplate = _editions(kind).starting(first_day)
    return found


def unverified_of(kind: str, first_day: datetime.date) -> tuple[str, ...]:
    """What of the template nobody has compared with its source."""
    return unverified_in(_file(kind).title, template_starting(kind, first_day))


def _editions(kind: str) -> Editions[Any]:
    found: Editions[Any] = _file(kind).current()
    return found


def _file(kind: str) -> RuleFile[Any]:
    return UNIT_PLAN_TEMPLATE if kind == "UNIT_PLAN" else GREEN_ZONE_TEMPLATE


def filled(text: str, values: Mapping[str, str]) -> str:
    return text.format_map(values)


def begun_sections(template: PlanTemplate, values: Mapping[str, str]) -> list[dict[str, str]]:
    """Code, heading and text of each part of a plan that is begun, in their order."""
    parts = [
        (OPENING, "", template.opening),
        *((one.code, one.heading, one.text) for one in template.section),
        (CLOSING, "", template.closing),
    ]
    return [{"code": code, "heading": filled(head, values), "text": filled(text, values)} for code, head, text in parts]


def label_of(section: Mapping[str, str]) -> str:
    """Its heading, or what one calls a part that has none."""
    return section["heading"] or UNTITLED.get(section["code"], section["code"])
