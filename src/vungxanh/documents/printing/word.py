"""A paper as DOCX, for officials to work on: the letters of Word, columns of fixed width."""

import datetime
import io
import zipfile
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section, _Header
from docx.shared import Mm, Pt
from docx.table import Table as WordTable
from docx.table import _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from vungxanh.common.qr import qr_file
from vungxanh.documents.content import Check, Heading, Table
from vungxanh.documents.printing.pdf import chart_picture
from vungxanh.documents.printing.printed import MOTTO, NATION, Annex, Drawn, Lines, Printed, Set, check_words
from vungxanh.documents.rulebook import PAGE_HEIGHT, PAGE_WIDTH, Layout

ENGINE = f"python-docx {version('python-docx')}"
ALIGNED = {"left": WD_ALIGN_PARAGRAPH.LEFT, "center": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
CENTER = WD_ALIGN_PARAGRAPH.CENTER
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ROOM_TO_SIGN = 4
"""Empty lines between title and name."""
FURNITURE, PART = "VXTheThuc", "VXPhan"
"""Styles that say what a line is: furniture, or of which part of the body by its place. They look like any other line,
and whoever goes on typing in Word goes on in them."""
CHART_HEIGHT, BETWEEN_ROWS, BAR_HEIGHT = 190, 2, 4.2
"""In mm: so high one picture of a chart may be, and what a row of it takes, about."""
MOTTO_LINE, ISSUER_LINE, TITLE_LINE = 59, 26, 50
"""Lengths in mm: below the motto as long as the motto, below the others a third to a half."""


def word(paper: Printed) -> bytes:
    """The same bytes for the same paper."""
    document = docx.Document()
    _page(document, paper)
    _styles(document, [FURNITURE, *(part_style(at) for at in range(len(paper.body)))])
    _head(document, paper)
    _title(document, paper)
    _blocks(document, paper.body, paper, [part_style(at) for at in range(len(paper.body))])
    _foot(document, paper)
    for annex in paper.annexes:
        _annex(document, annex, paper)
    buffer = io.BytesIO()
    document.save(buffer)
    return _settled(buffer.getvalue(), paper.day)


def part_style(at: int) -> str:
    return f"{PART}{at}"


def _styles(document: Document, names: Sequence[str]) -> None:
    for name in names:
        style: Any = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]


