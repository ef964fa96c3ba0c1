"""What is read from a DOCX that was worked on: in its place, and nothing gets lost in silence."""

import io
from collections.abc import Callable

import docx
import msgspec
import pytest
from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn

from tests.factories.documents import make_content
from tests.factories.photographs import picture
from tests.factories.risk import MONDAY
from vungxanh.documents.content import Appendix, Chart, Column, Content, Heading, Paragraph, Series, Stamp, Table
from vungxanh.documents.printing import word
from vungxanh.documents.printing.opening import WordRefusedError, opened
from vungxanh.documents.printing.printed import printed
from vungxanh.documents.printing.reading import ADDED, ReadPaper, read_back
from vungxanh.documents.rulebook import LAYOUT, WORD_RETURNS, WordReturnRule

pytestmark = pytest.mark.django_db
RULE = WORD_RETURNS.current().in_force(MONDAY)
Change = Callable[[Document], object]


def printed_docx(content: Content) -> bytes:
    return word.word(printed(content, Stamp(), LAYOUT.current().in_force(MONDAY), day=MONDAY))


def changed(content: bytes, change: Change) -> bytes:
    """As if somebody had worked on it."""
    document, made = docx.Document(io.BytesIO(content)), io.BytesIO()
    change(document)
    document.save(made)
    return made.getvalue()


def read(change: Change, content: Content | None = None, rule: WordReturnRule = RULE) -> ReadPaper:
    before = content or make_content()
    own = docx.Document(io.BytesIO(printed_docx(before)))
    return read_back(opened(changed(printed_docx(before), change), rule), own, before, rule)


def line(document: Document, text: str) -> object:
    return next(one for one in document.paragraphs if one.text == text)


def put(document: Document, text: str, new: str) -> None:
    line(document, text).runs[0].text = new


def remove(element: object) -> None:
    element.getparent().remove(element)


def after(document: Document, text: str, new: str, style: str | None = None) -> object:
    """A paragraph that was typed behind another one."""
    made = document.add_paragraph(new)
    if style:
        made._p.style = style
    line(document, text)._p.addnext(made._p)
    return made


REMARK, OPENING = "Mọi người đã khai đủ.", "Văn phòng báo cáo như sau:"


RICH = (
    Heading("I. KẾT QUẢ"),
    Paragraph("Đã phát động.", "Kết quả"),
    Chart("Điểm theo đơn vị", ("A", "B"), (Series("Kỳ này", (80.0, None)),), highest=100),
    Table((Column("TT", 10), Column("Đơn vị", 60)), (("1", "Chi cục Thú y"),), title="Điểm"),
    Heading("II. PHƯƠNG HƯỚNG"),
)


def body_table(document: Document) -> object:
    return next(one for one in document.tables if one.cell(0, 0).text == "TT")


@pytest.mark.parametrize(
    "content",
    [
        make_content(),
        make_content(type_name="", addressees=("UBND tỉnh",)),
        make_content(addressees=("A", "B"), superior="", signer=""),
        make_content(body=(Paragraph("Một\n\nHai  ba\nBốn", "X"), Paragraph(""), Paragraph("Năm"))),
        make_content(body=RICH, appendices=(Appendix(title="Bảng điểm", body=RICH, is_landscape=True),)),
    ],
)
def test_what_nobody_changed_comes_back_as_it_was(content: Content) -> None:
    assert read(lambda document: None, content) == ReadPaper(content, ())


def test_changed_text_comes_back_in_its_place_with_its_label() -> None:
    made = read(lambda document: put(document, REMARK, "Hai người   chưa khai."))
    before = make_content().body
    assert made == ReadPaper(make_content(body=(*before[:2], Paragraph("Hai người chưa khai.", "Nhận xét"))), ())


def test_changed_heading_is_a_heading_and_charts_and_appendices_stay() -> None:
    content = make_content(body=RICH, appendices=(Appendix(title="Bảng điểm", body=RICH),))
    found = read(lambda document: put(document, "II. PHƯƠNG HƯỚNG", "II. NHIỆM VỤ"), content)
    assert found == ReadPaper(msgspec.structs.replace(content, body=(*RICH[:4], Heading("II. NHIỆM VỤ"))), ())


def test_line_typed_behind_another_belongs_to_the_same_part() -> None:
    made = read(lambda document: after(document, REMARK, "Thêm một dòng.", "VXPhan2"))
    assert made.content.body[2] == Paragraph(f"{REMARK}\nThêm một dòng.", "Nhận xét")


