"""Pages of plans: what each sees, what is refused and kept, what a page never does."""

import uuid
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from tests.factories.directing import Agency
from tests.factories.movement import PLAN, make_campaign
from tests.factories.organization import clock, make_holder, make_person, make_unit
from tests.factories.plans import fill, make_accepted, make_plan, make_sent
from vungxanh.accounts.models import User
from vungxanh.common import clock as clocks
from vungxanh.movement.models import Campaign
from vungxanh.organization.enums import Role
from vungxanh.plans.enums import PlanVerb
from vungxanh.plans.models import UnitPlan
from vungxanh.plans.operations.moving import move_plan
from vungxanh.plans.operations.writing import write_plan
from vungxanh.plans.queries.plans import newest_version

BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"


@pytest.fixture(autouse=True)
def at_ten() -> object:
    with clocks.at(clock(10)):
        yield


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, BACKEND)
    return client


def text_of(user: User, address: str, status: int = 200) -> str:
    answer = client_of(user).get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return str(answer.content.decode())


def sent_from(plan: UnitPlan, **more: str) -> dict[str, object]:
    """What the form holds, with other texts."""
    newest = newest_version(plan)
    texts = {f"muc-{code}": text for code, text in newest.texts.items()}
    return {"seen": newest.number, "remark": "", **texts, **{f"muc-{key}": text for key, text in more.items()}}


def test_whole_way_in_the_browser(agency: Agency, campaign: Campaign) -> None:
    head, office = client_of(agency.head), client_of(agency.office)
    page = head.get("/ke-hoach/").content.decode()
    assert page.count("Lập từ mẫu") == 2
    key = str(uuid.uuid4())
    answer = head.post("/ke-hoach/lap/CCKL/vung-xanh/", {"key": key}, follow=True)
    assert answer.redirect_chain == [(f"/ke-hoach/{key}/soan/", 302)]
    plan = UnitPlan.objects.get()
    assert f'data-draft="plan-{plan.pk}-{agency.head.pk}"' in answer.content.decode()
    refused = head.post(f"/ke-hoach/{key}/gui/")
    assert refused.status_code == 422
    assert "Còn chỗ chưa điền" in refused.content.decode()
    fill(plan, agency.head)
    answer = head.post(f"/ke-hoach/{key}/soan/", sent_from(plan, khach="Văn thư đón khách."), follow=True)
    assert "Văn thư đón khách." in answer.content.decode()
    head.post(f"/ke-hoach/{key}/gui/")
    comment = {"version": "3", "section": "khach", "text": "Ghi rõ số điện thoại."}
    office.post(f"/ke-hoach/{key}/gop-y/", comment)
    office.post(f"/ke-hoach/{key}/tra-lai/", {"text": ""})
    assert "Ghi rõ số điện thoại." in text_of(agency.clerk, f"/ke-hoach/{key}/soan/")
    head.post(f"/ke-hoach/{key}/soan/", sent_from(plan, khach="Văn thư đón khách, 0211.3862."))
    head.post(f"/ke-hoach/{key}/gui/")
    answer = office.post(f"/ke-hoach/{key}/chap-thuan/", follow=True)
    assert "Đã chấp thuận" in answer.content.decode()
    answer = head.post(f"/ke-hoach/{key}/ky/", follow=True)
    assert "Đã ban hành" in answer.content.decode()
    assert "Văn thư đón khách, 0211.3862." in text_of(agency.office, f"/ke-hoach/{key}/")