def _settled(made: bytes, day: datetime.date) -> bytes:
    """The same parts, each with the day of the paper as its time instead of the moment when it was packed."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(made)) as parts, zipfile.ZipFile(buffer, "w") as settled:
        for part in parts.infolist():
            entry = zipfile.ZipInfo(part.filename, (day.year, day.month, day.day, 0, 0, 0))
            settled.writestr(entry, parts.read(part), zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _page(document: Document, paper: Printed) -> None:
    layout, section = paper.layout, document.sections[0]
    _sheet(section, layout, is_landscape=False)
    normal: Any = document.styles["Normal"]
    normal.font.name, normal.font.size = layout.font, Pt(layout.body_size)
    for kind in ("w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"):
        normal.element.rPr.rFonts.set(qn(kind), layout.font)
    normal.paragraph_format.space_before = normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    number = section.header.paragraphs[0]
    number.alignment = CENTER
    _page_number(number, layout.page_number_size)
    for header in (section.first_page_header, section.header) if paper.marks else ():
        _marks(header, paper)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = paper.title[:255], paper.content.issuer[:255], ""
    properties.language = "vi-VN"
    properties.created = properties.modified = datetime.datetime.combine(paper.day, datetime.time())


def _sheet(section: Section, layout: Layout, *, is_landscape: bool) -> None:
    """Size and margins of its pages; the first one bears no number."""
    width, height = (PAGE_HEIGHT, PAGE_WIDTH) if is_landscape else (PAGE_WIDTH, PAGE_HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if is_landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.top_margin, section.bottom_margin = Mm(layout.margin_top), Mm(layout.margin_bottom)
    section.left_margin, section.right_margin = Mm(layout.margin_left), Mm(layout.margin_right)
    section.header_distance = Mm(layout.margin_top / 2)
    section.different_first_page_header_footer = True


def _marks(header: _Header, paper: Printed) -> None:
    """Above the number of the page; the first page has none."""
    first = header.paragraphs[0]
    for at, words in enumerate(paper.marks):
        paragraph = first.insert_paragraph_before()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(words)
        run.font.size, run.bold = Pt(paper.layout.recipients_size), at == 0


def _page_number(paragraph: WordParagraph, size: float) -> None:
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        run.font.size = Pt(size)
        element: Any = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            element.set(qn("w:fldCharType"), kind)
        else:
            element.text = text
        run._r.append(element)


def _head(document: Document, paper: Printed) -> None:
    layout, content = paper.layout, paper.content
    left = layout.text_width - layout.motto_width
    grid = _grid(document, 2, (left, layout.motto_width))
    agency, nation = grid.rows[0].cells
    if content.superior:
        _add(agency, content.superior, layout.agency_size)
    _add(agency, content.issuer, layout.agency_size, bold=True)
    _line(agency, left, ISSUER_LINE)
    _add(nation, NATION, layout.national_size, bold=True)
    _add(nation, MOTTO, layout.motto_size, bold=True)
    _line(nation, layout.motto_width, MOTTO_LINE)
    number, place = grid.rows[1].cells
    _add(number, paper.number, layout.number_size)
    if not content.type_name:
        _add(number, paper.summary, layout.subject_size)
    _add(place, paper.place_and_date, layout.place_size, italic=True)


def _title(document: Document, paper: Printed) -> None:
    layout, content = paper.layout, paper.content
    if content.type_name:
        space = Pt(layout.paragraph_space)
        _add(document, content.type_name, layout.title_size, bold=True).paragraph_format.space_before = space
        _add(document, content.summary, layout.title_size, bold=True)
        _line(document, layout.text_width, TITLE_LINE)
    if len(content.addressees) == 1:
        one = _add(document, f"Kính gửi: {content.addressees[0]}", layout.body_size)
        one.paragraph_format.space_before = one.paragraph_format.space_after = Pt(layout.paragraph_space)
    elif content.addressees:
        for line in ("Kính gửi:", *(f"- {one}" for one in content.addressees)):
            _add(document, line, layout.body_size, align="left").paragraph_format.left_indent = Mm(30)


def _body(document: Document, line: str, layout: Layout, style: str) -> None:
    paragraph = document.add_paragraph()
    paragraph._p.style = style
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = Mm(layout.indent)
    paragraph.paragraph_format.space_after = Pt(layout.paragraph_space)
    paragraph.add_run(line).font.size = Pt(layout.body_size)


def _blocks(document: Document, blocks: Sequence[Set], paper: Printed, styles: Sequence[str]) -> None:
    """A style for each block; what is drawn, and titles, are furniture."""
    for block, style in zip(blocks, styles, strict=True):
        if isinstance(block, Lines):
            for line in block.lines:
                _body(document, line, paper.layout, style)
        elif isinstance(block, Heading):
            _heading(document, block, paper.layout, style)
        elif isinstance(block, Table):
            _table(document, block, paper.layout, style)
        else:
            _chart(document, block, paper)


def _heading(document: Document, block: Heading, layout: Layout, style: str) -> None:
    paragraph = _add(document, block.text, layout.body_size, bold=True, align="left", style=style)
    paragraph.paragraph_format.first_line_indent = Mm(layout.indent)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(layout.paragraph_space)
    paragraph.paragraph_format.keep_with_next = True


def _caption(document: Document, text: str, layout: Layout) -> None:
    paragraph = _add(document, text, layout.body_size, bold=True)
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(layout.paragraph_space / 2)
    paragraph.paragraph_format.keep_with_next = True


def _chart(document: Document, block: Drawn, paper: Printed) -> None:
    """The drawing of the PDF as a picture, with its figures for those who do not see it; as several where it is higher
    than a page."""
    layout = paper.layout
    _caption(document, block.title, layout)
    most = int(CHART_HEIGHT // (BETWEEN_ROWS + BAR_HEIGHT * len(block.series)))
    for first in range(0, len(block.rows), most):
        part = Drawn(block.title, block.series, block.rows[first : first + most])
        picture = io.BytesIO(chart_picture(part, layout, day=paper.day))
        drawn = _add(document, "", layout.body_size).runs[0].add_picture(picture, width=Mm(layout.text_width))
        drawn._inline.docPr.set("descr", part.in_words)
    _add(document, "", layout.paragraph_space / 2)


def _annex(document: Document, annex: Annex, paper: Printed) -> None:
    """A section of its own, whose pages count from one."""
    layout, section = paper.layout, document.add_section(WD_SECTION.NEW_PAGE)
    _sheet(section, layout, is_landscape=annex.is_landscape)
    numbering: Any = OxmlElement("w:pgNumType")
    numbering.set(qn("w:start"), "1")
    for before in section._sectPr.findall(qn("w:pgNumType")):
        section._sectPr.remove(before)
    section._sectPr.insert_element_before(
        numbering, "w:cols", "w:formProt", "w:vAlign", "w:noEndnote", "w:titlePg", "w:textDirection", "w:docGrid"
    )
    _add(document, annex.name, layout.title_size, bold=True)
    _add(document, annex.title, layout.title_size, bold=True)
    reference = _add(document, annex.reference, layout.place_size, italic=True)
    reference.paragraph_format.space_after = Pt(layout.paragraph_space)
    _blocks(document, annex.body, paper, [FURNITURE] * len(annex.body))


def _table(document: Document, block: Table, layout: Layout, style: str) -> None:
    if block.title:
        _caption(document, block.title, layout)
    size = layout.dense_table_size if block.is_dense else layout.table_size
    lines: list[tuple[Sequence[str], bool]] = [([one.head for one in block.columns], True)]
    lines += [(row, False) for row in block.rows]
    lines += [(block.foot, True)] if block.foot else []
    table = _grid(document, len(lines), [one.width for one in block.columns], style="Table Grid", margin=1)
    for at, (row, (texts, bold)) in enumerate(zip(table.rows, lines, strict=True)):
        if at == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for cell, text, column in zip(row.cells, texts, block.columns, strict=True):
            _add(cell, text, size, bold=bold, align=column.align if at else "center", style=style)
    _add(document, "", layout.paragraph_space / 2)


def _foot(document: Document, paper: Printed) -> None:
    layout, content = paper.layout, paper.content
    half = layout.text_width / 2
    cell_left, cell_right = _grid(document, 1, (half - 5, half + 5)).rows[0].cells
    _add(cell_left, "Nơi nhận:", layout.recipients_head_size, bold=True, italic=True, align="left")
    for one in paper.recipients:
        _add(cell_left, one, layout.recipients_size, align="left")
    if paper.check and paper.check.code:
        _check(cell_left, paper.check, layout)
    for one in content.signature:
        _add(cell_right, one, layout.body_size, bold=True)
    for _room in range(ROOM_TO_SIGN):
        _add(cell_right, "", layout.body_size)
    _add(cell_right, content.signer, layout.body_size, bold=True)


def _check(cell: _Cell, check: Check, layout: Layout) -> None:
    """The code below the recipients, its QR before it."""
    if check.link:
        picture = _add(cell, "", layout.check_size, align="left")
        picture.paragraph_format.space_before = Mm(2)
        drawn = picture.runs[0].add_picture(io.BytesIO(qr_file(check.link, "png")), width=Mm(layout.check_width))
        drawn._inline.docPr.set("descr", check.link)
    for line in check_words(check):
        _add(cell, line, layout.check_size, align="left")


def _grid(
    document: Document, rows: int, widths: Sequence[float], *, style: str | None = None, margin: float = 0
) -> WordTable:
    """A table whose columns keep their widths, in mm, whatever stands in them; `margin` to both sides of a cell."""
    table: WordTable = document.add_table(rows, len(widths), style=style)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    margins: Any = OxmlElement("w:tblCellMar")
    for side in ("w:left", "w:right"):
        one: Any = OxmlElement(side)
        one.set(qn("w:w"), str(round(margin * 1440 / 25.4)))
        one.set(qn("w:type"), "dxa")
        margins.append(one)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook")
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for row in table.rows:
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
    return table


def _add(
    where: Document | _Cell,
    text: str,
    size: float,
    *,
    bold: bool = False,
    italic: bool = False,
    align: str = "center",
    style: str = FURNITURE,
) -> WordParagraph:
    """A line of text; a new cell already has its first paragraph."""
    first = where.paragraphs[0] if isinstance(where, _Cell) else None
    is_new = first is not None and len(where.paragraphs) == 1 and not first.runs
    paragraph = first if first is not None and is_new else where.add_paragraph()
    paragraph._p.style = style
    paragraph.alignment = ALIGNED[align]
    run = paragraph.add_run(text)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic
    return paragraph


def _line(where: Document | _Cell, width: float, length: float) -> None:
    """A rule in the middle of a column: the lower border of a paragraph that is hardly there."""
    paragraph = where.add_paragraph()
    paragraph.add_run().font.size = Pt(2)
    spacing = paragraph.paragraph_format
    spacing.left_indent = spacing.right_indent = Mm((width - length) / 2)
    spacing.line_spacing_rule, spacing.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(3)
    spacing.space_after = Pt(6)
    borders: Any = OxmlElement("w:pBdr")
    bottom: Any = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        bottom.set(qn(f"w:{name}"), value)
    borders.append(bottom)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")
