"""Pages of risk: what is seen, by whom, in which words, what is stored and who is refused."""

import datetime
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.risk import MONDAY, clock, declare, make_person, make_person_day, make_unit, make_user
from tests.risk.conftest import Agency
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as product_clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person
from vungxanh.organization.operations.roles import revoke_delegation
from vungxanh.risk import operations
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import DailyReturn, LevelDecision

ONE = datetime.timedelta(days=1)


@pytest.fixture
def half_past_two() -> Iterator[None]:
    with product_clock.at(clock(14, 30)):
        yield


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("half_past_two")]


def fevered(agency: Agency, person: Person) -> None:
    declare(person, agency.unit, clock(7), has_fever=True, symptom_count=1)
    operations.assess_people([person.pseudonym], day=MONDAY, at=clock(7), cause=Cause.DECLARATION)


def page_for(client: Client, user: User, name: str, *args: object) -> tuple[int, str]:
    client.force_login(user)
    answer = client.get(reverse(f"risk:{name}", args=args))
    return answer.status_code, answer.content.decode()


def test_person_sees_the_sentence_the_head_the_neutral_one_and_others_nothing(client: Client, agency: Agency) -> None:
    own = make_user("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=own)
    fevered(agency, agency.lan)
    health = make_user("yte", Role.HEALTH_OFFICER, agency.root)
    other = make_user("khac", Role.UNIT_HEAD, make_unit("CCTY", agency.root))
    office = make_user("vanphong", Role.OFFICE, agency.root)
    subject = agency.lan.pseudonym
    pages = {
        user.username: page_for(client, user, "person_page", subject)
        for user in (own, health, agency.head, other, office)
    }
    assert [status for status, _ in pages.values()] == [200, 200, 200, 404, 404]
    assert ["Có sốt từ 37,5 °C" in pages[name][1] for name in ("lan", "yte", "truong")] == [True, True, False]
    assert ["Cần ở nhà" in pages[name][1] for name in ("lan", "yte", "truong")] == [False, False, True]
    reads = AuditEvent.objects.filter(action="risk.read_level", is_read=True)
    assert list(reads.values_list("actor_id", flat=True)) == [health.pk]


def test_own_page_says_what_is_not_known(client: Client, agency: Agency) -> None:
    own = make_user("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=own)
    status, html = page_for(client, own, "own_level")
    assert (status, "Chưa được đánh giá" in html) == (200, True)
    fevered(agency, agency.lan)
    status, html = page_for(client, own, "own_level")
    assert "Số mũi vắc-xin" not in html
    assert "<li>Kết quả xét nghiệm còn hiệu lực</li>" in html


def test_own_page_is_not_found_for_a_technical_account(client: Client) -> None:
    assert page_for(client, make_user("quantri"), "own_level")[0] == 404


def test_head_changes_a_level_with_a_reason_only(client: Client, agency: Agency) -> None:
    fevered(agency, agency.lan)
    client.force_login(agency.head)
    address = reverse("risk:level_decide", args=[agency.lan.pseudonym])
    refused = client.post(address, {"level": "LOW", "reason": " "})
    assert (refused.status_code, LevelDecision.objects.count()) == (422, 0)
    assert "Hãy ghi lý do" in refused.content.decode()
    answer = client.post(address, {"level": "LOW", "reason": "Đo lại 36,8 °C"}, follow=True)
    html = answer.content.decode()
    assert (answer.status_code, LevelDecision.objects.get().reason) == (200, "Đo lại 36,8 °C")
    assert "Đơn vị đã đổi mức đề xuất" in html
    assert "Đo lại 36,8 °C" in html


def test_stranger_cannot_decide(client: Client, agency: Agency) -> None:
    fevered(agency, agency.lan)
    client.force_login(make_user("la"))
    assert client.post(reverse("risk:level_decide", args=[agency.lan.pseudonym]), {"level": ""}).status_code == 404
    health = make_user("yte", Role.HEALTH_OFFICER, agency.root)
    client.force_login(health)
    assert client.post(reverse("risk:level_decide", args=[agency.lan.pseudonym]), {"level": ""}).status_code == 403


def test_zone_page_tells_why_and_what_to_do(client: Client, agency: Agency) -> None:
    fevered(agency, agency.lan)
    operations.assess_zones([agency.unit.pk], day=MONDAY, at=clock(9))
    status, html = page_for(client, agency.head, "unit_zone", "CCKL")
    assert status == 200
    assert "Vùng vàng" in html
    assert "Không còn người nguy cơ cao chưa cách ly." in html
    assert "Mọi người phải khai đã khai báo trong ngày." in html
    assert "Kế hoạch bảo đảm Vùng xanh đã được duyệt: chưa có nguồn dữ liệu" in html
    staff = make_user("lan")
    Person.objects.filter(pk=agency.lan.pk).update(user=staff)
    assert page_for(client, staff, "unit_zone", "SNN")[0] == 200
    other = make_user("khac", Role.UNIT_HEAD, make_unit("CCTY", agency.root))
    assert page_for(client, other, "unit_zone", "CCKL")[0] == 404
    assert page_for(client, agency.head, "unit_zone", "KHONG-CO")[0] == 404


def test_return_page_prepares_at_first_look_and_sends(client: Client, agency: Agency) -> None:
    fevered(agency, agency.lan)
    status, html = page_for(client, agency.head, "return_today", "CCKL")
    assert (status, DailyReturn.objects.get().state) == (200, "PREPARED")
    assert "Lan" in html
    subject = str(agency.lan.pseudonym)
    values = {"kind": "DAILY", "note": "", f"{subject}-level": "MEDIUM", f"{subject}-reason": "Đã test âm tính"}
    answer = client.post(reverse("risk:return_page", args=["CCKL", MONDAY]), values, follow=True)
    sent = DailyReturn.objects.get()
    assert (answer.status_code, sent.state, sent.is_on_time) == (200, "SUBMITTED", True)
    assert sent.figures["levels"]["MEDIUM"] == 1
    assert "Đã gửi báo cáo, đúng hạn." in answer.content.decode()


def test_return_page_opened_before_somebody_else_sent_says_so(client: Client, agency: Agency) -> None:
    deputy = make_user("pho", Role.UNIT_DEPUTY, agency.unit)
    address = reverse("risk:return_page", args=["CCKL", MONDAY])
    opened = {}
    for user in (agency.head, deputy):
        _status, page = page_for(client, user, "return_page", "CCKL", MONDAY)
        opened[user] = dict(re.findall(r'name="(seen_\w+)" value="(\d+)"', page))
    client.force_login(agency.head)
    assert client.post(address, {"kind": "DAILY", "note": "Đủ", **opened[agency.head]}).status_code == 302
    client.force_login(deputy)
    second = client.post(address, {"kind": "DAILY", "note": "Đủ", **opened[deputy]})
    assert second.status_code == 422
    assert "trong khi trang này đang mở" in second.content.decode()
    assert DailyReturn.objects.get().submitted_by == agency.head
    read = dict(re.findall(r'name="(seen_\w+)" value="(\d+)"', second.content.decode()))
    assert client.post(address, {"kind": "DAILY", "note": "Thiếu một người", **read}).status_code == 302
    assert DailyReturn.objects.get(state="SUBMITTED").version == 2


def test_return_page_open_when_the_delegation_ends_refuses(client: Client, agency: Agency) -> None:
    delegate = make_user("thay")
    lent = {"role": Role.UNIT_HEAD, "unit": agency.unit, "reason": "Đi học", "made_at": clock(7)}
    made = agency.head.delegations_given.create(delegate=delegate, first_day=MONDAY, last_day=MONDAY, **lent)
    status, page = page_for(client, delegate, "return_page", "CCKL", MONDAY)
    assert (status, "Gửi báo cáo ngày" in page) == (200, True)
    assert "Gửi với tư cách: Thay, thay thủ trưởng đơn vị Truong theo ủy quyền" in page
    revoke_delegation(made, actor=agency.head, at=clock(14, 10))
    answer = client.post(reverse("risk:return_page", args=["CCKL", MONDAY]), {"kind": "DAILY", "note": ""})
    assert answer.status_code == 404
    assert "Anh/chị đã làm thay Truong đến 14:10\xa020/09/2021" in answer.content.decode()
    assert DailyReturn.objects.get().state == "PREPARED"


@pytest.mark.parametrize(("days_over", "is_told"), [(1, True), (8, False)])
def test_page_of_refusal_says_until_when_one_acted(
    client: Client, agency: Agency, days_over: int, is_told: bool
) -> None:
    last = MONDAY - datetime.timedelta(days=days_over)
    lent = {"role": Role.UNIT_HEAD, "unit": agency.unit, "reason": "Đi học", "made_at": clock(7)}
    delegate = make_user("thay")
    agency.head.delegations_given.create(delegate=delegate, first_day=last, last_day=last, **lent)
    status, page = page_for(client, delegate, "return_page", "CCKL", MONDAY)
    assert (status, "Anh/chị đã làm thay Truong đến 19/09/2021" in page) == (404, is_told)
    _status, page = page_for(client, make_user("la"), "return_page", "CCKL", MONDAY)
    assert "làm thay" not in page


@pytest.mark.parametrize(
    ("first_day", "revoked", "is_told"),
    [(-9, clock(9), True), (-9, clock(9) - datetime.timedelta(days=9), False), (-1, clock(9) - 2 * ONE, False)],
    ids=["this morning", "long ago", "before it began"],
)
def test_page_of_refusal_tells_of_a_delegation_that_was_revoked_lately(
    client: Client, agency: Agency, first_day: int, revoked: datetime.datetime, is_told: bool
) -> None:
    delegate = make_user("thay")
    agency.head.delegations_given.create(
        delegate=delegate,
        role=Role.UNIT_HEAD,
        unit=agency.unit,
        first_day=MONDAY + first_day * ONE,
        last_day=MONDAY + 9 * ONE,
        reason="Đi học",
        made_at=clock(7) - 10 * ONE,
        revoked_at=revoked,
    )
    _status, page = page_for(client, delegate, "return_page", "CCKL", MONDAY)
    assert ("Anh/chị đã làm thay Truong" in page) == is_told
    lent = {"role": Role.UNIT_HEAD, "unit": agency.unit, "reason": "Đi học", "made_at": clock(7)}
    agency.head.delegations_given.create(delegate=delegate, first_day=MONDAY, last_day=MONDAY, **lent)
    assert "Anh/chị đã làm thay" not in page_for(client, delegate, "return_page", "KHONG-CO", MONDAY)[1]


def test_return_page_shows_nobody_of_a_unit_below_that_reports_itself(client: Client, agency: Agency) -> None:
    station, own = make_unit("TRAM", agency.unit, is_reporting_point=False), make_unit("HAT", agency.unit)
    for unit, name in ((station, "Người ở trạm"), (own, "Người ở hạt")):
        person = make_person(unit, name)
        make_person_day(person, unit)
        fevered(agency, person)
    _status, html = page_for(client, agency.head, "return_today", "CCKL")
    assert ("Người ở trạm" in html, "Người ở hạt" in html) == (True, False)


def test_return_page_reads_no_returns_of_other_units(client: Client, agency: Agency) -> None:
    client.force_login(agency.head)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(reverse("risk:return_page", args=["CCKL", MONDAY])).status_code == 200
    reads = [one["sql"] for one in seen if one["sql"].startswith("SELECT") and 'FROM "risk_dailyreturn"' in one["sql"]]
    assert len(reads) > 2
    assert [sql for sql in reads if '"risk_dailyreturn"."unit_id"' not in sql.partition("WHERE")[2]] == []


def test_return_page_refuses_an_override_without_reason_and_keeps_nothing(client: Client, agency: Agency) -> None:
    fevered(agency, agency.lan)
    client.force_login(agency.head)
    values = {"kind": "DAILY", f"{agency.lan.pseudonym}-level": "LOW"}
    answer = client.post(reverse("risk:return_page", args=["CCKL", MONDAY]), values)
    assert (answer.status_code, LevelDecision.objects.count(), DailyReturn.objects.count()) == (422, 0, 0)


def test_return_page_asks_for_a_note_when_unusual(client: Client, agency: Agency) -> None:
    client.force_login(agency.head)
    address = reverse("risk:return_page", args=["CCKL", MONDAY])
    answer = client.post(address, {"kind": "UNUSUAL"})
    assert (answer.status_code, DailyReturn.objects.count()) == (422, 0)
    assert "Hãy ghi rõ tình huống bất thường" in answer.content.decode()
    assert client.post(address, {"kind": "NONSENSE"}).status_code == 422


def test_return_page_is_seen_by_the_office_which_may_not_send(client: Client, agency: Agency) -> None:
    office = make_user("vanphong", Role.OFFICE, agency.root)
    fevered(agency, agency.lan)
    status, html = page_for(client, office, "return_today", "CCKL")
    assert (status, "Chỉ thủ trưởng, cấp phó hoặc cán bộ đầu mối" in html, "Lan" in html) == (200, True, False)
    assert client.post(reverse("risk:return_page", args=["CCKL", MONDAY]), {"kind": "DAILY"}).status_code == 403
    other = make_user("khac", Role.UNIT_HEAD, make_unit("CCTY", agency.root))
    assert page_for(client, other, "return_today", "CCKL")[0] == 404


@pytest.mark.parametrize("day", [MONDAY + datetime.timedelta(days=1), "2021-13-45"])
def test_return_page_of_no_day_is_not_found(client: Client, agency: Agency, day: object) -> None:
    client.force_login(agency.head)
    assert client.get(f"/nguy-co/bao-cao/CCKL/{day}/").status_code == 404


def test_return_page_needs_as_many_queries_for_one_person_as_for_three(client: Client, agency: Agency) -> None:
    counts = []
    for people in ([agency.lan], [make_person(agency.unit, name) for name in ("An", "Bình", "Chi")]):
        for person in people:
            if person != agency.lan:
                make_person_day(person, agency.unit)
            fevered(agency, person)
        page_for(client, agency.head, "return_today", "CCKL")
        with CaptureQueriesContext(connection) as captured:
            page_for(client, agency.head, "return_today", "CCKL")
        counts.append(len(captured))
    assert counts[0] == counts[1]
