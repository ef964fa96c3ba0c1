"""Reads a campaign file; every fault is found at once, each by its key path and, where known, its line.

A file is read by itself here. What it says of an installation (codes of units) is checked where it is loaded.
"""

import math
import re
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from vungxanh.common.decision_tables import Fault, RuleFileError
from vungxanh.common.decision_tables.faults import LineFinder, syntax_fault
from vungxanh.common.decision_tables.shapes import shape
from vungxanh.movement.rulebook.campaign import CampaignFile, Measure, Period
from vungxanh.movement.rulebook.places import PLACES
from vungxanh.movement.rulebook.rules import repeated, term_of

SHIPPED = Path(__file__).parents[1] / "campaigns"
LONGEST_FILE = 1_000_000
"""Bytes; the longest plan that was seen has 40,000."""
MOST_CLAUSES, MOST_MEASURES = 300, 200
ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z.\-]{0,19}")
"""Of a clause, a measure or a period: it stands in addresses."""
ID_WORDS = "mã chỉ dùng chữ không dấu, số, dấu chấm, gạch ngang, bắt đầu bằng chữ hoặc số, nhiều nhất 20 ký tự"
RESERVED = frozenset({"nap", "chi-tieu", "anh", "don-vi", "giao-uoc", "minh-chung", "thuong-phat"})
"""Codes that are addresses of their own."""
UNREADABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
MOST_LINES, LONGEST_LINE = 12, 300
"""Of a pledge."""


@lru_cache(maxsize=32)
def read_campaign(text: str, *, name: str = "campaign.toml") -> CampaignFile:
    """Raises `RuleFileError` with every fault, each by its key path and, where known, its line."""
    raw = _parsed(text, name=name)
    faults = list(_value_faults(raw, ""))
    campaign = shape(raw, CampaignFile, at="", faults=faults) if not faults else None
    if campaign:
        faults += _faults(campaign)
    if faults or campaign is None:
        finder = LineFinder.of(text)
        raise RuleFileError(name, [replace(one, line=finder.line(one.where)) for one in faults])
    return campaign


@lru_cache(maxsize=64)
def read_stored(text: str) -> CampaignFile:
    """What was taken in once: by its shape alone, so that a stricter check of later days never shuts a campaign out."""
    faults: list[Fault] = []
    campaign = shape(_parsed(text, name="campaign.toml"), CampaignFile, at="", faults=faults)
    if campaign is None:
        raise RuleFileError("campaign.toml", faults)
    return campaign


