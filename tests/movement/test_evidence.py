"""Files of evidence: judged by what is in them, kept encrypted, given out to be saved alone."""

import io
import zipfile

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import Client
from PIL import Image

from tests.factories.directing import PDF, Agency
from tests.factories.movement import NINE, make_adjustment, make_self_score, make_sent
from tests.factories.organization import clock
from tests.factories.photographs import photograph_with_place, picture
from vungxanh.accounts.models import User
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.common.attached_files import DOCX, XLSX
from vungxanh.common.attached_files import PDF as PDF_KIND
from vungxanh.common.encryption import encrypt
from vungxanh.movement.models import Campaign, EvidenceFile, SelfScore
from vungxanh.movement.operations.adjustments import withdraw_adjustment
from vungxanh.movement.operations.evidence import add_adjustment_evidence, add_evidence, withdraw_evidence
from vungxanh.movement.operations.self_scores import SelfScoreError

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


def archive(*names: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as written:
        for name in ("[Content_Types].xml", *names):
            written.writestr(name, "<x/>")
    return content.getvalue()


@pytest.fixture
def score(agency: Agency, campaign: Campaign) -> SelfScore:
    return make_self_score(campaign, agency.unit, agency.head, with_file=False)


def get(user: User, evidence: EvidenceFile) -> object:
    client = Client()
    client.force_login(user, BACKEND)
    with clocks.at(NINE):
        return client.get(f"/phong-trao/minh-chung/{evidence.key}/")


@pytest.mark.parametrize(
    ("name", "content", "kind", "kept"),
    [
        ("../../Biên bản.exe", PDF, PDF_KIND, "Biên bản.pdf"),
        ("a.docx", archive("word/document.xml"), DOCX, "a.docx"),
        ("C:\\bảng\\kê.txt", archive("xl/workbook.xml"), XLSX, "kê.xlsx"),
        ("", picture(kind="PNG"), "image/jpeg", "minh-chung.jpg"),
    ],
)
def test_kind_and_name_follow_the_content(
    agency: Agency, score: SelfScore, name: str, content: bytes, kind: str, kept: str
) -> None:
    made = add_evidence(score, name, content, actor=agency.clerk, at=NINE)
    assert (made.media_type, made.name) == (kind, kept)
    assert bytes(EvidenceFile.objects.get().content or b"")[:8] != content[:8]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Chỉ nhận PDF"),
        (b"MZ\x90\x00", "Chỉ nhận PDF"),
        (b"<html><script>alert(1)</script>", "Chỉ nhận PDF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "Chỉ nhận PDF"),
        (b"%PDF-1.7 half", "Chỉ nhận PDF"),
        (archive("word/document.xml")[:-30], "hỏng"),
        (archive("word/document.xml", "word/vbaProject.bin"), "macro"),
        (archive("xl/workbook.xml", "xl/macrosheets/sheet1.xml"), "macro"),
        (archive("index.html"), "Chỉ nhận PDF"),
        (archive("word/document.xml", "xl/workbook.xml"), "Chỉ nhận PDF"),
        (PDF + b"\0" * (10 * 1024 * 1024), "10 MB"),
    ],
    ids=["empty", "program", "page", "svg", "half", "damaged", "macros", "macro sheets", "zip", "both", "large"],
)
def test_everything_else_is_refused_in_words(agency: Agency, score: SelfScore, content: bytes, says: str) -> None:
    with pytest.raises(SelfScoreError, match=says):
        add_evidence(score, "a.pdf", content, actor=agency.head, at=NINE)
    assert EvidenceFile.objects.count() == 0


def test_picture_is_encoded_anew_without_its_place(agency: Agency, score: SelfScore) -> None:
    made = add_evidence(score, "anh.jpg", photograph_with_place(), actor=agency.head, at=NINE)
    with Image.open(io.BytesIO(made.file)) as opened:
        assert (opened.format, dict(opened.getexif()), opened.size) == ("JPEG", {}, (40, 60))


