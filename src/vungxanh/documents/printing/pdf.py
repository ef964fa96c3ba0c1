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
from vungxanh.documents.content import Check, Table
from vungxanh.documents.printing.printed import MOTTO, NATION, Lines, Printed, check_words

ENGINE = f"typst {version('typst')}"
FONTS = Path(__file__).parents[1] / "fonts"
TEMPLATE = Path(__file__).parent / "paper.typ"
ROOM_TO_SIGN = 20
"""Between title and name, in mm: for the signature and the seal."""
DOTS_PER_INCH, ROUGH = 110, 8
"""Of the preview; and of pages that are only counted."""


class Kept(threading.local):
    """Template and letters stay read, which saves most of the time of a paper. One compiler sets one paper at a time,
    so each thread has its own."""

    def __init__(self) -> None:
        self.compiler = typst.Compiler(
            str(TEMPLATE), root=str(TEMPLATE.parent), font_paths=[str(FONTS)], ignore_system_fonts=True
        )


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


@lru_cache(maxsize=8)
def _pictures(values: str, dots_per_inch: int) -> tuple[bytes, ...]:
    made = _set(values, "png", dots_per_inch)
    return tuple(made) if isinstance(made, list) else (made,)


def _set(values: str, kind: Literal["pdf", "png"], dots_per_inch: int | None = None) -> Any:
    day = datetime.date(*json.loads(values)["day"])
    return _kept.compiler.compile(
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
        "day": [paper.day.year, paper.day.month, paper.day.day],
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
        "check": _check(paper.check) if paper.check else None,
    }
    return msgspec.json.encode(values).decode()


def _check(check: Check) -> dict[str, object]:
    """Without words and QR on a draft."""
    qr = qr_file(check.link, "svg").decode() if check.link else ""
    return {"words": check_words(check) if check.code else [], "qr": qr}


def _block(block: Lines | Table) -> dict[str, object]:
    if isinstance(block, Lines):
        return {"kind": "lines", "lines": block.lines}
    return {**msgspec.to_builtins(block), "kind": "table"}
