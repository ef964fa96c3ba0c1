"""Pages of the movement: what each sees, what is refused and kept, what a page never does."""

import datetime
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.directing import Agency
from tests.factories.movement import NINE, PLAN, make_campaign, make_launch, make_pledge
from tests.factories.organization import clock, make_group, make_holder, make_unit
from tests.factories.photographs import picture
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.common.duties import DutyState
from vungxanh.movement.models import Campaign, Launch, Pledge
from vungxanh.movement.rulebook import questions_to_issuer, shipped
from vungxanh.organization.enums import Role
from vungxanh.reports.queries.control_room import control_room

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
GREEN = "giu_vung_vung_xanh_2021.toml"
LATE = datetime.date(2021, 10, 1)


@pytest.fixture(autouse=True)
def at_nine() -> object:
    with clocks.at(NINE):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(user: User, address: str, status: int = 200) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def test_whole_way_in_the_browser_from_an_empty_agency(agency: Agency) -> None:
    office, head = client_of(agency.office), client_of(agency.head)
    assert "Chưa có phong trào nào" in text_of(agency.head, "/phong-trao/")
    answer = office.post("/phong-trao/nap/", {"unit": "SNN", "source": GREEN}, follow=True)
    assert answer.redirect_chain == [("/phong-trao/giu-vung-vung-xanh-2021/", 302)]
    page = answer.content.decode()
    assert "Kế hoạch có 8 chỗ chưa khớp" in page
    assert "2 đơn vị sẽ được báo phải phát động chậm nhất hết ngày 30/09/2021" in page
    assert head.get("/phong-trao/giu-vung-vung-xanh-2021/").status_code == 404
    office.post("/phong-trao/giu-vung-vung-xanh-2021/mo/")
    page = text_of(agency.head, "/phong-trao/giu-vung-vung-xanh-2021/")
    assert "I. MỤC ĐÍCH, YÊU CẦU" in page
    assert "chưa có trong phần mềm" in page
    launch = "/phong-trao/giu-vung-vung-xanh-2021/phat-dong/CCKL/"
    sent = {
        "key": str(uuid.uuid4()),
        "launched_on": "2021-09-20",
        "form": "CEREMONY",
        "present": "52",
        "text": "Lễ phát động tại hội trường.",
        "own_criteria": "Không vi phạm giờ giấc\nGiữ phòng làm việc sạch",
        "pictures": [SimpleUploadedFile("a.jpg", picture(1)), SimpleUploadedFile("b.jpg", picture(3))],
    }
    answer = head.post(f"{launch}ghi/", sent, follow=True)
    page = answer.content.decode()
    assert "Đã phát động đúng hạn" in page
    assert page.count('alt="Ảnh') == 2
    assert "Giữ phòng làm việc sạch" in page
    assert "Đơn vị đã phát động" in text_of(agency.office, "/phong-trao/giu-vung-vung-xanh-2021/phat-dong/")