def test_line_from_elsewhere_is_a_part_of_its_own() -> None:
    made = read(lambda document: after(document, OPENING, "Dán từ nơi khác."))
    assert [one.text for one in made.content.body if isinstance(one, Paragraph)] == [
        OPENING,
        "Dán từ nơi khác.",
        REMARK,
    ]
    assert made.content.body[1] == Paragraph("Dán từ nơi khác.", ADDED)


def test_break_within_a_paragraph_begins_another() -> None:
    made = read(lambda document: put(document, REMARK, "Một\nHai"))
    assert made.content.body[2] == Paragraph("Một\nHai", "Nhận xét")


def test_part_that_was_deleted_is_gone() -> None:
    def delete(document: Document) -> None:
        element = line(document, REMARK)._p
        element.getparent().remove(element)

    assert read(delete).content.body == make_content().body[:2]


def test_cells_rows_and_the_row_of_totals_are_read() -> None:
    def change(document: Document) -> None:
        table = body_table(document)
        table.cell(1, 1).paragraphs[0].runs[0].text = "Chi cục Kiểm lâm"
        row = table.add_row()
        for cell, text in zip(row.cells, ("2", "Chi cục Thú y"), strict=True):
            cell.paragraphs[0].add_run(text)
        table.rows[1]._tr.addnext(row._tr)

    table = read(change).content.body[1]
    assert table == Table(
        (Column("TT", 10, "center"), Column("Đơn vị", 60)),
        (("1", "Chi cục Kiểm lâm"), ("2", "Chi cục Thú y")),
        ("", "Cộng"),
    )


def test_new_table_is_read_with_the_widths_of_its_columns() -> None:
    def change(document: Document) -> None:
        table = document.add_table(2, 2)
        for cell, text in zip((*table.rows[0].cells, *table.rows[1].cells), "abcd", strict=True):
            cell.text = text
        line(document, REMARK)._p.addnext(table._tbl)

    made = read(change).content.body[3]
    assert isinstance(made, Table)
    assert [one.head for one in made.columns] == ["a", "b"]
    assert made.rows == (("c", "d"),)
    assert sum(one.width for one in made.columns) <= 165


def test_table_with_another_number_of_columns_is_a_new_one() -> None:
    def change(document: Document) -> None:
        body_table(document).add_column(1000)

    made = read(change).content.body[1]
    assert isinstance(made, Table)
    assert [len(row) for row in (made.columns, *made.rows)] == [3, 3, 3]


def test_known_table_with_joined_cells_stays_and_is_named() -> None:
    def change(document: Document) -> None:
        body_table(document).cell(1, 0).merge(body_table(document).cell(1, 1))

    made = read(change)
    assert made.content == make_content()
    assert [code for code, _text in made.left_out] == ["TABLE_KEPT"]


def test_new_table_with_another_within_is_left_out_and_named() -> None:
    def change(document: Document) -> None:
        table = document.add_table(1, 1)
        table.cell(0, 0).add_table(1, 1).cell(0, 0).text = "trong cùng"
        line(document, REMARK)._p.addnext(table._tbl)

    made = read(change)
    assert made.content == make_content()
    assert made.left_out == (("TABLE", "trong cùng"),)


def test_lists_keep_their_numbers_and_bullets() -> None:
    def change(document: Document) -> None:
        for text, style in (("ba", "ListNumber"), ("hai", "ListNumber"), ("một", "ListBullet")):
            after(document, REMARK, text, style)

    assert read(change).content.body[3] == Paragraph("- một\n1. hai\n2. ba", ADDED)


def test_head_and_end_stay_and_what_was_changed_there_is_named() -> None:
    def change(document: Document) -> None:
        signer = next(
            one for table in document.tables for row in table.rows for cell in row.cells for one in cell.paragraphs
            if one.text == "Nguyễn Thị Hồng Vân"
        )  # fmt: skip
        signer.runs[0].text = "Trần Văn A"
        put(document, "Tình hình trong ngày", "Tình hình trong tuần")

    made = read(change)
    assert made.content == make_content()
    assert sorted(made.left_out) == sorted(
        [
            ("HEAD_CHANGED", "Tình hình trong tuần"),
            ("HEAD_CHANGED", "Trần Văn A"),
            ("HEAD_MISSING", "Nguyễn Thị Hồng Vân"),
            ("HEAD_MISSING", "Tình hình trong ngày"),
        ]
    )