def shipped() -> dict[str, str]:
    """The texts of the shipped files by their names."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(SHIPPED.glob("*.toml"))}


def decoded(content: bytes, *, name: str) -> str:
    """The text of a file that came. Raises `RuleFileError`."""
    if len(content) > LONGEST_FILE:
        raise RuleFileError(name, [Fault("", f"tệp lớn hơn {LONGEST_FILE // 1000} KB")])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleFileError(name, [Fault("", "tệp không phải UTF-8")]) from error


def _parsed(text: str, *, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RuleFileError(name, [syntax_fault(error, text)]) from error
    except (RecursionError, ValueError) as error:
        raise RuleFileError(name, [Fault("", "có số hoặc danh sách lồng nhau quá dài, không đọc được")]) from error


def _value_faults(value: Any, at: str) -> Iterator[Fault]:
    """Texts that no database and no paper can hold, numbers that are none."""
    if isinstance(value, str) and UNREADABLE.search(value):
        yield Fault(at, "có ký tự điều khiển không dùng được")
    elif isinstance(value, float) and not math.isfinite(value):
        yield Fault(at, "phải là một số")
    elif isinstance(value, dict):
        for key, below in value.items():
            yield from _value_faults(below, f"{at}.{key}" if at else key)
    elif isinstance(value, list):
        for place, below in enumerate(value, start=1):
            yield from _value_faults(below, f"{at}[{place}]")


def _faults(campaign: CampaignFile) -> Iterator[Fault]:
    yield from _pledge_faults(campaign)
    yield from _head_faults(campaign)
    yield from _clause_faults(campaign)
    yield from _criterion_faults(campaign)
    yield from _period_faults(campaign)
    yield from _block_faults(campaign)
    known = campaign.clauses
    named = [
        *((f"criterion[{at}].clause", one.clause) for at, one in enumerate(campaign.criterion, start=1)),
        *((f"adjustment[{at}].clause", one.clause) for at, one in enumerate(campaign.adjustment, start=1)),
        *((f"award[{at}].clause", one.clause) for at, one in enumerate(campaign.award, start=1)),
        *((f"budget[{at}].clause", one.clause) for at, one in enumerate(campaign.budget, start=1)),
        *((f"question[{at}].clause", one.clause) for at, one in enumerate(campaign.question, start=1)),
    ]
    for where, clause in named:
        if clause and clause not in known:
            yield Fault(where, f"kế hoạch không có điểm {clause}")


def _head_faults(campaign: CampaignFile) -> Iterator[Fault]:
    if not campaign.code or not all(one.islower() or one.isdigit() or one == "-" for one in campaign.code):
        yield Fault("code", "chỉ dùng chữ thường không dấu, số và dấu gạch ngang")
    elif not campaign.code.isascii() or len(campaign.code) > 40:
        yield Fault("code", "chỉ dùng chữ không dấu, nhiều nhất 40 ký tự")
    elif campaign.code in RESERVED:
        yield Fault("code", "mã này phần mềm đã dùng cho việc khác")
    for key in ("title", "short_title", "symbol"):
        if not getattr(campaign, key).strip():
            yield Fault(key, "không được để trống")
    if campaign.ends_on and campaign.ends_on < campaign.starts_on:
        yield Fault("ends_on", "kết thúc trước khi bắt đầu")
    if campaign.launch_by < campaign.starts_on:
        yield Fault("launch_by", "hạn phát động trước ngày bắt đầu")
    if not campaign.takes_part:
        yield Fault("takes_part", "phải có ít nhất một loại đơn vị")
    if not campaign.leads:
        yield Fault("leads", "phải nói ai chủ trì")
    for number, code in repeated([one.code for one in campaign.report]):
        yield Fault(f"report[{number}].code", f"mã {code} đã dùng ở trên")


def _clause_faults(campaign: CampaignFile) -> Iterator[Fault]:
    if not campaign.part:
        yield Fault("part", "kế hoạch phải có ít nhất một phần")
    seen: set[str] = set()
    for at, part in enumerate(campaign.part, start=1):
        if not part.clause:
            yield Fault(f"part[{at}].clause", "phần phải có ít nhất một điểm")
        for below, clause in enumerate(part.clause, start=1):
            where = f"part[{at}].clause[{below}]"
            if not ID.fullmatch(clause.id):
                yield Fault(f"{where}.id", ID_WORDS)
            elif clause.id in seen:
                yield Fault(f"{where}.id", f"mã {clause.id} đã dùng ở trên")
            seen.add(clause.id)
            if not (clause.text.strip() or clause.heading.strip()):
                yield Fault(f"{where}.text", "không được để trống")
            for place in clause.carried_out_by:
                if place not in PLACES:
                    yield Fault(f"{where}.carried_out_by", f"“{place}” không phải nơi thực hiện mà phần mềm biết")
    if len(seen) > MOST_CLAUSES:
        yield Fault("part", f"nhiều hơn {MOST_CLAUSES} điểm")


def _pledge_faults(campaign: CampaignFile) -> Iterator[Fault]:
    for name in ("unit", "group", "person"):
        lines = getattr(campaign.pledge, name)
        if len(lines) > MOST_LINES:
            yield Fault(f"pledge.{name}", f"nhiều hơn {MOST_LINES} nội dung")
        for at, line in enumerate(lines, start=1):
            if not 1 <= len(line.strip()) <= LONGEST_LINE:
                yield Fault(f"pledge.{name}[{at}]", f"phải từ 1 đến {LONGEST_LINE} ký tự")
    asked = [f"{one.clause}: {' '.join(one.text.split())}" for one in campaign.question]
    for number, _text in repeated(asked):
        yield Fault(f"question[{number}]", "câu hỏi này đã có ở trên")


def _criterion_faults(campaign: CampaignFile) -> Iterator[Fault]:
    if not campaign.criterion:
        yield Fault("criterion", "phải có ít nhất một tiêu chí")
    for number, code in repeated([one.id for one in campaign.criterion]):
        yield Fault(f"criterion[{number}].id", f"mã {code} đã dùng ở trên")
    for number, code in repeated([one.id for one in campaign.adjustment]):
        yield Fault(f"adjustment[{number}].id", f"mã {code} đã dùng ở trên")
    seen: set[str] = set()
    for at, criterion in enumerate(campaign.criterion, start=1):
        where = f"criterion[{at}]"
        for below, measure in enumerate(criterion.measure, start=1):
            yield from _measure_faults(measure, f"{where}.measure[{below}]", seen)
            seen.add(measure.id)
        if not criterion.measure:
            yield Fault(f"{where}.measure", "tiêu chí phải có ít nhất một chỉ tiêu")
        elif _differ(sum(one.weight for one in criterion.measure), criterion.weight):
            given = _plain(sum(one.weight for one in criterion.measure))
            yield Fault(f"{where}.weight", f"các chỉ tiêu cộng lại được {given}, không phải {_plain(criterion.weight)}")
    whole = sum(one.weight for one in campaign.criterion)
    if campaign.criterion and _differ(whole, campaign.total_points):
        words = f"các tiêu chí cộng lại được {_plain(whole)}, không phải {_plain(campaign.total_points)}"
        yield Fault("total_points", words)
    for place, code in enumerate(campaign.tie_break, start=1):
        if code not in seen:
            yield Fault(f"tie_break[{place}]", f"không có chỉ tiêu {code}")
    if len(seen) > MOST_MEASURES:
        yield Fault("criterion", f"nhiều hơn {MOST_MEASURES} chỉ tiêu")
    for at, one in enumerate(campaign.adjustment, start=1):
        if not ID.fullmatch(one.id):
            yield Fault(f"adjustment[{at}].id", ID_WORDS)
        if one.most_points <= 0:
            yield Fault(f"adjustment[{at}].most_points", "phải lớn hơn 0")


def _measure_faults(measure: Measure, where: str, seen: set[str]) -> Iterator[Fault]:
    if not ID.fullmatch(measure.id):
        yield Fault(f"{where}.id", ID_WORDS)
    elif measure.id in seen:
        yield Fault(f"{where}.id", f"mã {measure.id} đã dùng ở trên")
    if measure.weight <= 0:
        yield Fault(f"{where}.weight", "phải lớn hơn 0")
    if measure.kind == "SELF_SCORED":
        if not measure.full_when.strip():
            yield Fault(f"{where}.full_when", "chỉ tiêu tự chấm phải nói khi nào được điểm tối đa")
        if measure.indicator or measure.target is not None:
            yield Fault(f"{where}.indicator", "chỉ tiêu tự chấm không đo bằng số liệu của hệ thống")
        return
    if measure.target is None:
        yield Fault(f"{where}.target", "chỉ tiêu đo được phải có mức phải đạt")
    term = term_of(measure.indicator)
    if term is None:
        yield Fault(f"{where}.indicator", f"“{measure.indicator}” không có trong danh mục chỉ tiêu")
    elif measure.target is not None and not 0 <= measure.target <= (100 if term.unit == "PERCENT" else 10**9):
        yield Fault(f"{where}.target", "mức phải đạt nằm ngoài thang đo của chỉ tiêu")


def _period_faults(campaign: CampaignFile) -> Iterator[Fault]:
    if not campaign.period:
        yield Fault("period", "phải có ít nhất một kỳ chấm điểm")
    for number, code in repeated([one.code for one in campaign.period]):
        yield Fault(f"period[{number}].code", f"mã {code} đã dùng ở trên")
    before: Period | None = None
    for at, period in enumerate(campaign.period, start=1):
        where = f"period[{at}]"
        if not ID.fullmatch(period.code):
            yield Fault(f"{where}.code", ID_WORDS)
        if period.last < period.first:
            yield Fault(f"{where}.last", "kỳ kết thúc trước khi bắt đầu")
        if before and period.first <= before.last:
            yield Fault(f"{where}.first", f"chồng lên kỳ {before.code}, hoặc không theo thứ tự ngày")
        if period.first < campaign.starts_on or (campaign.ends_on and period.last > campaign.ends_on):
            yield Fault(f"{where}.first", "kỳ nằm ngoài thời gian của phong trào")
        if bool(period.review) != bool(period.review_by):
            yield Fault(f"{where}.review_by", "sơ kết, tổng kết phải có hạn, và hạn phải đi với sơ kết hoặc tổng kết")
        elif period.review_by and period.review_by < period.last:
            yield Fault(f"{where}.review_by", "hạn sơ kết, tổng kết trước khi hết kỳ")
        before = period


def _block_faults(campaign: CampaignFile) -> Iterator[Fault]:
    """Each kind of unit and each unit belongs to one block."""
    kinds: set[str] = set()
    units: set[str] = set()
    for number, code in repeated([one.code for one in campaign.block]):
        yield Fault(f"block[{number}].code", f"mã {code} đã dùng ở trên")
    for at, block in enumerate(campaign.block, start=1):
        if not ID.fullmatch(block.code):
            yield Fault(f"block[{at}].code", ID_WORDS)
        if not block.kinds and not block.units:
            yield Fault(f"block[{at}]", "khối phải có loại đơn vị hoặc mã đơn vị")
        for name, given, taken in (("kinds", block.kinds, kinds), ("units", block.units, units)):
            yield from (Fault(f"block[{at}].{name}", f"{one} đã thuộc khối khác") for one in given if one in taken)
            taken.update(given)
        for kind in block.kinds:
            if kind not in campaign.takes_part:
                yield Fault(f"block[{at}].kinds", f"{kind} không tham gia phong trào")


def _differ(one: float, other: float) -> bool:
    return abs(one - other) > 1e-9


def _plain(value: float) -> str:
    return f"{value:g}".replace(".", ",")
