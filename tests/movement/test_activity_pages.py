"""Pages of activities: the way of an officer, what is kept when it is refused, what each reader sees."""

import datetime
import io
import json
import uuid
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.directing import Agency
from tests.factories.movement import NINE, PLAN, make_activity, make_campaign, make_launch
from tests.factories.organization import clock, make_group, make_holder
from tests.factories.photographs import picture
from vungxanh.accounts.models import User
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as clocks
from vungxanh.movement.models import Activity, ActivityPhotograph, Campaign, LaunchPhotograph
from vungxanh.movement.operations.activities import withdraw_activity
from vungxanh.movement.operations.pledges import pledge_for_group
from vungxanh.movement.rulebook import PLACES
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Group, Person

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


@pytest.fixture(autouse=True)
def at_nine() -> object:
    with clocks.at(NINE):
        yield


@pytest.fixture
def group(agency: Agency) -> Group:
    return make_group("CD-CCKL", agency.unit)


@pytest.fixture
def officer(agency: Agency) -> User:
    return make_holder("congdoan", Role.UNION_OFFICER, agency.unit)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(user: User, address: str, status: int = 200) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def sent(**more: Any) -> dict[str, Any]:
    given = {"key": str(uuid.uuid4()), "title": "Ra quân khử khuẩn", "held_on": "2021-09-20", "place": "Trụ sở"}
    given |= {"text": "Khử khuẩn phòng họp.", "took_part": "30", "people": "Trần Thị Lan"}
    given |= {"what_1": "Khẩu trang", "amount_1": "500", "measured_in_1": "chiếc"}
    return {**given, **more}


def test_whole_way_of_an_officer(agency: Agency, campaign: Campaign, group: Group, officer: User) -> None:
    client, base = client_of(officer), f"/phong-trao/{campaign.code}/hoat-dong/"
    page = text_of(officer, base)
    assert "chưa có hoạt động" in page
    assert "Ghi hoạt động" in text_of(officer, f"{base}doan-the/CD-CCKL/")
    pictures = [SimpleUploadedFile("a.jpg", picture(1)), SimpleUploadedFile("b.txt", b"khong phai anh")]
    answer = client.post(f"{base}doan-the/CD-CCKL/ghi/", sent(pictures=pictures), follow=True)
    page = answer.content.decode()
    activity = Activity.objects.get()
    assert answer.redirect_chain == [(f"/phong-trao/hoat-dong/{activity.pk}/", 302)]
    assert "b.txt" in page
    assert page.count('alt="Ảnh hoạt động') == 1
    assert "Trần Thị Lan" in page
    assert "<strong>500</strong> chiếc" in page
    form = text_of(officer, f"/phong-trao/hoat-dong/{activity.pk}/sua/")
    assert 'value="500"' in form
    assert agency.lan.staff_code in form
    changed = sent(seen=activity.written_at.isoformat(), took_part="45", people="")
    assert client.post(f"/phong-trao/hoat-dong/{activity.pk}/sua/", changed).status_code == 302
    activity.refresh_from_db()
    assert (activity.took_part, activity.participants.count()) == (45, 0)
    assert client.post(f"/phong-trao/hoat-dong/{activity.pk}/sua/", changed).status_code == 302
    stale = {**changed, "seen": "2021-09-20T08:00:00+07:00", "took_part": "46"}
    assert client.post(f"/phong-trao/hoat-dong/{activity.pk}/sua/", stale).status_code == 422
    assert "45" in text_of(agency.office, base)
    assert client.post(f"/phong-trao/hoat-dong/{activity.pk}/rut/", {"reason": ""}).status_code == 422
    client.post(f"/phong-trao/hoat-dong/{activity.pk}/rut/", {"reason": "Ghi nhầm tổ chức"})
    assert "Ghi nhầm tổ chức" in text_of(officer, f"{base}doan-the/CD-CCKL/")
    assert "Sửa" not in text_of(officer, f"/phong-trao/hoat-dong/{activity.pk}/")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"title": ""}, "vẫn còn nguyên"),
        ({"people": "Người Không Có"}, "Người Không Có"),
        ({"amount_1": ""}, "Hãy ghi đủ nội dung, số lượng và đơn vị tính."),
        ({"what_2": "Quà"}, "Hãy ghi đủ nội dung, số lượng và đơn vị tính."),
        ({"amount_1": "-1"}, "vẫn còn nguyên"),
        ({"amount_1": "NaN"}, "vẫn còn nguyên"),
        ({"held_on": "2021-12-01"}, "chưa đến"),
    ],
)
def test_refused_activity_keeps_what_was_typed(
    campaign: Campaign, group: Group, officer: User, more: dict[str, Any], says: str
) -> None:
    address = f"/phong-trao/{campaign.code}/hoat-dong/doan-the/CD-CCKL/ghi/"
    answer = client_of(officer).post(address, sent(**more))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert says in page
    assert "Khử khuẩn phòng họp." in page
    assert Activity.objects.count() == 0