def test_caption_that_was_changed_or_deleted_stays_and_is_named_as_one() -> None:
    content = make_content(body=RICH)
    caption, chart = "Bảng 1. Điểm", "Biểu đồ 1. Điểm theo đơn vị"
    made = read(lambda document: put(document, caption, "Bảng 1. Điểm số"), content)
    assert made == ReadPaper(content, (("CAPTION_CHANGED", "Bảng 1. Điểm số"), ("CAPTION_MISSING", caption)))
    for text in (caption, chart):
        made = read(lambda document, text=text: remove(line(document, text)._p), content)
        assert made == ReadPaper(content, (("CAPTION_MISSING", text),))


def test_caption_goes_with_its_table() -> None:
    content = make_content(body=RICH)

    def change(document: Document) -> None:
        remove(line(document, "Bảng 1. Điểm")._p)
        remove(body_table(document)._tbl)

    assert read(change, content) == ReadPaper(make_content(body=(*RICH[:3], RICH[4])), ())


def test_picture_is_named() -> None:
    def change(document: Document) -> None:
        line(document, REMARK).add_run().add_picture(io.BytesIO(picture()))

    made = read(change)
    assert made.content == make_content()
    assert [code for code, _text in made.left_out] == ["PICTURE"]


def tracked(document: Document) -> None:
    """A word that is inserted and one that is deleted, both tracked."""
    paragraph = line(document, REMARK)
    for mark, holds, text in (("w:ins", "w:t", " Thêm."), ("w:del", "w:delText", " Bớt.")):
        change, run, letters = OxmlElement(mark), OxmlElement("w:r"), OxmlElement(holds)
        letters.text = text
        run.append(letters)
        change.append(run)
        paragraph._p.append(change)


def test_tracked_changes_are_taken_and_what_is_deleted_is_named() -> None:
    made = read(tracked)
    assert made.content.body[2] == Paragraph(f"{REMARK} Thêm.", "Nhận xét")
    assert made.left_out == (("DELETED", "Bớt."),)


@pytest.mark.parametrize(
    ("tag", "code"), [("w:footnoteReference", "NOTE"), ("w:commentReference", "COMMENT"), ("w:sym", "SYMBOL")]
)
def test_what_cannot_be_read_is_named(tag: str, code: str) -> None:
    made = read(lambda document: line(document, REMARK).runs[0]._r.append(OxmlElement(tag)))
    assert (made.content, made.left_out) == (make_content(), ((code, ""),))


def test_text_of_a_content_control_and_of_a_link_is_read() -> None:
    def change(document: Document) -> None:
        control, held = OxmlElement("w:sdt"), OxmlElement("w:sdtContent")
        paragraph = line(document, REMARK)._p
        paragraph.addnext(control)
        held.append(paragraph)
        control.append(held)
        link, run, text = OxmlElement("w:hyperlink"), OxmlElement("w:r"), OxmlElement("w:t")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        link.set(qn("r:id"), document.part.relate_to("https://example.org/", kind, is_external=True))
        text.text = " Xem thêm"
        run.append(text)
        link.append(run)
        paragraph.append(link)

    made = read(change)
    assert made.content.body[2] == Paragraph(f"{REMARK} Xem thêm", "Nhận xét")
    assert made.left_out == (("LINK", "Xem thêm"),)


def test_docx_of_something_else_is_refused() -> None:
    other, made = docx.Document(), io.BytesIO()
    other.add_paragraph("Thư tay")
    other.save(made)
    own = docx.Document(io.BytesIO(printed_docx(make_content())))
    with pytest.raises(WordRefusedError):
        read_back(opened(made.getvalue(), RULE), own, make_content(), RULE)


def test_nonsense_within_is_refused() -> None:
    def change(document: Document) -> None:
        next(document.element.body.iter(qn("w:gridCol"))).set(qn("w:w"), "x")
        body_table(document)._tbl.tblGrid[0].set(qn("w:w"), "x")

    with pytest.raises(WordRefusedError):
        read(change)


def test_more_lines_than_the_rule_allows_are_refused() -> None:
    rule = msgspec.structs.replace(RULE, most_lines=5)
    with pytest.raises(WordRefusedError):
        read(lambda document: [after(document, REMARK, str(one)) for one in range(6)], rule=rule)