def test_same_file_is_one_and_only_so_many_stand(agency: Agency, score: SelfScore) -> None:
    first = add_evidence(score, "a.jpg", picture(0), actor=agency.head, at=NINE)
    assert add_evidence(score, "b.jpg", picture(0), actor=agency.head, at=clock(10)).pk == first.pk
    for number in range(1, 5):
        add_evidence(score, "a.jpg", picture(number), actor=agency.head, at=NINE)
    with pytest.raises(SelfScoreError, match="Nhiều nhất 5 tệp"):
        add_evidence(score, "a.pdf", PDF, actor=agency.head, at=NINE)
    withdraw_evidence(first, actor=agency.clerk, at=clock(11))
    withdraw_evidence(first, actor=agency.clerk, at=clock(12))
    first.refresh_from_db()
    assert (first.content, first.withdrawn_at) == (None, clock(11))
    add_evidence(score, "a.pdf", PDF, actor=agency.head, at=NINE)


def test_once_it_is_sent_evidence_neither_comes_nor_goes(agency: Agency, campaign: Campaign) -> None:
    score = make_sent(campaign, agency.unit, agency.head)
    with pytest.raises(SelfScoreError, match="nay đã khác"):
        add_evidence(score, "a.jpg", picture(), actor=agency.head, at=NINE)
    with pytest.raises(SelfScoreError, match="nay đã khác"):
        withdraw_evidence(score.evidence.get(), actor=agency.head, at=NINE)
    with pytest.raises(PermissionDenied):
        add_evidence(score, "a.jpg", picture(), actor=agency.office, at=NINE)


def test_it_leaves_as_an_attachment_for_those_who_read_the_score(agency: Agency, campaign: Campaign) -> None:
    evidence = make_sent(campaign, agency.unit, agency.head).evidence.get()
    answer = get(agency.office, evidence)
    assert answer.content == PDF  # type: ignore[attr-defined]
    headers = answer.headers  # type: ignore[attr-defined]
    assert headers["Content-Disposition"].startswith("attachment")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "application/pdf"
    for user in (agency.stranger, agency.member):
        assert get(user, evidence).status_code == 404  # type: ignore[attr-defined]


def test_evidence_of_an_adjustment_stays_and_is_read_by_its_unit(agency: Agency, campaign: Campaign) -> None:
    adjustment = make_adjustment(campaign, agency.unit, agency.office)
    made = add_adjustment_evidence(adjustment, "a.pdf", PDF, actor=agency.office, at=NINE)
    assert get(agency.head, made).status_code == 200  # type: ignore[attr-defined]
    assert get(agency.stranger, made).status_code == 404  # type: ignore[attr-defined]
    with pytest.raises(SelfScoreError, match="không bỏ được"):
        withdraw_evidence(made, actor=agency.office, at=NINE)
    withdraw_adjustment(adjustment, "Nhầm", actor=agency.office, at=NINE)
    with pytest.raises(SelfScoreError, match="vừa được rút"):
        add_adjustment_evidence(adjustment, "b.jpg", picture(), actor=agency.office, at=NINE)


def test_evidence_belongs_to_one_thing(agency: Agency, campaign: Campaign) -> None:
    evidence = make_sent(campaign, agency.unit, agency.head).evidence.get()
    for wrong in ({"self_score": None}, {"adjustment": make_adjustment(campaign, agency.unit, agency.office)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            EvidenceFile.objects.filter(pk=evidence.pk).update(**wrong)


def test_doctor_names_a_file_that_was_exchanged(agency: Agency, campaign: Campaign) -> None:
    evidence = make_sent(campaign, agency.unit, agency.head).evidence.get()
    assert [fault for fault in all_record_faults() if "minh chứng" in fault] == []
    EvidenceFile.objects.filter(pk=evidence.pk).update(content=encrypt(b"%PDF-other"))
    [fault] = [fault for fault in all_record_faults() if "minh chứng" in fault]
    assert "tệp minh chứng không đọc được hoặc đã bị thay" in fault
