"""The check code of an issued paper: printed at its end, looked up by anybody, telling no more than the kind allows."""

import dataclasses
import io
from types import SimpleNamespace
from typing import Any

import docx
import pypdf
import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from tests.documents.conftest import Agency
from tests.documents.test_files import SCAN, SIGNED
from tests.documents.test_views import address, signed_in
from tests.factories.documents import NOTE, make_paper
from tests.factories.risk import MONDAY, clock
from vungxanh.common import clock as clocks
from vungxanh.documents import kinds, operations
from vungxanh.documents.models import Paper, PaperFile
from vungxanh.documents.operations import keep_signed
from vungxanh.documents.views.checking import COMPARISONS, TRIES

pytestmark = pytest.mark.django_db
LATER = clock(16)
AT = "https://vungxanh.example.vn/van-ban/kiem-tra/"


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    cache.clear()
    with clocks.at(LATER):
        yield
    cache.clear()


def issued(agency: Agency, number: str = "12", at: str = AT, paper: Paper | None = None) -> Paper:
    given = {"number": number, "symbol": "BC-SNN", "on": MONDAY, "actor": agency.records, "at": LATER}
    return operations.issue_paper(paper or make_paper(agency.root), check_address=at, **given)


def looked_up(paper: Paper, **file: Any) -> SimpleNamespace:
    """By somebody without an account; `file` is sent along."""
    where = reverse("documents:paper_check", args=[paper.check_code])
    answer = Client().post(where, file) if file else Client().get(where)
    return SimpleNamespace(status=answer.status_code, text=answer.content.decode(), context=answer.context)


def words_of(kind: str) -> str:
    content = PaperFile.objects.get(kind=kind).bytes_kept
    if kind == "PDF":
        return pypdf.PdfReader(io.BytesIO(content)).pages[-1].extract_text()
    [*_others, last] = docx.Document(io.BytesIO(content)).tables
    return "\n".join(cell.text for cell in last.rows[0].cells)


def test_code_and_qr_stand_below_the_recipients_of_both_files(agency: Agency) -> None:
    paper = issued(agency)
    assert len(paper.check_code) == 16
    check = paper.printed_check
    assert check
    assert check.link == f"{AT}{paper.check_code}/"
    for kind in ("PDF", "DOCX"):
        words = words_of(kind)
        assert f"Mã kiểm tra: {check.shown}" in words
        assert words.index("Lưu: VT, VP.") < words.index("Mã kiểm tra")
    document = docx.Document(io.BytesIO(PaperFile.objects.get(kind="DOCX").bytes_kept))
    [picture] = document.inline_shapes
    assert round(picture.width.mm) == 15
    assert picture._inline.docPr.get("descr") == check.link


def test_without_an_address_there_is_a_code_and_no_qr(agency: Agency) -> None:
    paper = issued(agency, at="")
    check = paper.printed_check
    assert check
    assert check.link == ""
    for kind in ("PDF", "DOCX"):
        words = words_of(kind)
        assert (check.shown in words, "Tra cứu" in words) == (True, False)


def test_draft_has_no_code_and_is_as_long_as_what_is_issued(agency: Agency) -> None:
    paper = make_paper(agency.root)
    before = signed_in(agency.office).get(address("paper_page", paper))
    assert "Mã kiểm tra" not in before.content.decode()
    issued(agency, paper=paper)
    after = signed_in(agency.office).get(address("paper_page", paper))
    assert len(after.context["pages"]) == len(before.context["pages"]) == 1
    shown = Paper.objects.get().printed_check
    assert shown
    assert shown.shown in after.content.decode()


def test_page_gives_the_address_of_the_check(agency: Agency) -> None:
    paper, client = make_paper(agency.root), signed_in(agency.records)
    client.post(address("paper_issue", paper), {"number": "5", "symbol": "BC-SNN", "issued_on": "2021-09-20"})
    assert Paper.objects.get().check_address == "http://testserver/van-ban/kiem-tra/"


def test_code_says_that_the_paper_was_issued_and_no_more(agency: Agency) -> None:
    paper = issued(agency)
    keep_signed(paper, SIGNED, actor=agency.records, at=LATER)
    found = looked_up(paper)
    assert found.status == 200
    for said in ("12/BC-SNN", "20/09/2021", "SỞ NÔNG NGHIỆP VÀ PTNT", "Đã ban hành, chưa thu hồi, chưa bị thay thế"):
        assert said in found.text
    for sha256 in PaperFile.objects.exclude(kind="DOCX").values_list("sha256", flat=True):
        assert sha256 in found.text
    for hidden in ("Tình hình trong ngày", "Báo cáo", "Nguyễn Thị Hồng Vân", "Mọi người đã khai đủ"):
        assert hidden not in found.text


def test_public_kind_says_type_and_summary(agency: Agency) -> None:
    kinds.register(dataclasses.replace(NOTE, is_public=True))
    found = looked_up(issued(agency))
    assert ("Báo cáo" in found.text, "Tình hình trong ngày" in found.text) == (True, True)
    assert "Nguyễn Thị Hồng Vân" not in found.text


