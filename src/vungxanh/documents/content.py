"""What stands on an administrative paper, as plain values: one structure, printed to DOCX and to PDF alike.

Nothing in it is markup. A text is printed letter by letter; a line break in it begins a new paragraph.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from vungxanh.common.vietnamese import folded

Align = Literal["left", "center", "right"]
UNPRINTABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML cannot hold."""
BLANK_NUMBER = " " * 8
BLANK_DAY = " " * 6


class Paragraph(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="paragraph"):
    """`label`: the name under which it may be edited while the paper is a draft; without one it stays as drafted."""

    text: str
    label: str = ""


class Heading(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="heading"):
    """Bold; never the last line of a page."""

    text: str


class Column(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`width` in mm; the widths of a table are together at most the width between the margins."""

    head: str
    width: float
    align: Align = "left"


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="table"):
    """Its head is repeated on each page; `foot` is the row of totals. `is_dense`: set in small letters. One with a
    `title` is numbered through the paper."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    foot: tuple[str, ...] = ()
    is_dense: bool = False
    title: str = ""


class Series(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value for each label of its chart, None where nothing was measured."""

    name: str
    values: tuple[float | None, ...]


class Chart(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag="chart"):
    """Lying bars, numbered through the paper like tables: for each label one bar of each series, up to `highest`.
    `unit` stands behind each figure, which has as many `decimals`, or as it needs. A series that has not one value per
    label raises `ValueError`."""

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    highest: float
    unit: str = ""
    decimals: int | None = None

    def __post_init__(self) -> None:
        if self.highest <= 0 or any(len(one.values) != len(self.labels) for one in self.series):
            raise ValueError(f"{self.title}: not one value per label, or no scale")


Block = Paragraph | Heading | Table | Chart


class Appendix(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """On pages and with page numbers of its own; its number comes from its place. Nothing in it is edited."""

    title: str
    body: tuple[Block, ...]
    is_landscape: bool = False


SIGNING_FORMS = ("TM.", "KT.", "TL.", "TUQ.")
"""For the collective, for the head, by order, authorised. The post that signs stands in a line below."""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The parts of a paper that its drafting decides; number and date come with the signature.

    `symbol`: what follows the number, until somebody types another; a paper that is never numbered has none. Without
    `type_name` it is a công văn, whose `summary` stands below the number as "V/v …". `signature`: the lines above the
    name, as "TL. GIÁM ĐỐC", "CHÁNH VĂN PHÒNG". `recipients`: the lines of "Nơi nhận", without their dashes.
    `unverified`: the rules that its words and figures come from and that nobody has compared with their source.
    """

    superior: str
    issuer: str
    symbol: str
    place: str
    type_name: str
    summary: str
    addressees: tuple[str, ...] = ()
    body: tuple[Block, ...]
    signature: tuple[str, ...]
    signer: str
    recipients: tuple[str, ...]
    appendices: tuple[Appendix, ...] = ()
    unverified: tuple[str, ...] = ()

    @property
    def type_words(self) -> str:
        """`Báo cáo`, as in a sentence."""
        return self.type_name.capitalize() or "Công văn"

    @property
    def free_parts(self) -> list[tuple[int, Paragraph]]:
        """What may be edited in a draft, each with its place in the body."""
        return [(at, one) for at, one in enumerate(self.body) if isinstance(one, Paragraph) and one.label]

    @property
    def unwritten(self) -> list[str]:
        """The labels of what people have still to write."""
        return [part.label for _at, part in self.free_parts if not part.text.strip()]

    def edited(self, texts: Mapping[int, str], **more: Any) -> "Content":
        """With other texts at those places, and other values of whole fields; what is not free is left as it is."""
        free = dict(self.free_parts)
        body = tuple(
            msgspec.structs.replace(one, text=texts[at]) if at in free and at in texts else one
            for at, one in enumerate(self.body)
        )
        return msgspec.structs.replace(self, body=body, **more)


class Stamp(msgspec.Struct, frozen=True):
    """Number, symbol and date that the records clerk gave; all empty on a draft."""

    number: str = ""
    symbol: str = ""
    on: datetime.date | None = None


class Check(msgspec.Struct, frozen=True):
    """What is printed small at the end of an issued paper, by which anybody can look it up. `address`: where that is
    done; without it there is no QR. Both are empty on a draft, which keeps the room."""

    code: str = ""
    address: str = ""

    @property
    def shown(self) -> str:
        """In groups of four."""
        return "-".join(self.code[at : at + 4] for at in range(0, len(self.code), 4))

    @property
    def link(self) -> str:
        return f"{self.address}{self.code}/" if self.address and self.code else ""


def stored(content: Content) -> Any:
    """As JSON that a column can hold."""
    return msgspec.to_builtins(content)


def read(stored_content: Any) -> Content:
    return msgspec.convert(stored_content, Content)


def number_line(content: Content, stamp: Stamp) -> str:
    """`Số: 05/BC-SNN`; a number of one digit gets a nought in front. Without any symbol the paper bears no number."""
    if not (stamp.symbol or content.symbol):
        return ""
    number = stamp.number.zfill(2) if stamp.number.isdigit() else stamp.number
    return f"Số: {number or BLANK_NUMBER}/{stamp.symbol or content.symbol}"


def appendix_name(place: int, of: int) -> str:
    """`Phụ lục II`; one that stands alone has no number. `place` begins at 1."""
    return f"Phụ lục {roman(place)}" if of > 1 else "Phụ lục"


def roman(number: int) -> str:
    """Of a number from 1 to 39."""
    tens, ones = divmod(number, 10)
    return "X" * tens + ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")[ones]


def reference_line(content: Content, stamp: Stamp, *, year: int) -> str:
    """`(Kèm theo Báo cáo số 05/BC-SNN ngày 05 tháng 02 năm 2021)`, below the title of an appendix."""
    number = number_line(content, stamp).removeprefix("Số: ")
    day = day_in_words(stamp.on) if stamp.on else f"{BLANK_DAY} tháng {BLANK_DAY} năm {year}"
    return f"(Kèm theo {content.type_words} số {number} ngày {day})"


def date_line(content: Content, stamp: Stamp, *, year: int) -> str:
    """`Vĩnh Phúc, ngày 05 tháng 02 năm 2021`; on a draft day and month are left open."""
    start = f"{content.place}, ngày" if content.place else "Ngày"
    if stamp.on is None:
        return f"{start} {BLANK_DAY} tháng {BLANK_DAY} năm {year}"
    return f"{start} {day_in_words(stamp.on)}"


def day_in_words(day: datetime.date) -> str:
    """`05 tháng 02 năm 2021`: noughts before days below 10 and before the first two months only."""
    month = f"{day.month:02}" if day.month < 3 else str(day.month)
    return f"{day.day:02} tháng {month} năm {day.year}"


def search_text(content: Content, stamp: Stamp) -> str:
    """Without marks: number, date, type, summary, signer and recipients of an issued paper."""
    day = f"{stamp.on:%d/%m/%Y}" if stamp.on else ""
    parts = (f"{stamp.number}/{stamp.symbol}", day, content.type_words, content.summary, content.signer)
    return folded(" ".join([*parts, *content.recipients]))


def type_code_of(type_name: str, symbol: str) -> str:
    """`BC` of a report with the symbol `BC-SNN`; a công văn has no name of a type and no abbreviation."""
    return symbol.split("-")[0] if type_name else ""


def lines_of(texts: Sequence[str]) -> list[str]:
    """Each line of each text for itself, those without letters left out."""
    return [line.strip() for text in texts for line in text.splitlines() if line.strip()]


def abbreviation(name: str) -> str:
    """As it stands in the symbol of a paper: `Sở NN&PTNT` gives `SNN&PTNT`, `Chi cục Kiểm lâm` gives `CCKL`."""
    words = [word.strip(",.;()–-") for word in name.split()]
    kept = [word if sum(letter.isupper() for letter in word) > 1 else word[:1].upper() for word in words]
    return "".join(kept)


def may_be_signed(signature: Sequence[str]) -> bool:
    """`GIÁM ĐỐC`; `KT. GIÁM ĐỐC`, `PHÓ GIÁM ĐỐC`; `TL. GIÁM ĐỐC`, `KT. CHÁNH VĂN PHÒNG`, `PHÓ CHÁNH VĂN PHÒNG`:
    whoever signs for another stands below, and nobody else does."""
    has_form = [line.startswith(SIGNING_FORMS) for line in signature]
    return bool(signature) and all(has_form[:-1]) and not has_form[-1]


def plain(text: str) -> str:
    """Without characters that no format can hold."""
    return UNPRINTABLE.sub("", text)