def test_page_of_a_group_shows_pledge_activities_and_figures(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    pledge_for_group(campaign, group, ["Vận động đoàn viên khai báo."], actor=officer, at=NINE)
    make_activity(campaign, group, officer)
    page = text_of(agency.office, f"/phong-trao/{campaign.code}/hoat-dong/doan-the/CD-CCKL/")
    for words in (
        "Vận động đoàn viên khai báo.",
        "Ra quân vệ sinh nơi làm việc",
        "09/2021",
        "500",
        "Số liệu theo tháng",
    ):
        assert words in page
    assert "Ghi hoạt động" not in page
    assert "<strong>1</strong>/1" in text_of(agency.office, f"/phong-trao/{campaign.code}/hoat-dong/")
    text_of(agency.member, f"/phong-trao/{campaign.code}/hoat-dong/doan-the/CD-CCKL/", 404)


def test_one_reads_what_one_took_part_in_and_nobody_elses_name(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    lan = make_account("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=lan)
    assert "Chưa có hoạt động nào" in text_of(lan, "/phong-trao/hoat-dong/cua-toi/")
    people = [agency.lan.staff_code, agency.goes.staff_code]
    activity = make_activity(campaign, group, officer, people=people)
    assert activity.title in text_of(lan, "/phong-trao/hoat-dong/cua-toi/")
    assert "Hoạt động tôi đã tham gia (1)" in text_of(lan, f"/phong-trao/{campaign.code}/hoat-dong/")
    page = text_of(lan, f"/phong-trao/hoat-dong/{activity.pk}/")
    assert "trong đó 2 người có tên" in page
    assert "Đoàn Viên" not in page
    assert "Đoàn Viên" in text_of(agency.office, f"/phong-trao/hoat-dong/{activity.pk}/")
    withdraw_activity(activity, "Nhầm", actor=officer, at=clock(10))
    assert activity.title not in text_of(lan, "/phong-trao/hoat-dong/cua-toi/")


def test_picture_is_taken_off_after_a_question(agency: Agency, campaign: Campaign, group: Group, officer: User) -> None:
    launched = make_launch(campaign, agency.unit, agency.head).photographs.get()
    shown = make_activity(campaign, group, officer).photographs.get()
    for user, photograph, address, back in (
        (agency.head, launched, "/phong-trao/anh/", f"/phong-trao/{campaign.code}/phat-dong/CCKL/"),
        (officer, shown, "/phong-trao/hoat-dong/anh/", f"/phong-trao/hoat-dong/{shown.activity_id}/"),
    ):
        asking = f"{address}{photograph.pk}/rut/"
        assert f'href="{asking}"' in text_of(user, back)
        page = text_of(user, asking)
        assert "không khôi phục được" in page
        photograph.refresh_from_db()
        assert photograph.content is not None
        text_of(agency.director, asking, 403)
        assert client_of(user).post(asking).headers["Location"] == back
        photograph.refresh_from_db()
        assert photograph.content is None
        text_of(user, asking, 404)


def test_picture_of_a_closed_movement_stays_and_it_is_said_why(agency: Agency, campaign: Campaign) -> None:
    photograph = make_launch(campaign, agency.unit, agency.head).photographs.get()
    Campaign.objects.filter(pk=campaign.pk).update(state="CLOSED", ended_at=NINE)
    answer = client_of(agency.head).post(f"/phong-trao/anh/{photograph.pk}/rut/")
    assert answer.status_code == 422
    assert "đã kết thúc" in answer.content.decode()
    photograph.refresh_from_db()
    assert photograph.content is not None


def test_spreadsheet_has_groups_activities_and_results(
    agency: Agency, campaign: Campaign, group: Group, officer: User
) -> None:
    make_activity(campaign, group, officer, people=["Trần Thị Lan"])
    answer = client_of(agency.office).get(f"/phong-trao/{campaign.code}/hoat-dong/xlsx/")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    rows = [[list(row) for row in sheet.iter_rows(min_row=2, values_only=True)] for sheet in book.worksheets]
    assert rows[0] == [["Đoàn thể CD-CCKL", "09/2021", 1, 30, 1, 1]]
    assert rows[1][0][1:3] == ["Ra quân vệ sinh nơi làm việc", datetime.datetime(2021, 9, 20)]  # noqa: DTZ001
    assert rows[2][0][3:] == ["Khẩu trang phát cho đoàn viên", 500, "chiếc"]
    assert client_of(agency.member).get(f"/phong-trao/{campaign.code}/hoat-dong/xlsx/").status_code == 403


@pytest.mark.parametrize("page", ["hoat-dong/", "hoat-dong/doan-the/CD-CCKL/", "hoat-dong/xlsx/"])
def test_queries_of_a_page_stay_flat(
    agency: Agency, campaign: Campaign, group: Group, officer: User, page: str
) -> None:
    client, address = client_of(agency.office), f"/phong-trao/{campaign.code}/{page}"

    def asked() -> int:
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        return len(captured)

    make_activity(campaign, group, officer)
    few = asked()
    for number in range(3):
        make_activity(campaign, make_group(f"CD{number}", agency.unit), officer, people=["Trần Thị Lan"])
        make_activity(campaign, group, officer, people=["Trần Thị Lan"])
    assert asked() == few


@pytest.mark.parametrize("model", [ActivityPhotograph, LaunchPhotograph])
def test_a_spoilt_picture_is_a_fault(
    agency: Agency, campaign: Campaign, group: Group, officer: User, model: type[ActivityPhotograph | LaunchPhotograph]
) -> None:
    make_launch(campaign, agency.unit, agency.head)
    make_activity(campaign, group, officer)
    assert [fault for fault in all_record_faults() if "ảnh" in fault] == []
    model.objects.update(content=b"spoilt")
    assert len([fault for fault in all_record_faults() if "ảnh" in fault]) == 1


SOME = 'carried_out_by = ["declarations", "launches", "pledges", "news"]'
EVERYWHERE = PLAN.replace(SOME, f"carried_out_by = {json.dumps(list(PLACES))}")
"""Its clause is carried out at every place there is."""


@pytest.mark.parametrize("name", ["office", "director", "head", "clerk", "stranger", "member"])
def test_plan_links_only_to_what_its_reader_opens(agency: Agency, name: str) -> None:
    campaign = make_campaign(agency.root, agency.office, text=EVERYWHERE, opened=True)
    reader = agency.people[name]
    client, page = client_of(reader), text_of(reader, f"/phong-trao/{campaign.code}/")
    places = page.split('class="vx-clause-places"', 1)[1].split("</ul>", 1)[0]
    links = [part.split('"', 1)[0] for part in places.split('href="')[1:]]
    assert [address for address in links if client.get(address).status_code >= 400] == []
    assert f"/phong-trao/{campaign.code}/hoat-dong/" in links
    assert ("/dieu-hanh/" in links) == (name in {"office", "director"})
    assert "Bảng điều hành" in places
