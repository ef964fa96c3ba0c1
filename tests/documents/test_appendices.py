"""Headings, titles of tables, charts and appendices: the same in PDF and DOCX, measured on what was printed."""

import io
from typing import Any

import docx
import msgspec
import pypdf
import pytest
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from PIL import Image

from tests.documents.conftest import Agency
from tests.documents.test_printing import DAY, DRAFT, RULE, VIETNAMESE, WICKED, opened, ready, squeezed, words_of_docx
from tests.factories.documents import DRAFTED_AT, NOTE, make_content, make_paper
from vungxanh.documents.content import (
    Appendix,
    Chart,
    Column,
    Content,
    Heading,
    Paragraph,
    Series,
    Stamp,
    Table,
    appendix_name,
    read,
    reference_line,
    roman,
    stored,
)
from vungxanh.documents.forms.papers import PaperForm
from vungxanh.documents.kinds import Kind
from vungxanh.documents.operations import PaperRefusedError, issue_paper
from vungxanh.documents.printing import pdf, word
from vungxanh.documents.printing.printed import Drawn, printed

ISSUED = Stamp("5", "BC-SNN", DAY)
CHART = Chart("Ngày xanh", ("Chi cục Kiểm lâm", "Chi cục Thú y"), (Series("Kỳ này", (100.0, 50.0)),), 100, "%")
SHORT = Table((Column("TT", 10, "center"), Column("Đơn vị", 60)), (("1", "Chi cục Thú y"),), title="Kết quả")
LONG = Table(
    (Column("TT", 12, "center"), Column("Tên cột lặp lại", 240)), tuple((str(one), "Dòng") for one in range(60))
)


def with_appendices(*appendices: Appendix, **more: Any) -> Content:
    return make_content(appendices=appendices, **more)


def pages_of(content: Content, stamp: Stamp = DRAFT) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(pdf.pdf(ready(content, stamp)))).pages)


def numbers_above(pages: list[pypdf.PageObject]) -> list[str]:
    """The first line of each page where that is a figure."""
    first = [page.extract_text().splitlines()[0].strip() for page in pages]
    return [one if one.isdigit() else "" for one in first]


ACROSS = Appendix(title="Bảng chấm điểm", body=(LONG,), is_landscape=True)
UPRIGHT = Appendix(title="Danh sách", body=(Paragraph("Một."),))


def test_appendix_begins_a_page_of_its_own_upright_or_across() -> None:
    pages = pages_of(with_appendices(ACROSS, UPRIGHT))
    wide = [page.mediabox.width > page.mediabox.height for page in pages]
    assert wide[0] is False
    assert wide[-1] is False
    assert set(wide[1:-1]) == {True}
    assert [float(pages[1].mediabox.width), float(pages[1].mediabox.height)] == pytest.approx([841.89, 595.28], abs=0.1)


def test_each_appendix_counts_its_pages_from_one_and_shows_none_on_the_first() -> None:
    pages = pages_of(with_appendices(ACROSS, ACROSS))
    across = (len(pages) - 1) // 2
    one = ["", *(str(at) for at in range(2, across + 1))]
    assert across > 1
    assert numbers_above(pages) == ["", *one, *one]


def test_appendix_says_to_which_paper_it_belongs() -> None:
    text = squeezed("".join(page.extract_text() for page in pages_of(with_appendices(ACROSS, UPRIGHT), ISSUED)))
    assert squeezed("Phụ lục I BẢNG CHẤM ĐIỂM (Kèm theo Báo cáo số 05/BC-SNN ngày 20 tháng 9 năm 2021)") in text
    assert squeezed("Phụ lục II DANH SÁCH") in text
    assert reference_line(make_content(), DRAFT, year=2021).split() == [
        "(Kèm", "theo", "Báo", "cáo", "số", "/BC-SNN", "ngày", "tháng", "năm", "2021)",
    ]  # fmt: skip


@pytest.mark.parametrize(("number", "words"), [(1, "I"), (4, "IV"), (9, "IX"), (14, "XIV"), (39, "XXXIX")])
def test_numbers_are_roman(number: int, words: str) -> None:
    assert roman(number) == words


def test_appendix_that_stands_alone_has_no_number() -> None:
    assert [appendix_name(1, 1), appendix_name(1, 2), appendix_name(2, 2)] == ["Phụ lục", "Phụ lục I", "Phụ lục II"]


