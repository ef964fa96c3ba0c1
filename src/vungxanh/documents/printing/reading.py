"""Reads the text of a DOCX back into the structure of the paper from which it was printed.

What a line is, its style says; the furniture stays as the paper has it. Bold, colours and sizes come from the layout
and are not read. Whatever else is there and cannot be read is named, so that nothing gets lost without a word.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from docx.document import Document
from docx.oxml.ns import qn

from vungxanh.common.vietnamese import canonical
from vungxanh.documents.content import Block, Chart, Column, Content, Heading, Paragraph, Table, lines_of, plain
from vungxanh.documents.printing.numbering import Numbers
from vungxanh.documents.printing.opening import DAMAGED, WordRefusedError
from vungxanh.documents.printing.printed import NATION
from vungxanh.documents.printing.word import FURNITURE, PART
from vungxanh.documents.rulebook import WordReturnRule

ADDED = "Đoạn thêm từ Word"
"""The label of a paragraph that was not in the paper: it can be edited on the page like the other free ones."""
TEXT_WIDTH = 165
"""Of a table that was not in the paper, in mm."""
EXCERPT = 80
MOST_COLUMNS = 20
CAPTION = re.compile(r"^(Bảng|Biểu đồ) \d+\. ")
"""As `printed` numbers tables and charts."""

LEFT_OUT: dict[str, Promise] = {
    "PICTURE": pgettext_lazy("left out", "a picture or a drawn object"),
    "TEXT_BOX": pgettext_lazy("left out", "a text box"),
    "FORMULA": pgettext_lazy("left out", "a formula"),
    "NOTE": pgettext_lazy("left out", "a footnote or an endnote"),
    "COMMENT": pgettext_lazy("left out", "a comment"),
    "SYMBOL": pgettext_lazy("left out", "a sign of a font of symbols"),
    "LINK": pgettext_lazy("left out", "the address behind a text"),
    "DELETED": pgettext_lazy("left out", "a change that is tracked as deleted; taken as deleted"),
    "TABLE": pgettext_lazy("left out", "a table with joined cells, or one within another"),
    "TABLE_KEPT": pgettext_lazy("left out", "a table whose cells were joined; it stays as it was"),
    "HEAD_CHANGED": pgettext_lazy("left out", "changed at the head or the end of the paper; it stays as it was"),
    "HEAD_MISSING": pgettext_lazy("left out", "missing at the head or the end of the paper; it stays"),
    "CAPTION_CHANGED": pgettext_lazy("left out", "a caption of a table or chart was changed; it stays as it was"),
    "CAPTION_MISSING": pgettext_lazy("left out", "a caption of a table or chart was deleted; it stays"),
    "OTHER": pgettext_lazy("left out", "something that is not known here"),
}
NAMES = {
    "drawing": "PICTURE", "pict": "PICTURE", "object": "PICTURE", "oMath": "FORMULA", "oMathPara": "FORMULA",
    "footnoteReference": "NOTE", "endnoteReference": "NOTE", "commentReference": "COMMENT", "sym": "SYMBOL",
    "altChunk": "OTHER", "subDoc": "OTHER",
}  # fmt: skip
SILENT = frozenset(
    ["pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "instrText", "delText", "Fallback"],
)
"""What holds no text of the paper."""
GONE = frozenset({"del", "moveFrom"})


@dataclass(frozen=True, slots=True)
class ReadPaper:
    """`left_out`: a code of `LEFT_OUT` each, with what is left of it in words."""

    content: Content
    left_out: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Line:
    """A paragraph of the body; `part`: the place in the body of the paper of which it is, if of any."""

    part: int | None
    text: str


@dataclass(slots=True)
class Grid:
    """A table of the body; without `rows` it cannot be read."""

    part: int | None
    rows: list[list[str]]
    widths: list[float]


@dataclass(slots=True)
class Found:
    body: list[Line | Grid] = field(default_factory=list)
    furniture: list[str] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    is_ours: bool = False
    """Some line has a style of ours."""


def read_back(document: Document, own: Document, content: Content, rule: WordReturnRule) -> ReadPaper:
    """`own` is `content` as it is printed, of which `document` was made. Raises `WordRefusedError` for one that was
    not."""
    kept = _Reader(own, rule).found
    try:
        found = _Reader(document, rule).found
    except WordRefusedError:
        raise
    except (*DAMAGED, TypeError) as error:
        raise WordRefusedError(_("The file is damaged, or no DOCX.")) from error
    if not found.is_ours:
        raise WordRefusedError(
            _("This DOCX is not of this paper. Download the DOCX of the draft, change that one and bring it in.")
        )
    body = _body(found, content)
    if not found.body:
        raise WordRefusedError(_("Nothing is left of the text."))
    missing, changed = Counter(kept.furniture), Counter(found.furniture)
    left_out = list((Counter(found.left_out) - Counter(kept.left_out)).elements())
    left_out += [(f"{_place(text)}_CHANGED", text[:EXCERPT]) for text in (changed - missing).elements()]
    titles = _titles(body, content)
    for text in (missing - changed).elements():
        # The caption of a table that was deleted goes with it.
        if _place(text) == "HEAD" or CAPTION.sub("", text) in titles:
            left_out.append((f"{_place(text)}_MISSING", text[:EXCERPT]))
    return ReadPaper(msgspec.structs.replace(content, body=body), tuple(dict.fromkeys(left_out)))


def _place(text: str) -> str:
    """Of a line of the furniture."""
    return "CAPTION" if CAPTION.match(text) else "HEAD"


def _titles(body: Sequence[Block], content: Content) -> set[str]:
    """Of the tables and charts that the paper has."""
    blocks = [*body, *(one for appendix in content.appendices for one in appendix.body)]
    return {canonical(one.title) for one in blocks if isinstance(one, Table | Chart)}


class _Reader:
    """Walks through a document once, in its order."""

    def __init__(self, document: Document, rule: WordReturnRule) -> None:
        self.found, self.rule, self.lines = Found(), rule, 0
        self.numbers = Numbers(document)
        self.links = {key for key, one in document.part.rels.items() if one.is_external}
        self._body(document.element.body)
        for one in document.part.rels.values():
            if not one.is_external and one.reltype.endswith(("/header", "/footer")):
                self._margin(_all_text(one.target_part.element))

    def _body(self, parent: Any) -> None:
        for child in parent:
            name = _name(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._table(child)
            elif name in ("sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"):
                self._body(child)
            elif name in NAMES or name in GONE:
                self._text(child)

    def _margin(self, text: str) -> None:
        """Of each page; ours holds its number alone."""
        if text and not text.isdecimal():
            self.found.furniture.append(text)

    def _paragraph(self, paragraph: Any) -> None:
        style, lines = self._style(paragraph), self._lines(paragraph)
        if style == FURNITURE:
            self.found.furniture += lines
            return
        self._count(len(lines))
        self.found.body += [Line(_part(style), text) for text in lines]

    def _style(self, paragraph: Any) -> str:
        style = str(paragraph.style or "")
        self.found.is_ours = self.found.is_ours or style == FURNITURE or _part(style) is not None
        return style

    def _lines(self, paragraph: Any) -> list[str]:
        """A break within a paragraph begins another one."""
        number = self.numbers.before(paragraph)
        lines = [text for one in self._text(paragraph).split("\n") if (text := canonical(plain(one)))]
        return [f"{number} {lines[0]}".strip(), *lines[1:]] if lines else []

    def _table(self, table: Any) -> None:
        paragraphs = list(_paragraphs(table))
        styles = [self._style(one) for one in paragraphs]
        if FURNITURE in styles or any(_all_text(one) == NATION for one in paragraphs):
            self.found.furniture += [text for one in paragraphs for text in self._lines(one)]
            return
        part = next((_part(style) for style in styles if _part(style) is not None), None)
        rows = [[self._cell(cell) for cell in _cells(row)] for row in _rows(table)]
        is_plain = not any(_name(one) in ("gridSpan", "vMerge", "hMerge") for one in table.iter()) and not any(
            one is not table for one in table.iter(qn("w:tbl"))
        )
        is_even = len({len(row) for row in rows}) == 1 and 1 <= len(rows[0]) <= MOST_COLUMNS
        if not (is_plain and is_even):
            excerpt = canonical(" ".join(cell for row in rows for cell in row))[:EXCERPT]
            self.found.left_out.append(("TABLE" if part is None else "TABLE_KEPT", excerpt))
            rows = []
        widths = [float(one.get(qn("w:w")) or 0) for one in table.iter(qn("w:gridCol"))]
        self._count(len(rows))
        self.found.body.append(Grid(part, rows, widths))

    def _cell(self, cell: Any) -> str:
        return " ".join(text for one in _paragraphs(cell) for text in self._lines(one))

    def _count(self, many: int = 1) -> None:
        self.lines += many
        if self.lines > self.rule.most_lines:
            raise WordRefusedError(_("More than %(most)d paragraphs and rows.") % {"most": self.rule.most_lines})

    def _text(self, element: Any) -> str:
        """Of everything within, in its order; what is no text is noted."""
        name = _name(element)
        if name in SILENT:
            return ""
        if name == "t":
            return (element.text or "").replace("\n", " ")
        if name in ("br", "cr"):
            return "\n"
        if name in ("tab", "ptab"):
            return " "
        if name == "noBreakHyphen":
            return "-"
        if name in GONE:
            self._note("DELETED", "".join(one.text or "" for one in element.iter(qn("w:delText"), qn("w:t"))))
            return ""
        if name in NAMES:
            boxed = _boxed(element)
            self._note("TEXT_BOX" if boxed else NAMES[name], boxed or _described(element))
            return ""
        text = "".join(self._text(one) for one in element)
        if name == "hyperlink" and element.get(qn("r:id")) in self.links:
            self._note("LINK", text)
        return text

    def _note(self, code: str, text: str) -> None:
        self.found.left_out.append((code, canonical(plain(text))[:EXCERPT]))


def _body(found: Found, content: Content) -> tuple[Block, ...]:
    """What was empty in the paper has no line in Word, a chart is drawn from its figures: they stay where they were."""
    empty = [
        at
        for at, one in enumerate(content.body)
        if isinstance(one, Chart) or (isinstance(one, Paragraph) and not lines_of([one.text]))
    ]
    made: list[Block] = []
    for part, block in _blocks(found, content):
        if part in empty:
            empty.remove(part)
        while part is not None and empty and empty[0] < part:
            made.append(content.body[empty.pop(0)])
        made.append(block)
    return (*made, *(content.body[at] for at in empty))


def _blocks(found: Found, content: Content) -> Iterator[tuple[int | None, Block]]:
    """Lines of one part that stand together are one block again; a block that did not change is the very same."""
    together: list[Line] = []
    for one in found.body:
        if isinstance(one, Line) and (not together or together[-1].part == one.part):
            together.append(one)
            continue
        yield from _paragraphs_of(together, content)
        together = [one] if isinstance(one, Line) else []
        if isinstance(one, Grid) and (table := _table(one, content)):
            yield one.part, table
    yield from _paragraphs_of(together, content)


def _paragraphs_of(lines: Sequence[Line], content: Content) -> Iterator[tuple[int | None, Block]]:
    """Of one part. What was typed behind a heading, in its style, is the free paragraph behind it that was empty, or a
    new one."""
    part = lines[0].part if lines else None
    before = _block(part, content)
    if part is None or not isinstance(before, Heading):
        if lines:
            yield part, _paragraph(lines, content)
        return
    yield part, before if lines[0].text == canonical(before.text) else Heading(lines[0].text)
    if typed := "\n".join(one.text for one in lines[1:]):
        free = _block(part + 1, content)
        is_free = isinstance(free, Paragraph) and bool(free.label) and not lines_of([free.text])
        label = free.label if isinstance(free, Paragraph) and is_free else ADDED
        yield part + 1 if is_free else None, Paragraph(typed, label)


def _paragraph(lines: Sequence[Line], content: Content) -> Paragraph:
    before, texts = _block(lines[0].part, content), [one.text for one in lines]
    if not isinstance(before, Paragraph):
        return Paragraph("\n".join(texts), ADDED)
    is_same = [canonical(one) for one in lines_of([before.text])] == texts
    return before if is_same else Paragraph("\n".join(texts), before.label)


def _table(grid: Grid, content: Content) -> Table | None:
    """One that cannot be read stays as it was, or is left out where it was not there."""
    before = _block(grid.part, content)
    known = before if isinstance(before, Table) else None
    if not grid.rows:
        return known
    heads, rows = grid.rows[0], grid.rows[1:]
    if known is None or len(known.columns) != len(heads):
        return Table(_new_columns(heads, grid.widths), tuple(map(tuple, rows)))
    columns = tuple(Column(head, one.width, one.align) for head, one in zip(heads, known.columns, strict=True))
    foot = tuple(rows.pop()) if known.foot and rows else ()
    made = Table(columns, tuple(map(tuple, rows)), foot, known.is_dense, known.title)
    return known if _canonical(known) == _canonical(made) else made


def _new_columns(heads: Sequence[str], widths: Sequence[float]) -> tuple[Column, ...]:
    given = [max(one, 0) for one in widths] if len(widths) == len(heads) and sum(widths) > 0 else [1.0] * len(heads)
    return tuple(Column(head, round(TEXT_WIDTH * one / sum(given), 1)) for head, one in zip(heads, given, strict=True))


def _canonical(table: Table) -> list[list[str]]:
    texts = [[one.head for one in table.columns], *table.rows, table.foot]
    return [[canonical(text) for text in row] for row in texts]


def _block(part: int | None, content: Content) -> Block | None:
    return content.body[part] if part is not None and part < len(content.body) else None


def _name(element: Any) -> str:
    """Without its namespace; nothing for a comment of XML."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _part(style: str) -> int | None:
    number = style.removeprefix(PART)
    return int(number) if style.startswith(PART) and number.isascii() and number.isdecimal() else None


def _paragraphs(element: Any) -> Iterator[Any]:
    """In their order, without those of text boxes."""
    for child in element:
        if _name(child) == "p":
            yield child
        elif _name(child) not in SILENT | GONE:
            yield from _paragraphs(child)


def _rows(table: Any) -> Iterator[Any]:
    """Those of the table itself, without rows that are tracked as deleted."""
    for child in table:
        if _name(child) == "tr" and child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _rows(child)


def _cells(row: Any) -> Iterator[Any]:
    for child in row:
        if _name(child) == "tc":
            yield child
        elif _name(child) in ("sdt", "sdtContent", "customXml"):
            yield from _cells(child)


def _all_text(element: Any) -> str:
    return canonical("".join(one.text or "" for one in element.iter(qn("w:t"))))


def _boxed(element: Any) -> str:
    """The text of a text box, once: Word writes it twice."""
    box = next(element.iter(qn("w:txbxContent")), None)
    return _all_text(box) if box is not None else ""


def _described(element: Any) -> str:
    """What Word says a picture shows, or the letters of a formula."""
    for one in element.iter():
        if _name(one) == "docPr" and one.get("descr"):
            return str(one.get("descr"))
    return "".join(one.text or "" for one in element.iter() if _name(one) == "t")
