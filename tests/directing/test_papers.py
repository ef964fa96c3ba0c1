"""Minutes and guidance as papers: what stands on them, who gets them, and that nothing of a draft leaks to the unit."""

import io

import docx
import pytest
from django.test import Client

from tests.factories.directing import MONDAY, Agency, clock, make_guidance, make_supervision, with_minutes
from tests.factories.photographs import picture
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.directing.operations.recording import add_photograph
from vungxanh.directing.operations.supervision import move_supervision
from vungxanh.directing.rulebook import PAPER_TEXTS
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_minutes_hold_findings_recommendations_and_the_word_of_the_unit(agency: Agency) -> None:
    made, _photograph = with_minutes(make_supervision(agency.unit, agency.office, agency.goes), agency.office)
    move_supervision(made, "object", actor=agency.head, at=clock(9), text="Kho đã có từ hôm qua.")
    with clocks.at(clock(10)):
        answer = client_of(agency.head).get(f"/chi-dao/kiem-tra/{made.pk}/bien-ban/docx/")
        pdf = client_of(agency.head).get(f"/chi-dao/kiem-tra/{made.pk}/bien-ban/pdf/")
    text = text_of(answer.content)
    for words in (
        "BIÊN BẢN",
        "Đoàn Viên, Trưởng đoàn",
        "Kho chưa có dung dịch khử khuẩn.",
        "1. Bổ sung dung dịch khử khuẩn.",
        "Thời hạn: 27/09/2021. Trách nhiệm: thủ trưởng đơn vị.",
        "Kho đã có từ hôm qua.",
        "TRƯỞNG ĐOÀN",
    ):
        assert words in text
    assert pdf.content.startswith(b"%PDF-")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bien-ban-20210920.docx"'


def test_unit_does_not_get_minutes_that_are_still_written(agency: Agency) -> None:
    made = make_supervision(agency.unit, agency.office, agency.goes, begun=True)
    address = f"/chi-dao/kiem-tra/{made.pk}/bien-ban/"
    item = made.items.order_by("position")[0]
    kept = add_photograph(made, item, picture(), actor=agency.member, at=clock(8))
    with clocks.at(clock(10)):
        for ending in ("", "docx/", "pdf/"):
            assert client_of(agency.head).get(f"{address}{ending}").status_code == 404
            assert client_of(agency.member).get(f"{address}{ending}").status_code == 200
        assert client_of(agency.head).get(f"/chi-dao/kiem-tra/anh/{kept.pk}/").status_code == 404
        assert client_of(agency.member).get(f"/chi-dao/kiem-tra/anh/{kept.pk}/").status_code == 200


def test_guidance_is_printed_with_its_number_and_paragraphs(agency: Agency) -> None:
    guidance = make_guidance(agency.root, agency.office, agency.unit, is_published=True)
    with clocks.at(clock(10)):
        answer = client_of(agency.clerk).get(f"/chi-dao/huong-dan/{guidance.pk}/docx/")
    text = text_of(answer.content)
    for words in ("HƯỚNG DẪN", "Số: 12/HD-VP", "Cập nhật trước 15 giờ.", "Có bất thường thì cập nhật ngay."):
        assert words in text


def test_guidance_is_signed_by_the_office_itself_while_somebody_acts_for_it(agency: Agency) -> None:
    guidance = make_guidance(agency.root, agency.office, agency.unit, is_published=True)
    days = {"first_day": MONDAY, "last_day": MONDAY, "reason": "Đi học", "made_at": clock(7)}
    agency.office.delegations_given.create(delegate=agency.clerk, role=Role.OFFICE, unit=agency.root, **days)
    with clocks.at(clock(10)):
        answer = client_of(agency.clerk).get(f"/chi-dao/huong-dan/{guidance.pk}/docx/")
    assert text_of(answer.content).count(agency.office.full_name) == 1


def test_words_of_the_papers_have_places_that_are_known() -> None:
    assert list(PAPER_TEXTS.current().in_force(MONDAY).faults("x")) == []
