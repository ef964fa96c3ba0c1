"""What is printed: the same words in DOCX and PDF, page and letters of the decree, texts as values."""

import datetime
import io
import unicodedata
import zipfile

import docx
import pypdf
import pytest
from docx.document import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from tests.factories.documents import make_content
from vungxanh.documents.content import Check, Column, Content, Paragraph, Stamp, Table
from vungxanh.documents.printing import pdf, word
from vungxanh.documents.printing.printed import Printed, printed
from vungxanh.documents.rulebook import LAYOUT

DAY = datetime.date(2021, 9, 20)
DRAFT = Stamp()
RULE = LAYOUT.current().in_force(DAY)
WICKED = '#strong[*to*] <w:b/> & ]]> $x^2$ `ma` \\ _gạch_ @ai // = - + #include "a" {{ 1 }} {% x %} \'"'
VIETNAMESE = "Ưỡn ẹo giữa trời Ẵ ặ ẩ ỗ Ợ ở ứ Ữ ỷ ỹ Đ đ ĩ Ũ ẻ ễ ọ ỏ"


def ready(content: Content, stamp: Stamp = DRAFT) -> Printed:
    return printed(content, stamp, RULE, day=DAY)


def opened(content: Content, stamp: Stamp = DRAFT) -> Document:
    return docx.Document(io.BytesIO(word.word(ready(content, stamp))))


def words_of_docx(document: Document) -> str:
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(one.text for one in document.paragraphs), *cells])


def words_of_pdf(content: Content, stamp: Stamp = DRAFT) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf.pdf(ready(content, stamp)))).pages
    return squeezed("".join(page.extract_text() for page in pages))


def squeezed(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())


@pytest.mark.parametrize("text", [WICKED, VIETNAMESE])
def test_text_is_printed_letter_by_letter(text: str) -> None:
    table = Table((Column(text, 100),), ((text,),), (text,))
    content = make_content(
        superior=text, issuer=text, summary=text, symbol=text, place=text, type_name=text, signature=(text, text),
        signer=text, recipients=(text, text), addressees=(text,), body=(Paragraph(text), table),
    )  # fmt: skip
    assert words_of_docx(opened(content)).count(text) == 16
    assert words_of_pdf(content).count(squeezed(text)) == 16


def test_both_forms_say_the_same() -> None:
    stamp = Stamp("5", "BC-SNN", datetime.date(2021, 9, 21))
    for text in (words_of_docx(opened(make_content(), stamp)), words_of_pdf(make_content(), stamp)):
        said = squeezed(text)
        for part in (
            "UBND TỈNH VĨNH PHÚC",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            "Độc lập - Tự do - Hạnh phúc",
            "Số: 05/BC-SNN",
            "Vĩnh Phúc, ngày 21 tháng 9 năm 2021",
            "Tình hình trong ngày",
            "Chi cục Thú y",
            "TL. GIÁM ĐỐC",
            "Nguyễn Thị Hồng Vân",
            "- Giám đốc (để báo cáo);",
            "- Lưu: VT, VP.",
        ):
            assert squeezed(part) in said


def test_letter_has_its_subject_below_the_number_and_no_type() -> None:
    content = make_content(type_name="", summary="đôn đốc nộp báo cáo", addressees=("Chi cục Kiểm lâm",))
    document = opened(content)
    assert document.tables[0].rows[1].cells[0].text.splitlines()[1] == "V/v đôn đốc nộp báo cáo"
    assert "Kính gửi: Chi cục Kiểm lâm" in [one.text for one in document.paragraphs]
    assert squeezed("V/v đôn đốc nộp báo cáo") in words_of_pdf(content)


def test_docx_has_page_margins_and_letters_of_the_decree() -> None:
    document = opened(make_content())
    [section] = document.sections
    assert [section.page_width.mm, section.page_height.mm] == pytest.approx([210, 297], abs=0.05)
    margins = [section.top_margin, section.bottom_margin, section.left_margin, section.right_margin]
    assert [round(one.mm, 1) for one in margins] == [20, 20, 30, 15]
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(13))
    assert section.different_first_page_header_footer
    assert "PAGE" in section.header._element.xml
    assert section.first_page_header.paragraphs[0].text == ""


def test_columns_of_docx_keep_their_widths_and_the_motto_its_line() -> None:
    head = opened(make_content()).tables[0]
    widths = [cell.width.mm for cell in head.rows[0].cells]
    assert widths == pytest.approx([68, 97], abs=0.1)
    assert head._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
    margins = head._tbl.tblPr.find(qn("w:tblCellMar"))
    assert {side.get(qn("w:w")) for side in margins} == {"0"}


