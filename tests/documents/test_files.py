"""Files of an issued paper: what went out stays byte for byte, and the signed PDF beside it."""

import datetime
import hashlib
from importlib.metadata import version

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.documents.conftest import Agency
from tests.documents.test_views import address, signed_in
from tests.factories.documents import make_paper
from tests.factories.risk import MONDAY, clock
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.common.attached_files import holds_signature
from vungxanh.common.encryption import encrypt
from vungxanh.documents import operations
from vungxanh.documents.enums import FileKind
from vungxanh.documents.models import Paper, PaperFile
from vungxanh.documents.operations import PaperRefusedError, keep_signed, ready
from vungxanh.documents.printing import pdf, word

pytestmark = pytest.mark.django_db
LATER = clock(16)
SCAN = b"%PDF-1.7\n1 0 obj << /Type /Page >> endobj\n%%EOF\n"
SIGNED = b"%PDF-1.7\n<< /Type /Sig /Filter /Adobe.PPKLite /ByteRange [0 10 20 30] /Contents <00> >>\n%%EOF\n"


@pytest.fixture(autouse=True)
def four_o_clock() -> object:
    with clocks.at(LATER):
        yield


def issued(agency: Agency, key: str = "1") -> Paper:
    paper = make_paper(agency.root, key, addressee=agency.unit)
    number = str(10 + int(key))
    return operations.issue_paper(paper, number=number, symbol="BC-SNN", on=MONDAY, actor=agency.records, at=LATER)


def test_both_files_are_kept_with_their_sum_edition_and_engine(agency: Agency) -> None:
    paper = issued(agency)
    kept = {one.kind: one for one in PaperFile.objects.filter(paper=paper)}
    assert set(kept) == {"PDF", "DOCX"}
    assert [kept[kind].engine for kind in ("PDF", "DOCX")] == [
        f"typst {version('typst')}",
        f"python-docx {version('python-docx')}",
    ]
    for one in kept.values():
        content = one.bytes_kept
        assert (one.sha256, one.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))
        assert (one.layout_from, one.added_by) == (datetime.date(2020, 3, 5), agency.records)
        assert content not in bytes(one.content)
    said = AuditEvent.objects.get(action="documents.issue_paper").detail
    assert said["sha256"] == kept["PDF"].sha256


def test_made_again_by_the_same_engine_it_is_bit_for_bit_the_same(agency: Agency) -> None:
    paper = Paper.objects.get(pk=issued(agency).pk)
    again = {FileKind.PDF: pdf.pdf(ready(paper)), FileKind.DOCX: word.word(ready(paper))}
    kept = {one.kind: one.bytes_kept for one in PaperFile.objects.all()}
    assert kept == again


def test_draft_has_no_files(agency: Agency) -> None:
    make_paper(agency.root)
    assert not PaperFile.objects.exists()


def test_download_gives_what_was_kept_whatever_is_printed_now(agency: Agency) -> None:
    paper, client = issued(agency), signed_in(agency.head)
    kept = PaperFile.objects.get(kind="PDF").bytes_kept
    Paper.objects.filter(pk=paper.pk).update(content=paper.content | {"signer": "Người khác"})
    for who in (client, signed_in(agency.office)):
        assert who.get(address("paper_pdf", paper)).content == kept
    operations.withdraw_paper(paper, "Sai", actor=agency.office, at=LATER)
    assert client.get(address("paper_pdf", paper)).content == kept
    docx = client.get(address("paper_docx", paper))
    assert docx.content == PaperFile.objects.get(kind="DOCX").bytes_kept


def test_paper_from_before_files_were_kept_is_printed_and_says_so(agency: Agency) -> None:
    paper, client = issued(agency), signed_in(agency.office)
    PaperFile.objects.all().delete()
    assert client.get(address("paper_pdf", paper)).content == pdf.pdf(ready(paper))
    assert client.get(address("paper_docx", paper)).content == word.word(ready(paper))
    assert "trước khi hệ thống lưu tệp" in client.get(address("paper_page", paper)).content.decode()


def test_signed_paper_is_kept_encrypted_and_says_what_is_known_of_its_signature(agency: Agency) -> None:
    paper = issued(agency)
    kept = keep_signed(paper, SIGNED, actor=agency.records, at=LATER)
    assert (kept.bytes_kept, SIGNED in bytes(kept.content), kept.has_signature) == (SIGNED, False, True)
    page = signed_in(agency.head).get(address("paper_page", paper)).content.decode()
    assert "chưa kiểm tra được tính xác thực" in page
    assert kept.sha256 in page
    said = AuditEvent.objects.get(action="documents.keep_signed").detail
    assert said == {"sha256": hashlib.sha256(SIGNED).hexdigest(), "reason": None}


@pytest.mark.parametrize(
    ("content", "is_signed"),
    [
        (SIGNED, True),
        (SCAN, False),
        (b"%PDF-1.7 /AcroForm << /SigFlags 3 >> %%EOF", False),
        (b"%PDF-1.7 /FT /Sig /V null %%EOF", False),
        (b"%PDF-1.7 /ByteRange[0 1 2 3] /Type/Sig %%EOF", True),
    ],
)
def test_signature_is_seen_where_it_covers_bytes(content: bytes, is_signed: bool) -> None:
    assert holds_signature(content) is is_signed