def test_two_who_write_see_both_texts_and_nothing_is_lost(agency: Agency) -> None:
    plan = make_plan(agency.unit, agency.head)
    typed = sent_from(plan, khach="Bản của đầu mối.", **{"theo-doi": "Theo dõi mỗi giờ."})
    write_plan(
        plan,
        {"khach": "Bản của thủ trưởng.", "phan-cong": "Phân công mới."},
        seen=1,
        actor=agency.head,
        at=clock(10),
    )
    clerk = client_of(agency.clerk)
    answer = clerk.post(f"/ke-hoach/{plan.pk}/soan/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Bản của thủ trưởng." in page
    assert "Bản của đầu mối." in page
    assert "Phân công mới.</textarea>" in page
    assert "<del>thủ</del><ins>đầu</ins>" in page
    assert page.count("<h3>IV. KHÁCH ĐẾN LÀM VIỆC</h3>") == 1
    assert "<h3>V. THEO DÕI" not in page
    assert 'name="seen" value="2"' in page
    again = {**typed, "seen": 2, "muc-phan-cong": "Phân công mới."}
    assert clerk.post(f"/ke-hoach/{plan.pk}/soan/", again).status_code == 302
    texts = newest_version(plan).texts
    assert (texts["khach"], texts["theo-doi"]) == ("Bản của đầu mối.", "Theo dõi mỗi giờ.")
    assert texts["phan-cong"] == "Phân công mới."


def test_versions_show_the_words_that_came_and_went(agency: Agency) -> None:
    plan = make_plan(agency.unit, agency.head)
    write_plan(plan, {"khach": "Không tiếp khách"}, seen=1, actor=agency.head, at=clock(10))
    write_plan(plan, {"khach": "Không tiếp <b>ai</b>"}, seen=2, remark="Gọn lại", actor=agency.head, at=clock(10))
    page = text_of(agency.head, f"/ke-hoach/{plan.pk}/ban/3/")
    assert "<del>khách</del><ins>&lt;b&gt;ai&lt;/b&gt;</ins>" in page
    assert "Gọn lại" in page
    assert "IV. KHÁCH ĐẾN LÀM VIỆC" in text_of(agency.office, f"/ke-hoach/{plan.pk}/ban/3/?so=1")
    assert "<ins>" not in text_of(agency.office, f"/ke-hoach/{plan.pk}/ban/1/")
    text_of(agency.office, f"/ke-hoach/{plan.pk}/ban/9/", 404)
    text_of(agency.office, f"/ke-hoach/{plan.pk}/ban/3/?so=x")


def test_refused_forms_keep_what_was_typed(agency: Agency) -> None:
    party = make_holder("capuy", Role.PARTY_COMMITTEE, agency.root)
    plan = make_sent(agency.unit, agency.head)
    old = {"version": "1", "section": "khach", "text": "Góp ý cho bản cũ."}
    answer = client_of(agency.office).post(f"/ke-hoach/{plan.pk}/gop-y/", old)
    assert (answer.status_code, "Góp ý cho bản cũ." in answer.content.decode()) == (422, True)
    assert "bản mới hơn" in answer.content.decode()
    assert '<input type="hidden" name="version" value="2"' in answer.content.decode()
    given = {"text": "Nhất trí với kế hoạch.", "given_on": "2021-09-25"}
    answer = client_of(party).post(f"/ke-hoach/{plan.pk}/cap-uy/", given)
    assert (answer.status_code, "Nhất trí với kế hoạch." in answer.content.decode()) == (422, True)
    answer = client_of(party).post(f"/ke-hoach/{plan.pk}/cap-uy/", given | {"given_on": "2021-09-20"}, follow=True)
    assert "Nhất trí với kế hoạch." in answer.content.decode()
    answer = client_of(agency.office).post(f"/ke-hoach/{plan.pk}/tra-lai/", {"text": ""})
    assert (answer.status_code, "phải sửa" in answer.content.decode()) == (422, True)


def test_staff_read_what_their_unit_issued_and_strangers_nothing(agency: Agency) -> None:
    lan = make_person(agency.unit, "Người Đọc", user=make_holder("doc", Role.GUARD, agency.other)).user
    assert lan
    plan = make_accepted(agency.unit, agency.head, agency.office)
    text_of(lan, f"/ke-hoach/{plan.pk}/", 404)
    move_plan(plan, PlanVerb.ISSUE, actor=agency.head, at=clock(10))
    page = text_of(lan, f"/ke-hoach/{plan.pk}/")
    assert "Đã ban hành" in page
    assert "Các bản" not in page
    assert plan.summary in text_of(lan, "/ke-hoach/")
    text_of(lan, f"/ke-hoach/{plan.pk}/ban/1/", 404)
    text_of(agency.stranger, f"/ke-hoach/{plan.pk}/", 404)
    pdf = client_of(lan).get(f"/ke-hoach/{plan.pk}/pdf/")
    assert pdf.content.startswith(b"%PDF")
    assert pdf["Content-Disposition"] == 'attachment; filename="ke-hoach-CCKL-20210920.pdf"'


def test_list_narrows_to_who_has_none_and_who_waits(agency: Agency, campaign: Campaign) -> None:
    make_sent(agency.unit, agency.head)
    every = text_of(agency.office, "/ke-hoach/")
    assert "Đơn vị CCKL" in every
    assert "Đơn vị CCTL" in every
    assert "Lập từ mẫu" not in every
    waiting = text_of(agency.office, "/ke-hoach/?xem=cho")
    assert ("Đơn vị CCKL" in waiting, "Đơn vị CCTL" in waiting) == (True, False)
    assert "10/10/2021" in waiting
    assert "Đơn vị CCTL" not in text_of(agency.head, "/ke-hoach/")


def test_spreadsheet_has_a_row_for_each_unit(agency: Agency, campaign: Campaign) -> None:
    make_accepted(agency.unit, agency.head, agency.office)
    answer = client_of(agency.office).get("/ke-hoach/xlsx/")
    head, *rows = load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True)
    assert len(head) == 9
    by_unit = {row[0]: (row[1], row[5]) for row in rows if row[0]}
    assert by_unit["Đơn vị CCKL"] == ("chưa lập", "đã chấp thuận, chưa ban hành")
    assert by_unit["Đơn vị CCTL"] == ("chưa lập", "chưa lập")


def test_plan_is_found_and_the_clause_leads_to_the_list(agency: Agency, campaign: Campaign) -> None:
    plan = make_plan(agency.unit, agency.head, campaign)
    assert f"/ke-hoach/{plan.pk}/" in text_of(agency.office, "/tim/?q=giu vung vung xanh")
    assert f"/ke-hoach/{plan.pk}/" not in text_of(agency.stranger, "/tim/?q=giu vung vung xanh")
    text = PLAN.replace('"news"]', '"news", "unit_plans"]')
    make_campaign(agency.root, agency.office, text=text)
    assert ">Kế hoạch của đơn vị</a>" in text_of(agency.office, f"/phong-trao/{campaign.code}/")


def test_queries_of_the_list_and_of_a_plan_stay_flat(agency: Agency, campaign: Campaign) -> None:
    plan = make_plan(agency.unit, agency.head)
    office = client_of(agency.office)

    def asked(address: str) -> int:
        office.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert office.get(address).status_code == 200
        return len(captured)

    listed, shown = asked("/ke-hoach/"), asked(f"/ke-hoach/{plan.pk}/")
    for number in range(3):
        unit = make_unit(f"DV{number}", agency.root)
        make_plan(unit, make_holder(f"t{number}", Role.UNIT_HEAD, unit), campaign)
        write_plan(plan, {"khach": f"Lần {number}"}, seen=number + 1, actor=agency.head, at=clock(10))
    assert asked("/ke-hoach/") <= listed
    assert asked(f"/ke-hoach/{plan.pk}/") <= shown
