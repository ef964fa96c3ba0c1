"""A paper as PDF, and as pictures of the same pages: set by Typst with the letters that the product ships."""

import datetime
import json
import threading
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import msgspec
import typst

from vungxanh.common.qr import qr_file
from vungxanh.documents.content import Check, Heading, Table
from vungxanh.documents.printing.printed import MOTTO, NATION, Annex, Drawn, Lines, Printed, Set, check_words
from vungxanh.documents.rulebook import Layout

ENGINE = f"typst {version('typst')}"
FONTS = Path(__file__).parents[1] / "fonts"
TEMPLATE, CHART = Path(__file__).parent / "paper.typ", Path(__file__).parent / "chart.typ"
ROOM_TO_SIGN = 20
"""Between title and name, in mm: for the signature and the seal."""
DOTS_PER_INCH, ROUGH, FINE = 110, 8, 220
"""Of the preview; of pages that are only counted; of charts for a DOCX."""


class Kept(threading.local):
    """Templates and letters stay read, which saves most of the time of a paper. One compiler sets one paper at a time,
    so each thread has its own for each template."""

    def __init__(self) -> None:
        self.compilers: dict[Path, typst.Compiler] = {}

    def compiler_of(self, template: Path) -> typst.Compiler:
        if template not in self.compilers:
            self.compilers[template] = typst.Compiler(
                str(template), root=str(template.parent), font_paths=[str(FONTS)], ignore_system_fonts=True
            )
        return self.compilers[template]


_kept = Kept()


def pdf(paper: Printed) -> bytes:
    """The same bytes for the same paper."""
    made = _set(_values(paper), "pdf")
    assert isinstance(made, bytes)
    return made


def page_count(paper: Printed) -> int:
    return len(_pictures(_values(paper), ROUGH))


def pictures(paper: Printed) -> tuple[bytes, ...]:
    """A PNG of each page."""
    return _pictures(_values(paper), DOTS_PER_INCH)


def chart_picture(chart: Drawn, layout: Layout, *, day: datetime.date) -> bytes:
    """A PNG of the very drawing that stands in the PDF, as wide as its text, without the title."""
    values = {"layout": msgspec.to_builtins(layout), "day": _parts(day), "chart": _block(chart)}
    made = _set(msgspec.json.encode(values).decode(), "png", FINE, template=CHART)
    assert isinstance(made, bytes)
    return made


@lru_cache(maxsize=8)
def _pictures(values: str, dots_per_inch: int) -> tuple[bytes, ...]:
    made = _set(values, "png", dots_per_inch)
    return tuple(made) if isinstance(made, list) else (made,)


def _set(
    values: str, kind: Literal["pdf", "png"], dots_per_inch: int | None = None, *, template: Path = TEMPLATE
) -> Any:
    day = datetime.date(*json.loads(values)["day"])
    return _kept.compiler_of(template).compile(
        format=kind,
        ppi=dots_per_inch,
        sys_inputs={"paper": values},
        timestamp=int(datetime.datetime.combine(day, datetime.time(), tzinfo=datetime.UTC).timestamp()),
    )


def _values(paper: Printed) -> str:
    content = paper.content
    values = {
        "layout": msgspec.to_builtins(paper.layout),
        "title": paper.title,
        "day": _parts(paper.day),
        "nation": NATION,
        "motto": MOTTO,
        "superior": content.superior,
        "issuer": content.issuer,
        "number": paper.number,
        "place_and_date": paper.place_and_date,
        "type_name": content.type_name,
        "summary": paper.summary,
        "addressees": content.addressees,
        "body": [_block(one) for one in paper.body],
        "signature": content.signature,
        "signer": content.signer,
        "recipients": paper.recipients,
        "room": ROOM_TO_SIGN,
        "marks": paper.marks,
        "check": _check(paper.check) if paper.check else None,
        "annexes": [_annex(one) for one in paper.annexes],
    }
    return msgspec.json.encode(values).decode()


def _check(check: Check) -> dict[str, object]:
    """Without words and QR on a draft."""
    qr = qr_file(check.link, "svg").decode() if check.link else ""
    return {"words": check_words(check) if check.code else [], "qr": qr}


def _annex(annex: Annex) -> dict[str, object]:
    return {
        "name": annex.name,
        "title": annex.title,
        "reference": annex.reference,
        "is_landscape": annex.is_landscape,
        "body": [_block(one) for one in annex.body],
    }


def _block(block: Set) -> dict[str, object]:
    if isinstance(block, Lines):
        return {"kind": "lines", "lines": block.lines}
    if isinstance(block, Heading):
        return {"kind": "heading", "text": block.text}
    if isinstance(block, Table):
        return {**msgspec.to_builtins(block), "kind": "table"}
    rows = [
        {"label": label, "bars": [{"share": bar.share, "words": bar.words} for bar in bars]}
        for label, bars in block.rows
    ]
    return {"kind": "chart", "title": block.title, "series": block.series, "rows": rows}


def _parts(day: datetime.date) -> list[int]:
    return [day.year, day.month, day.day]