def test_docx_has_a_section_for_each_appendix() -> None:
    document = opened(with_appendices(ACROSS, UPRIGHT))
    paper, across, upright = document.sections
    assert [one.orientation for one in document.sections] == [
        WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT,
    ]  # fmt: skip
    assert [across.page_width.mm, across.page_height.mm] == pytest.approx([297, 210], abs=0.1)
    assert [upright.page_width.mm, upright.page_height.mm] == pytest.approx([210, 297], abs=0.1)
    starts = [one._sectPr.find(qn("w:pgNumType")) for one in document.sections]
    assert [one.get(qn("w:start")) if one is not None else None for one in starts] == [None, "1", "1"]
    assert all(one.different_first_page_header_footer for one in document.sections)
    assert "PAGE" in upright.header._element.xml
    assert paper.left_margin.mm == pytest.approx(30, abs=0.1)
    words = [one.text for one in document.paragraphs]
    assert words.index("Phụ lục I") < words.index("BẢNG CHẤM ĐIỂM") < words.index("Phụ lục II")


def test_head_of_a_table_is_repeated_on_each_page() -> None:
    across = pages_of(with_appendices(ACROSS))[1:]
    assert [page.extract_text().count("Tên cột lặp lại") for page in across] == [1] * len(across)
    head = opened(with_appendices(ACROSS)).tables[-1].rows[0]._tr.trPr
    assert head.find(qn("w:tblHeader")) is not None


def test_tables_and_charts_are_numbered_through_the_paper() -> None:
    body = (Heading("I. KẾT QUẢ"), SHORT, CHART, LONG, CHART)
    content = make_content(body=body, appendices=(Appendix(title="Thêm", body=(SHORT, CHART)),))
    made = printed(content, DRAFT, RULE, day=DAY)
    titles = [one.title for one in (*made.body, *made.annexes[0].body) if isinstance(one, Table | Drawn)]
    assert titles == ["Bảng 1. Kết quả", "Biểu đồ 1. Ngày xanh", "", "Biểu đồ 2. Ngày xanh", "Bảng 2. Kết quả",
                      "Biểu đồ 3. Ngày xanh"]  # fmt: skip
    text = squeezed("".join(page.extract_text() for page in pages_of(content)))
    document = words_of_docx(opened(content))
    for title in ("I. KẾT QUẢ", "Bảng 1. Kết quả", "Biểu đồ 3. Ngày xanh"):
        assert squeezed(title) in text
        assert title in document


def test_heading_stays_with_what_follows_it() -> None:
    """However full the page is, no page ends with it."""
    for lines in range(18, 32):
        body = (*(Paragraph(f"Dòng {one}") for one in range(lines)), Heading("II. TIẾP"), Paragraph("Nội dung."))
        ends = [page.extract_text().splitlines()[-1].strip() for page in pages_of(make_content(body=body))]
        assert "II. TIẾP" not in ends
    document = opened(make_content(body=(Heading("II. TIẾP"),)))
    [heading] = [one for one in document.paragraphs if one.text == "II. TIẾP"]
    assert heading.paragraph_format.keep_with_next is True
    assert heading.runs[0].bold is True


def test_chart_shows_its_figures_in_both_forms() -> None:
    content = make_content(body=(CHART,))
    text = squeezed("".join(page.extract_text() for page in pages_of(content)))
    for part in ("Chi cục Kiểm lâm", "100%", "Chi cục Thú y", "50%"):
        assert squeezed(part) in text
    document = opened(content)
    [picture] = document.inline_shapes
    assert picture.width.mm == pytest.approx(RULE.text_width, abs=0.1)
    assert picture._inline.docPr.get("descr") == "Biểu đồ 1. Ngày xanh: Chi cục Kiểm lâm 100%; Chi cục Thú y 50%"


def test_high_chart_breaks_over_pages_in_both_forms() -> None:
    names = tuple(f"Đơn vị {number:03}" for number in range(90))
    chart = Chart("Điểm", names, (Series("Kỳ này", tuple(range(90))), Series("Kỳ trước", (1.0,) * 90)), 100)
    text = squeezed("".join(page.extract_text() for page in pages_of(make_content(body=(chart,)))))
    assert all(squeezed(name) in text for name in names)
    pictures = opened(make_content(body=(chart,))).inline_shapes
    assert len(pictures) == 5
    assert max(one.height.mm for one in pictures) < 297 - RULE.margin_top - RULE.margin_bottom


