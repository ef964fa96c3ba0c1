"""What a draft bears until it is signed, and what is not issued because nobody compared it with its source."""

import datetime
import io
from pathlib import Path

import docx
import pypdf
import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.factories.documents import DRAFTED_AT, make_content, make_paper
from tests.factories.risk import MONDAY, clock
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.common.decision_tables import Edition, edition_file
from vungxanh.documents.content import Appendix, Content, Paragraph, Stamp
from vungxanh.documents.kinds import Kind
from vungxanh.documents.models import NumberSeries, Paper
from vungxanh.documents.operations import (
    PaperRefusedError,
    choose_numbering,
    issue_numbered,
    issue_paper,
    read_word,
    ready,
)
from vungxanh.documents.operations.word import WordReturnRefusedError
from vungxanh.documents.printing import pdf, word
from vungxanh.documents.printing.printed import draft_marks, printed
from vungxanh.documents.rulebook import LAYOUT, unverified_in

RULES = ("Mức tiền thưởng (Nghị định 91/2017/NĐ-CP)",)
UNSURE = Kind("test.unsure", "Có số chưa kiểm chứng", 910, lambda _subject, _at: make_content(unverified=RULES))
EDITION = """
[[edition]]
in_force_from = 2021-01-01
source = "Nghị định 91/2017/NĐ-CP"
status = "{status}"
"""


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    return client


def pages_of(file: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file)).pages]


def headers_of(file: bytes) -> list[str]:
    """What stands above the first page of each section and above its others."""
    sections = docx.Document(io.BytesIO(file)).sections
    both = [header for one in sections for header in (one.first_page_header, one.header)]
    return ["|".join(one.text for one in header.paragraphs if one.text) for header in both]


def long_content(**more: object) -> Content:
    lines = "\n".join(f"{number}. Đơn vị báo cáo đầy đủ." for number in range(80))
    annex = Appendix(title="Danh sách", body=(Paragraph("Không có."),), is_landscape=True)
    return make_content(body=(Paragraph(lines, "Nội dung"),), appendices=(annex,), **more)


@pytest.mark.parametrize("unverified", [(), RULES])
def test_marks_stand_on_every_page_and_move_nothing(unverified: tuple[str, ...]) -> None:
    content = long_content(unverified=unverified)
    layout = LAYOUT.current().in_force(MONDAY)
    plain = printed(content, Stamp(), layout, day=MONDAY)
    marked = printed(content, Stamp(), layout, day=MONDAY, marks=draft_marks(content))
    before, after = pages_of(pdf.pdf(plain)), pages_of(pdf.pdf(marked))
    assert len(before) == len(after) >= 3
    said = ["DỰ THẢO", *(f"CHƯA KIỂM CHỨNG: {one}" for one in unverified)]
    for page, same in zip(after, before, strict=True):
        assert all(one in page for one in said)
        assert not any(one in same for one in said)
        for one in said:
            page = page.replace(one, "", 1)
        assert page.split() == same.split()
    headers = headers_of(word.word(marked))
    assert headers == ["|".join(said)] * len(headers)
    assert headers_of(word.word(plain)) == [""] * len(headers)


@pytest.mark.django_db
def test_draft_is_marked_until_it_is_laid_before_the_signer(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.office)
    with clocks.at(clock(16)):
        address = reverse("documents:paper_pdf", args=[paper.pk])
        assert "DỰ THẢO" in pages_of(client.get(address).content)[0]
        assert "DỰ THẢO" not in pages_of(client.get(f"{address}?trinh-ky").content)[0]
        other = reverse("documents:paper_docx", args=[paper.pk])
        assert headers_of(client.get(other).content) == ["DỰ THẢO", "DỰ THẢO"]
        assert headers_of(client.get(f"{other}?trinh-ky").content) == ["", ""]
        assert f'href="{address}?trinh-ky"' in client.get(paper_page(paper)).content.decode()
        issue_paper(paper, number="12", symbol="BC-SNN", on=MONDAY, actor=agency.office, at=clock(16))
        assert "DỰ THẢO" not in pages_of(client.get(address).content)[0]
        assert client.get(f"{address}?trinh-ky").status_code == 200
        assert "?trinh-ky" not in client.get(paper_page(paper)).content.decode()


@pytest.mark.django_db
def test_what_people_have_still_to_write_stands_in_the_way(agency: Agency) -> None:
    unwritten = Kind(
        "test.open", "Còn trống", 920, lambda _subject, _at: make_content(body=(Paragraph("", "Nhận xét"),))
    )
    paper, client = make_paper(agency.root, kind=unwritten), signed_in(agency.office)
    with clocks.at(clock(16)):
        address = reverse("documents:paper_pdf", args=[paper.pk])
        assert client.get(address).status_code == 200
        assert client.get(f"{address}?trinh-ky").status_code == 404
        assert "?trinh-ky" not in client.get(paper_page(paper)).content.decode()


@pytest.mark.django_db
def test_marks_are_no_change_that_word_brings_back(agency: Agency) -> None:
    paper = make_paper(agency.root)
    with pytest.raises(WordReturnRefusedError, match="Tệp không khác gì dự thảo"):
        read_word(paper, word.word(ready(paper)), actor=agency.office, at=DRAFTED_AT)


@pytest.mark.django_db
def test_unverified_figure_is_named_on_the_draft_and_nothing_is_issued(agency: Agency) -> None:
    paper, client = make_paper(agency.root, kind=UNSURE), signed_in(agency.office)
    says = "Chưa đối chiếu với nguồn: Mức tiền thưởng"
    with pytest.raises(PaperRefusedError, match=says):
        issue_paper(paper, number="12", symbol="BC-SNN", on=MONDAY, actor=agency.office, at=clock(16))
    choose_numbering(agency.root.pk, MONDAY.year, is_own=True, actor=agency.records, at=clock(16))
    with pytest.raises(PaperRefusedError, match=says):
        issue_numbered(paper, symbol="BC-SNN", actor=agency.records, at=clock(16))
    assert not NumberSeries.objects.filter(last_number__gt=0).exists()
    paper.refresh_from_db()
    assert (paper.state, paper.number) == ("DRAFT", "")
    with clocks.at(clock(16)):
        page = client.get(paper_page(paper)).content.decode()
        assert RULES[0] in page
        address = reverse("documents:paper_pdf", args=[paper.pk])
        assert f"CHƯA KIỂM CHỨNG: {RULES[0]}" in pages_of(client.get(address).content)[0]
        assert client.get(f"{address}?trinh-ky").status_code == 404
        refused = client.post(reverse("documents:paper_issue", args=[paper.pk]), {"symbol": "BC-SNN"})
    assert (refused.status_code, says in refused.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("status", "said"),
    [("unverified", ("Mức tiền thưởng (Nghị định 91/2017/NĐ-CP)",)), ("verified", ()), ("internal", ())],
)
def test_rule_that_nobody_compared_is_named_with_its_source(tmp_path: Path, status: str, said: tuple[str, ...]) -> None:
    path = tmp_path / "money.toml"
    path.write_text(EDITION.format(status=status), encoding="utf-8")
    [edition] = edition_file(path, title="Mức tiền thưởng", schema=Edition).current()
    assert edition.in_force_from == datetime.date(2021, 1, 1)
    assert unverified_in("Mức tiền thưởng", edition) == said


def paper_page(paper: Paper) -> str:
    return reverse("documents:paper_page", args=[paper.pk])