def test_kind_that_is_gone_is_not_public(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    paper = issued(agency)
    monkeypatch.setattr(kinds, "_kinds", {})
    assert "Tình hình trong ngày" not in looked_up(paper).text


def test_withdrawn_paper_says_so_without_its_reason(agency: Agency) -> None:
    paper = issued(agency)
    operations.withdraw_paper(paper, "Sai số liệu", actor=agency.office, at=LATER)
    found = looked_up(paper)
    assert "Đã thu hồi ngày 20/09/2021" in found.text
    assert ("chưa thu hồi" in found.text, "Sai số liệu" in found.text) == (False, False)


def test_replaced_paper_names_the_newer_one(agency: Agency) -> None:
    paper = issued(agency)
    newer = operations.draft_again(NOTE, paper.subject, actor=agency.office, at=LATER)
    assert "Đã thay bằng" not in looked_up(paper).text
    newer = issued(agency, "13", paper=newer)
    assert "Đã thay bằng văn bản số 13/BC-SNN" in looked_up(paper).text
    assert "Đã thay bằng" not in looked_up(newer).text
    operations.withdraw_paper(newer, "Sai", actor=agency.office, at=LATER)
    assert "Đã thay bằng" not in looked_up(paper).text


def sent(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("van-ban.pdf", content)


def test_file_is_told_by_its_bytes_and_kept_nowhere(agency: Agency) -> None:
    paper = issued(agency)
    keep_signed(paper, SCAN, actor=agency.records, at=LATER)
    keep_signed(paper, SIGNED, reason="Bản ký số", actor=agency.records, at=LATER)
    rows = list(PaperFile.objects.order_by("pk").values_list("pk", flat=True))
    made = {one.kind: one.bytes_kept for one in PaperFile.objects.filter(replaced_at=None)}
    for content, tone, words in (
        (made["PDF"], "success", "Đúng là bản PDF lúc ban hành"),
        (made["DOCX"], "success", "Đúng là bản DOCX lúc ban hành"),
        (SIGNED, "success", "Đúng là bản PDF đã ký"),
        (SCAN, "warning", "đã được thay"),
        (made["PDF"] + b"\n", "error", "Không phải"),
    ):
        found = looked_up(paper, file=sent(content))
        assert (found.status, found.context["compared"][0]) == (200, tone)
        assert words in found.text
    assert list(PaperFile.objects.order_by("pk").values_list("pk", flat=True)) == rows


def test_file_of_another_paper_is_not_this_one(agency: Agency) -> None:
    paper = issued(agency)
    other = PaperFile.objects.get(kind="PDF").bytes_kept
    second = issued(agency, "13", paper=make_paper(agency.root, "2"))
    assert looked_up(second, file=sent(other)).context["compared"][0] == "error"
    assert looked_up(paper, file=sent(other)).context["compared"][0] == "success"


@pytest.mark.parametrize("content", [b"", b"a" * (10 * 1024 * 1024 + 1)])
def test_file_that_is_empty_or_too_large_is_refused_in_words(agency: Agency, content: bytes) -> None:
    found = looked_up(issued(agency), file=sent(content))
    assert (found.status, list(found.context["form"].errors)) == (422, ["file"])


def test_code_is_typed_as_it_stands_on_the_paper(agency: Agency) -> None:
    paper = issued(agency)
    check = paper.printed_check
    assert check
    start = reverse("documents:check_start")
    found = Client().get(start, {"ma": f" {check.shown.upper()} "}, follow=True)
    assert (found.status_code, "12/BC-SNN" in found.content.decode()) == (200, True)
    assert Client().get(start).status_code == 200
    assert [Client().get(start, {"ma": ma}).status_code for ma in ("", "  ")] == [422, 422]


def test_unknown_codes_are_not_found_and_soon_not_looked_for(agency: Agency) -> None:
    paper = issued(agency)
    wrong = reverse("documents:paper_check", args=["abcd-efgh-jkmn-pqrs"])
    assert {Client().get(wrong).status_code for _time in range(TRIES)} == {404}
    assert (Client().get(wrong).status_code, looked_up(paper).status) == (429, 429)


def test_files_are_compared_so_often_and_then_not_for_a_while(agency: Agency) -> None:
    paper = issued(agency)
    answers = [looked_up(paper, file=sent(SCAN)).status for _time in range(COMPARISONS + 1)]
    assert answers == [200] * COMPARISONS + [429]
    assert looked_up(paper).status == 200


def test_paper_from_before_the_codes_stays_as_it_was(agency: Agency) -> None:
    paper = issued(agency)
    Paper.objects.filter(pk=paper.pk).update(check_code="", check_address="")
    PaperFile.objects.all().delete()
    assert Paper.objects.get().printed_check is None
    assert (
        "trước khi văn bản có mã kiểm tra"
        in signed_in(agency.office).get(address("paper_page", paper)).content.decode()
    )
    assert Client().get("/van-ban/kiem-tra/-/").status_code == 404


def test_database_gives_a_code_once_and_to_issued_papers_alone(agency: Agency) -> None:
    paper, draft = issued(agency), make_paper(agency.root, "2")
    second = issued(agency, "13", paper=make_paper(agency.root, "3"))
    for pk, wrong in (
        (draft.pk, {"check_code": "abcd"}),
        (second.pk, {"check_code": paper.check_code}),
        (second.pk, {"check_code": ""}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Paper.objects.filter(pk=pk).update(**wrong)
