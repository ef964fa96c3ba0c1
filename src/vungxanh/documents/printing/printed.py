"""The last step before printing, the same for every format: all texts as they will stand on the page."""

import datetime
from dataclasses import dataclass
from typing import Any

from vungxanh.documents.content import (
    Check,
    Content,
    Paragraph,
    Stamp,
    Table,
    date_line,
    lines_of,
    number_line,
    plain,
    read,
    stored,
)
from vungxanh.documents.rulebook import Layout

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


@dataclass(frozen=True, slots=True)
class Lines:
    """A paragraph of the body, one text for each of its lines."""

    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Printed:
    """A paper with its number and date, ready to be set; `day`: when it was drafted or, once issued, its date. `check`
    stands below the recipients."""

    content: Content
    layout: Layout
    day: datetime.date
    number: str
    place_and_date: str
    body: tuple[Lines | Table, ...]
    check: Check | None = None

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


def printed(
    content: Content, stamp: Stamp, layout: Layout, *, day: datetime.date, check: Check | None = None
) -> Printed:
    """Without `check` no room is kept for it."""
    clean = read(_clean(stored(content)))
    return Printed(
        content=clean,
        layout=layout,
        day=stamp.on or day,
        number=number_line(clean, stamp),
        place_and_date=date_line(clean, stamp, year=day.year),
        body=tuple(Lines(tuple(lines_of([one.text]))) if isinstance(one, Paragraph) else one for one in clean.body),
        check=check,
    )


def _clean(value: Any) -> Any:
    """Every text in a structure of plain values."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _clean(one) for key, one in value.items()}
    return [_clean(one) for one in value] if isinstance(value, list | tuple) else value