def test_bars_are_as_long_as_their_values() -> None:
    [drawn] = printed(make_content(body=(CHART,)), DRAFT, RULE, day=DAY).body
    assert isinstance(drawn, Drawn)
    image = Image.open(io.BytesIO(pdf.chart_picture(drawn, RULE, day=DAY))).convert("RGB")
    green = [sum(image.getpixel((x, y)) == (0x1F, 0x6F, 0x43) for x in range(image.width)) for y in range(image.height)]
    lengths = sorted({one for one in green if one > 50})
    assert lengths[-1] / lengths[0] == pytest.approx(2, abs=0.05)


def test_what_was_not_measured_has_no_bar_and_what_is_more_does_not_stand_out() -> None:
    chart = Chart("Điểm", ("A", "B"), (Series("Kỳ này", (120.0, None)),), 100)
    [drawn] = printed(make_content(body=(chart,)), DRAFT, RULE, day=DAY).body
    assert isinstance(drawn, Drawn)
    assert [(bar.share, bar.words) for _label, bars in drawn.rows for bar in bars] == [(1.0, "120"), (None, "–")]
    assert len(pages_of(make_content(body=(chart,)))) == 1


@pytest.mark.parametrize(("values", "highest"), [((1.0,), 100), ((1.0, 2.0), 0)])
def test_chart_has_one_value_a_label_and_a_scale(values: tuple[float, ...], highest: float) -> None:
    with pytest.raises(ValueError, match="Điểm"):
        Chart("Điểm", ("A", "B"), (Series("Kỳ này", values),), highest)


@pytest.mark.parametrize("text", [WICKED, VIETNAMESE])
def test_new_parts_are_printed_letter_by_letter(text: str) -> None:
    chart = Chart(text, (text,), (Series(text, (1.0,)), Series(text, (2.0,))), 4)
    appendix = Appendix(title=text, body=(Heading(text), chart))
    content = make_content(body=(Heading(text), msgspec.structs.replace(SHORT, title=text)), appendices=(appendix,))
    said = squeezed("".join(page.extract_text() for page in pages_of(content)))
    assert said.count(squeezed(text)) == 7
    assert squeezed(text.upper()) in said
    assert words_of_docx(opened(content)).count(text) == 4


def test_content_with_everything_is_the_same_after_being_stored() -> None:
    content = make_content(body=(Heading("I"), CHART, SHORT, Paragraph("")), appendices=(ACROSS, UPRIGHT))
    assert read(stored(content)) == content


def test_paper_stored_before_there_were_appendices_is_still_read() -> None:
    old = stored(make_content())
    del old["appendices"]
    del old["body"][1]["title"]
    assert read(old) == make_content()


def test_same_paper_gives_the_same_files() -> None:
    content = make_content(body=(CHART, SHORT), appendices=(ACROSS,))
    assert pdf.pdf(ready(content)) == pdf.pdf(ready(content))
    assert word.word(ready(content)) == word.word(ready(content))
    assert len(docx.Document(io.BytesIO(word.word(ready(content)))).sections) == 2


def test_part_that_nobody_wrote_holds_issuing_up(agency: Agency) -> None:
    body = (Paragraph("Ba ưu điểm.", "Ưu điểm"), Paragraph(" ", "Nguyên nhân"))
    kind = Kind(NOTE.code, "Ghi chép", 900, lambda _subject, _at: make_content(body=body))
    paper = make_paper(agency.root, kind=kind)
    with pytest.raises(PaperRefusedError, match="Nguyên nhân"):
        issue_paper(paper, number="1", symbol="BC-SNN", on=DRAFTED_AT.date(), actor=agency.office, at=DRAFTED_AT)
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("DRAFT", "")


def test_part_that_nobody_wrote_may_wait_while_the_draft_is_changed(agency: Agency) -> None:
    body = (Paragraph("Ba ưu điểm.", "Ưu điểm"), Paragraph("", "Nguyên nhân"))
    paper = make_paper(agency.root, kind=Kind(NOTE.code, "Ghi chép", 900, lambda _s, _at: make_content(body=body)))
    given = {"signature": "GIÁM ĐỐC", "recipients": "Lưu: VT", "part_0": "Hai ưu điểm."}
    form = PaperForm({**given, "part_1": ""}, paper=paper)
    assert form.is_valid()
    assert form.edit.texts == {0: "Hai ưu điểm.", 1: ""}
    assert PaperForm({**given, "part_0": ""}, paper=paper).errors.keys() == {"part_0"}