def test_faulty_file_is_told_whole_and_what_was_typed_stays(agency: Agency) -> None:
    faulty = PLAN.replace("weight = 60", "weight = 61").replace('clause = "I.1"', 'clause = "IX"')
    sent = {"unit": "SNN", "source": "-", "text": faulty}
    answer = client_of(agency.office).post("/phong-trao/nap/", sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Chưa nạp gì: có 2 lỗi." in page
    assert "criterion[1].weight (dòng 33)" in page
    assert "weight = 61" in page
    assert Campaign.objects.count() == 0


@pytest.mark.parametrize("source", ["", "khac.toml", "-"])
def test_nothing_chosen_is_said_beside_the_field(agency: Agency, source: str) -> None:
    answer = client_of(agency.office).post("/phong-trao/nap/", {"unit": "SNN", "source": source})
    assert answer.status_code == 422
    assert Campaign.objects.count() == 0


def test_file_that_is_no_text_is_refused(agency: Agency) -> None:
    sent = {"unit": "SNN", "source": "-", "attached": SimpleUploadedFile("x.toml", picture(1))}
    answer = client_of(agency.office).post("/phong-trao/nap/", sent)
    assert answer.status_code == 422
    assert "tệp không phải UTF-8" in answer.content.decode()


def test_words_of_a_plan_never_run(agency: Agency) -> None:
    text = PLAN.replace("Mọi người khai báo", "<script>alert(1)</script>")
    campaign = make_campaign(agency.root, agency.office, text=text, opened=True)
    page = text_of(agency.head, f"/phong-trao/{campaign.code}/")
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_refused_launch_keeps_what_was_typed(agency: Agency, campaign: Campaign) -> None:
    sent = {
        "key": str(uuid.uuid4()),
        "launched_on": "2021-12-20",
        "form": "MEETING",
        "present": "40",
        "text": "Đã tổ chức",
        "own_criteria": "Tiêu chí của tôi",
    }
    address = f"/phong-trao/{campaign.code}/phat-dong/CCKL/ghi/"
    answer = client_of(agency.head).post(address, sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Tiêu chí của tôi" in page
    assert Launch.objects.count() == 0
    answer = client_of(agency.head).post(address, {**sent, "launched_on": "hôm qua", "present": "-3"})
    assert answer.status_code == 422


def test_launch_sent_twice_is_one_and_can_be_changed(agency: Agency, campaign: Campaign) -> None:
    address = f"/phong-trao/{campaign.code}/phat-dong/CCKL/ghi/"
    sent = {"key": str(uuid.uuid4()), "launched_on": "2021-09-20", "form": "MEETING", "present": "40"}
    client = client_of(agency.head)
    for _time in range(2):
        assert client.post(address, sent).status_code == 302
    assert Launch.objects.get().present == 40
    other = client.post(address, {**sent, "key": str(uuid.uuid4()), "present": "44"})
    assert "đã ghi việc phát động" in other.content.decode()
    seen = Launch.objects.get().written_at.isoformat()
    client.post(address, {**sent, "key": str(uuid.uuid4()), "present": "44", "seen": seen})
    assert Launch.objects.get().present == 44
    for stale in ("2021-09-20T08:00:00+07:00", "hôm qua"):
        again = client.post(address, {**sent, "key": str(uuid.uuid4()), "present": "45", "seen": stale})
        assert again.status_code == 422
    assert Launch.objects.get().present == 44


def test_picture_that_is_none_is_said_and_the_launch_stands(agency: Agency, campaign: Campaign) -> None:
    address = f"/phong-trao/{campaign.code}/phat-dong/CCKL/ghi/"
    sent = {
        "key": str(uuid.uuid4()),
        "launched_on": "2021-09-20",
        "form": "MEETING",
        "present": "40",
        "pictures": [SimpleUploadedFile("ke-hoach.pdf", b"%PDF-1.7 ...")],
    }
    answer = client_of(agency.head).post(address, sent, follow=True)
    assert "ke-hoach.pdf" in answer.content.decode()
    assert Launch.objects.get().photographs.count() == 0


def test_staff_reads_and_pledges_and_takes_it_back(agency: Agency, campaign: Campaign) -> None:
    group = make_group("CD-CCKL", agency.unit)
    client = client_of(agency.head)
    address = f"/phong-trao/{campaign.code}/giao-uoc/cua-toi/"
    text_of(agency.head, address, 403)  # A holder of a role alone is nobody's staff.
    agency.lan.user = agency.head
    agency.lan.save()
    page = text_of(agency.head, address)
    assert "Khai báo y tế trung thực." in page
    client.post(address, {"lines": "Khai báo trung thực.\nThực hiện 5K."})
    pledge = Pledge.objects.get()
    assert pledge.lines == ["Khai báo trung thực.", "Thực hiện 5K."]
    assert "Ký xác nhận điện tử" in text_of(agency.head, address)
    assert client_of(agency.stranger).post(f"/phong-trao/giao-uoc/{pledge.pk}/rut/", {"reason": "x"}).status_code == 404
    client.post(f"/phong-trao/giao-uoc/{pledge.pk}/rut/", {"reason": ""})
    pledge.refresh_from_db()
    assert pledge.state == "CONFIRMED"
    client.post(f"/phong-trao/giao-uoc/{pledge.pk}/rut/", {"reason": "Ký nhầm"})
    pledge.refresh_from_db()
    assert pledge.state == "WITHDRAWN"
    assert "Chỉ cán bộ đoàn thể" in text_of(agency.head, f"/phong-trao/{campaign.code}/giao-uoc/doan-the/{group.code}/")


def test_unit_sees_who_has_pledged_and_strangers_do_not(agency: Agency, campaign: Campaign) -> None:
    make_pledge(campaign, agency.unit, agency.head)
    address = f"/phong-trao/{campaign.code}/giao-uoc/don-vi/CCKL/"
    page = text_of(agency.clerk, address)
    assert "Trần Thị Lan" in page
    people = page.count('<th scope="row">')
    assert f"<strong>0</strong>/{people}" in page
    assert "Trần Thị Lan" not in text_of(agency.stranger, address)


def test_issuer_is_asked_on_a_page_of_its_own(agency: Agency) -> None:
    campaign = make_campaign(agency.root, agency.office, text=shipped()[GREEN], opened=True)
    address = f"/phong-trao/{campaign.code}/hoi-noi-ban-hanh/"
    client = client_of(agency.office)
    assert "văn hóa công sở" in text_of(agency.office, address)
    assert client.post(address, {"question": "number", "answer": " "}).status_code == 422
    assert client.post(address, {"question": "number", "answer": "Số 95/KH-SNN&PTNT"}).status_code == 302
    assert "Số 95/KH-SNN&amp;PTNT" in text_of(agency.director, address)
    text_of(agency.head, address, 403)


def test_control_room_leads_to_the_launch(agency: Agency, campaign: Campaign) -> None:
    answer = client_of(agency.office).get("/phong-trao/don-vi/CCKL/2021-09-20/")
    assert answer.headers["Location"] == f"/phong-trao/{campaign.code}/phat-dong/CCKL/"
    assert client_of(agency.office).get("/phong-trao/don-vi/KHONG/2021-09-20/").status_code == 404


def test_search_finds_clauses_without_marks(agency: Agency, campaign: Campaign) -> None:
    assert f"/phong-trao/{campaign.code}/#diem-I.1" in text_of(agency.head, "/tim/?q=khai bao y te trung thuc")


@pytest.mark.parametrize("page", ["phat-dong/", "giao-uoc/", ""])
def test_queries_of_a_page_stay_flat(agency: Agency, campaign: Campaign, page: str) -> None:
    client, address = client_of(agency.office), f"/phong-trao/{campaign.code}/{page}"

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    make_launch(campaign, agency.unit, agency.head)
    few = asked()
    for number in range(3):
        unit = make_unit(f"DV{number}", agency.root)
        head = make_holder(f"t{number}", Role.UNIT_HEAD, unit)
        make_launch(campaign, unit, head)
        make_pledge(campaign, unit, head)
        make_group(f"CD{number}", unit)
    assert asked() == few


def test_spreadsheet_has_a_row_for_each_unit(agency: Agency, campaign: Campaign) -> None:
    answer = client_of(agency.office).get(f"/phong-trao/{campaign.code}/phat-dong/xlsx/")
    assert answer.headers["Content-Disposition"].endswith('20210920.xlsx"')
    assert datetime.date(2021, 9, 20) == clocks.today()


def test_every_question_of_the_shipped_plans_can_be_answered(agency: Agency) -> None:
    for text in shipped().values():
        campaign = make_campaign(agency.root, agency.office, text=text)
        address = f"/phong-trao/{campaign.code}/hoi-noi-ban-hanh/"
        for one in questions_to_issuer(campaign.editions.get().plan):
            sent = {"question": one.key, "answer": "Đã trao đổi."}
            assert client_of(agency.office).post(address, sent).status_code == 302, one.text
        assert "chỗ chưa khớp" not in text_of(agency.office, f"/phong-trao/{campaign.code}/")


def test_file_of_ones_own_is_never_left_out_silently(agency: Agency) -> None:
    sent = {"unit": "SNN", "source": GREEN, "attached": SimpleUploadedFile("x.toml", PLAN.encode())}
    answer = client_of(agency.office).post("/phong-trao/nap/", sent)
    assert answer.status_code == 422
    assert "Hãy chọn một" in answer.content.decode()
    both = {"unit": "SNN", "source": "-", "text": PLAN, "attached": SimpleUploadedFile("x.toml", PLAN.encode())}
    assert client_of(agency.office).post("/phong-trao/nap/", both).status_code == 422
    assert Campaign.objects.count() == 0


def test_form_with_strange_pictures_is_refused_or_kept_and_never_breaks(agency: Agency, campaign: Campaign) -> None:
    sent = {"key": str(uuid.uuid4()), "launched_on": "2021-09-20", "form": "MEETING", "present": "40"}
    more = {"pictures-clear": "on", "pictures": SimpleUploadedFile("a.jpg", picture(1))}
    address = f"/phong-trao/{campaign.code}/phat-dong/CCKL/ghi/"
    assert client_of(agency.head).post(address, {**sent, **more}).status_code == 302
    assert Launch.objects.get().photographs.count() == 1


def test_campaign_that_names_a_place_nobody_knows_any_more_still_opens(agency: Agency, campaign: Campaign) -> None:
    campaign.editions.update(text=PLAN.replace('"news"]', '"nowhere"]'))
    for address in (f"/phong-trao/{campaign.code}/", "/tim/?q=khai bao", "/dieu-hanh/2021-09-20/"):
        assert "nowhere" in text_of(agency.office, address) or "campaign" not in address


def test_refused_opening_leaves_the_reason_of_a_withdrawal_empty(agency: Agency) -> None:
    text = PLAN.replace('"DIVISION", "SUBORDINATE_UNIT"', '"STATION"')
    campaign = make_campaign(agency.root, agency.office, text=text)
    answer = client_of(agency.office).post(f"/phong-trao/{campaign.code}/mo/")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "takes_part" in page
    assert ">-</textarea>" not in page


def test_board_of_a_day_names_what_is_open_of_the_duties_that_span_days(agency: Agency) -> None:
    """One column for all of them, however many the modules register; what is settled is not named."""
    first, _second = (make_unit(code, agency.root, is_reporting_point=True) for code in ("DV1", "DV2"))
    campaign = make_campaign(agency.root, agency.office, opened=True)
    make_launch(campaign, first, make_holder("t1", Role.UNIT_HEAD, first))
    room = control_room(agency.office, LATE, at=clock(9, day=LATE))
    rows = {row.unit.code: row for row in room.rows}
    open_duties = {code: [(one.duty.code, one.status.state) for one in row.longer_cells] for code, row in rows.items()}
    assert open_duties["DV2"][0] == ("launch", DutyState.OVERDUE)
    assert "launch" not in dict(open_duties["DV1"])
    assert all(row.owes_longer for row in rows.values())
    assert not any(duty.spans_days for duty in room.day_duties)
    assert room.shown_longer == sum(map(len, open_duties.values()))
    assert {duty.code for duty, _done, _expected in room.shown_sums} == {
        duty.code for duty in room.duties if not duty.spans_days
    }
    with clocks.at(clock(9, day=LATE)):
        seen = text_of(agency.office, f"/dieu-hanh/{LATE}/")
    assert "Việc khác</th>" in seen
    assert f'href="/phong-trao/don-vi/DV2/{LATE}/"' in seen
    assert f'href="/phong-trao/don-vi/DV1/{LATE}/"' not in seen