def test_pdf_is_on_a4_in_letters_of_its_own() -> None:
    page = pypdf.PdfReader(io.BytesIO(pdf.pdf(ready(make_content())))).pages[0]
    assert [float(page.mediabox.width), float(page.mediabox.height)] == pytest.approx([595.28, 841.89], abs=0.1)
    fonts = [font.get_object()["/BaseFont"] for font in page["/Resources"]["/Font"].values()]
    assert {name.split("+")[-1] for name in fonts} == {"Tinos", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}


def test_motto_stands_on_one_line_of_the_pdf() -> None:
    text = pypdf.PdfReader(io.BytesIO(pdf.pdf(ready(make_content())))).pages[0].extract_text()
    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in text


def test_pages_are_numbered_from_the_second_one() -> None:
    long = make_content(body=tuple(Paragraph("Nội dung dài. " * 60) for _ in range(12)))
    pages = pypdf.PdfReader(io.BytesIO(pdf.pdf(ready(long)))).pages
    first = [page.extract_text().splitlines()[0].strip() for page in pages]
    assert len(pages) > 1
    assert (first[0] == "1", first[1]) == (False, "2")
    assert len(pdf.pictures(ready(long))) == len(pages)


def test_line_break_begins_a_new_paragraph() -> None:
    document = opened(make_content(body=(Paragraph("Một.\n\n Hai.\r\nBa."),)))
    assert [one.text for one in document.paragraphs if one.text][-3:] == ["Một.", "Hai.", "Ba."]


def test_same_paper_gives_the_same_pdf() -> None:
    assert pdf.pdf(ready(make_content())) == pdf.pdf(ready(make_content()))


def test_parts_of_docx_bear_the_day_of_the_paper_and_not_the_moment_of_packing() -> None:
    made = word.word(ready(make_content()))
    assert {part.date_time for part in zipfile.ZipFile(io.BytesIO(made)).infolist()} == {(2021, 9, 20, 0, 0, 0)}
    assert word.word(ready(make_content())) == made


CHECK = Check("abcdefghjkmnpqrs", "https://vungxanh.example.vn/van-ban/kiem-tra/")


def checked(check: Check | None, content: Content | None = None) -> Printed:
    return printed(content or make_content(), DRAFT, RULE, day=DAY, check=check)


def test_check_code_takes_the_room_that_a_draft_keeps() -> None:
    """However full the page is, issuing makes no page more than the draft had."""
    for lines in range(15, 27):
        content = make_content(body=tuple(Paragraph(f"Dòng {one}") for one in range(lines)))
        assert pdf.page_count(checked(CHECK, content)) == pdf.page_count(checked(Check(), content))


def test_check_code_leaves_page_and_margins_of_the_decree() -> None:
    """The QR stands inside the margins, on the left, below the recipients."""
    page = pypdf.PdfReader(io.BytesIO(pdf.pdf(checked(CHECK)))).pages[-1]
    found: list[tuple[str, float, float]] = []

    def note(text: str, cm: list[float], tm: list[float], *_rest: object) -> None:
        found.append((text.strip(), cm[4] + tm[4] * cm[0], cm[5] + tm[5] * cm[3]))

    page.extract_text(visitor_text=note)
    [code] = [(x, y) for text, x, y in found if text.startswith("Mã kiểm tra")]
    [last] = [(x, y) for text, x, y in found if text.startswith("- Lưu: VT, VP")]
    points = 72 / 25.4
    assert RULE.margin_left * points < code[0] < 210 / 2 * points
    assert RULE.margin_bottom * points < code[1] < last[1]


def test_long_address_stays_beside_the_qr() -> None:
    long = Check("abcdefghjkmnpqrs", "https://dieu-hanh.sonnptnt.vinhphuc.gov.vn:8443/van-ban/kiem-tra/")
    said = squeezed("".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.pdf(checked(long)))).pages))
    assert squeezed(f"Tra cứu tại: {long.address}") in said


@pytest.mark.parametrize("check", [None, Check()])
def test_nothing_is_printed_of_a_check_that_is_not_there(check: Check | None) -> None:
    assert "kiểm tra" not in "".join(
        page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf.pdf(checked(check)))).pages
    )
    assert len(docx.Document(io.BytesIO(word.word(checked(check)))).inline_shapes) == 0
