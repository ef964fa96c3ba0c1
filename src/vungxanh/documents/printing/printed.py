"""The last step before printing, the same for every format: all texts as they will stand on the page."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import msgspec
from django.utils import translation

from vungxanh.common.formats import number
from vungxanh.documents.content import (
    Block,
    Chart,
    Check,
    Content,
    Heading,
    Paragraph,
    Stamp,
    Table,
    appendix_name,
    date_line,
    lines_of,
    number_line,
    plain,
    read,
    reference_line,
    stored,
)
from vungxanh.documents.rulebook import Layout

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
DRAFT, UNVERIFIED = "DỰ THẢO", "CHƯA KIỂM CHỨNG"


@dataclass(frozen=True, slots=True)
class Lines:
    """A paragraph of the body, one text for each of its lines."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """`share`: its length, from 0 to 1; None where nothing was measured."""

    share: float | None
    words: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as it will be drawn: for each label a bar of each series."""

    title: str
    series: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Bar, ...]], ...]

    @property
    def in_words(self) -> str:
        """What it shows, for those who do not see it."""
        rows = [f"{label} {', '.join(bar.words for bar in bars)}" for label, bars in self.rows]
        return f"{self.title}: {'; '.join(rows)}"


Set = Lines | Heading | Table | Drawn


@dataclass(frozen=True, slots=True)
class Annex:
    """An appendix with its number, and the paper to which it belongs."""

    name: str
    title: str
    reference: str
    body: tuple[Set, ...]
    is_landscape: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper with its number and date, ready to be set; `day`: when it was drafted or, once issued, its date. `check`
    stands below the recipients. `marks` stand in the upper margin of each page and move nothing."""

    content: Content
    layout: Layout
    day: datetime.date
    number: str
    place_and_date: str
    body: tuple[Set, ...]
    check: Check | None = None
    annexes: tuple[Annex, ...] = ()
    marks: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """Of a công văn with its `V/v`."""
        return self.content.summary if self.content.type_name else f"V/v {self.content.summary}"

    @property
    def title(self) -> str:
        return f"{self.content.type_name} {self.content.summary}".strip()

    @property
    def recipients(self) -> list[str]:
        """With their dashes; the last one ends with a full stop."""
        ends = [";"] * (len(self.content.recipients) - 1) + ["."]
        return [
            f"- {one.rstrip(' ;.')}{end}" if one.strip() else ""
            for one, end in zip(self.content.recipients, ends, strict=False)
        ]


def check_words(check: Check) -> list[str]:
    return [f"Mã kiểm tra: {check.shown}", *([f"Tra cứu tại: {check.address}"] if check.address else [])]


def draft_marks(content: Content) -> tuple[str, ...]:
    """What a draft bears until it is laid before whoever signs it."""
    return (DRAFT, *(f"{UNVERIFIED}: {one}" for one in content.unverified))


def printed(
    content: Content,
    stamp: Stamp,
    layout: Layout,
    *,
    day: datetime.date,
    check: Check | None = None,
    marks: Sequence[str] = (),
) -> Printed:
    """Without `check` no room is kept for it."""
    clean = read(_clean(stored(content)))
    bodies = _numbered([clean.body, *(one.body for one in clean.appendices)])
    return Printed(
        content=clean,
        layout=layout,
        day=stamp.on or day,
        number=number_line(clean, stamp),
        place_and_date=date_line(clean, stamp, year=day.year),
        body=bodies[0],
        check=check,
        marks=tuple(map(plain, marks)),
        annexes=tuple(
            Annex(
                appendix_name(place, len(clean.appendices)),
                one.title.upper(),
                reference_line(clean, stamp, year=day.year),
                body,
                one.is_landscape,
            )
            for place, (one, body) in enumerate(zip(clean.appendices, bodies[1:], strict=True), start=1)
        ),
    )


def _numbered(bodies: Sequence[Sequence[Block]]) -> list[tuple[Set, ...]]:
    """Tables and charts numbered each for themselves, from the first body to the last."""
    tables, charts = count(1), count(1)
    with translation.override("vi"):
        return [tuple(_block(one, tables, charts) for one in body) for body in bodies]


def _block(block: Block, tables: Iterator[int], charts: Iterator[int]) -> Set:
    if isinstance(block, Paragraph):
        return Lines(tuple(lines_of([block.text])))
    if isinstance(block, Chart):
        return _drawn(block, next(charts))
    if isinstance(block, Table) and block.title:
        return msgspec.structs.replace(block, title=f"Bảng {next(tables)}. {block.title}")
    return block


def _drawn(chart: Chart, place: int) -> Drawn:
    rows = tuple(
        (label, tuple(_bar(one.values[at], chart) for one in chart.series)) for at, label in enumerate(chart.labels)
    )
    return Drawn(f"Biểu đồ {place}. {chart.title}", tuple(one.name for one in chart.series), rows)


def _bar(value: float | None, chart: Chart) -> Bar:
    if value is None:
        return Bar(None, "–")
    return Bar(min(max(value / chart.highest, 0.0), 1.0), f"{number(value, chart.decimals)}{chart.unit}")


def _clean(value: Any) -> Any:
    """Every text in a structure of plain values."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list | tuple) else value