def test_another_signed_paper_needs_a_reason_and_the_old_one_stays(agency: Agency) -> None:
    paper = issued(agency)
    keep_signed(paper, SCAN, actor=agency.records, at=LATER)
    with pytest.raises(PaperRefusedError):
        keep_signed(paper, SIGNED, reason=" ", actor=agency.records, at=LATER)
    keep_signed(paper, SIGNED, reason="Quét thiếu dấu", actor=agency.office, at=LATER)
    rows = list(PaperFile.objects.filter(kind="SIGNED").order_by("pk"))
    assert [(one.bytes_kept, one.replaced_because) for one in rows] == [(SCAN, "Quét thiếu dấu"), (SIGNED, "")]
    office, head = signed_in(agency.office), signed_in(agency.head)
    seen = [office.get(address("paper_signed_file", paper, one.pk)) for one in rows]
    assert [one.content for one in seen] == [SCAN, SIGNED]
    assert [one["Content-Disposition"].startswith("attachment") for one in seen] == [True, True]
    assert [head.get(address("paper_signed_file", paper, one.pk)).status_code for one in rows] == [404, 200]
    assert "Quét thiếu dấu" not in head.get(address("paper_page", paper)).content.decode()


def test_same_signed_paper_again_is_the_same_tap(agency: Agency) -> None:
    paper = issued(agency)
    first = keep_signed(paper, SCAN, actor=agency.records, at=LATER)
    assert keep_signed(paper, SCAN, actor=agency.records, at=LATER) == first
    assert AuditEvent.objects.filter(action="documents.keep_signed").count() == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"xin chao", b"PK\x03\x04hong", b"%PDF-1.7 nua chung", SCAN[:-6] + b"a" * 11 * 1024 * 1024 + b"%%EOF"],
)
def test_what_is_no_pdf_or_too_large_is_refused(agency: Agency, content: bytes) -> None:
    paper = issued(agency)
    with pytest.raises(PaperRefusedError) as refused:
        keep_signed(paper, content, actor=agency.records, at=LATER)
    assert list(refused.value.message_dict) == ["signed"]
    sent = {"signed": SimpleUploadedFile("a.pdf", content)}
    page = signed_in(agency.records).post(address("paper_signed", paper), sent)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["signed"])
    assert not PaperFile.objects.filter(kind="SIGNED").exists()


@pytest.mark.parametrize("state", ["DRAFT", "WITHDRAWN"])
def test_only_an_issued_paper_has_a_signed_one(agency: Agency, state: str) -> None:
    paper = make_paper(agency.root)
    if state == "WITHDRAWN":
        operations.withdraw_paper(paper, "Sai", actor=agency.office, at=LATER)
    with pytest.raises(PaperRefusedError):
        keep_signed(paper, SCAN, actor=agency.records, at=LATER)


@pytest.mark.parametrize(("who", "may"), [("office", 1), ("records", 1), ("director", 0), ("head", 0), ("stranger", 0)])
def test_only_the_office_and_the_records_clerk_keep_it(agency: Agency, who: str, may: int) -> None:
    paper, actor = issued(agency), getattr(agency, who)
    assert isinstance(actor, User)
    if may:
        keep_signed(paper, SCAN, actor=actor, at=LATER)
    else:
        with pytest.raises(PermissionDenied):
            keep_signed(paper, SCAN, actor=actor, at=LATER)
    assert PaperFile.objects.filter(kind="SIGNED").count() == may


def test_clerk_brings_in_the_signed_paper_and_replaces_it_on_the_page(agency: Agency) -> None:
    paper, client = issued(agency), signed_in(agency.records)
    where = address("paper_signed", paper)
    assert client.post(where, {"signed": SimpleUploadedFile("a.pdf", SCAN)}).status_code == 302
    assert client.post(where, {"signed": SimpleUploadedFile("a.pdf", SIGNED)}).status_code == 422
    again = {"signed": SimpleUploadedFile("a.pdf", SIGNED), "reason": "Bản ký số"}
    assert client.post(where, again).status_code == 302
    assert PaperFile.objects.get(kind="SIGNED", replaced_at=None).bytes_kept == SIGNED


def test_page_takes_as_many_queries_for_many_files(agency: Agency) -> None:
    paper, client = issued(agency), signed_in(agency.office)

    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(address("paper_page", paper))
        return len(seen)

    queries()
    one = queries()
    keep_signed(paper, SCAN, actor=agency.records, at=LATER)
    keep_signed(paper, SIGNED, reason="Bản ký số", actor=agency.records, at=LATER)
    assert queries() == one


def test_database_keeps_one_file_of_a_kind_and_whole_rows(agency: Agency) -> None:
    paper = issued(agency)
    keep_signed(paper, SCAN, actor=agency.records, at=LATER)
    made, signed = PaperFile.objects.filter(kind="PDF"), PaperFile.objects.filter(kind="SIGNED")
    for rows, wrong in (
        (made, {"engine": ""}),
        (made, {"layout_from": None}),
        (made, {"has_signature": True}),
        (made, {"replaced_at": LATER, "replaced_by": agency.office, "replaced_because": "x"}),
        (signed, {"engine": "x"}),
        (signed, {"replaced_at": LATER}),
        (signed, {"replaced_because": "x"}),
        (signed, {"kind": "PDF"}),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**wrong)
    again = signed.get()
    again.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)


def test_doctor_finds_a_file_that_is_not_what_was_kept(agency: Agency) -> None:
    issued(agency)
    words = "tệp của văn bản không đọc được hoặc đã bị thay"
    assert [one for one in all_record_faults() if words in one] == []
    PaperFile.objects.filter(kind="PDF").update(content=encrypt(SCAN))
    PaperFile.objects.filter(kind="DOCX").update(content=b"x")
    [fault] = [one for one in all_record_faults() if words in one]
    assert fault.startswith(f"{words}: 2 (")
