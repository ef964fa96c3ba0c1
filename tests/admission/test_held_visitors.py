"""What a visitor declared: read by the health officer alone, written down, and decided."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person, make_site
from tests.factories.risk import clock, make_person_day, make_unit, make_user
from tests.factories.visits import make_invitation, make_visit, said
from vungxanh.admission.enums import VisitRole
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import Guest, Plan, declare_visit, move_visit, register_visit
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.risk.models import DailyReturn, UnusualEvent
from vungxanh.risk.operations.returns import ReturnNoteMissingError, submit_return

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
NINE = clock(9)
WORDS = "Một khách của đơn vị bị tạm giữ vì tờ khai, mời người phụ trách y tế."


@pytest.fixture
def agency() -> SimpleNamespace:
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("KHAC")
    host = make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))
    users = {
        "anh": host.user,
        "yte": make_user("yte", Role.HEALTH_OFFICER, root),
        "ytekhac": make_user("ytekhac", Role.HEALTH_OFFICER, other),
        "baove": make_user("baove", Role.GUARD, unit),
        "truong": make_user("truong", Role.UNIT_HEAD, unit),
        "vanphong": make_user("vanphong", Role.OFFICE, root),
        "giamdoc": make_user("giamdoc", Role.DIRECTOR, root),
    }
    return SimpleNamespace(site=make_site("CC-1", unit), host=host, users=users)


def held(agency: SimpleNamespace, **guest: str) -> Visit:
    return make_visit(agency.site, "fever", "cough", at=NINE, host_name="Nguyễn Thị Ánh", **guest)


def ask(agency: SimpleNamespace, who: str, path: str, **given: str) -> Any:
    client = Client()
    client.force_login(agency.users[who], BACKEND)
    with clocks.at(NINE):
        return client.post(path, given, follow=True) if given else client.get(path)


def answers_of(visit: Visit) -> str:
    return f"/khach-tai-cong/CC-1/{visit.code}/to-khai/"


def test_health_officer_reads_the_answers_and_the_look_is_written_down(agency: SimpleNamespace) -> None:
    visit = held(agency)
    page = ask(agency, "yte", answers_of(visit)).content.decode()
    for words in ("Sốt", "Tạm giữ", "912", "đo lại thân nhiệt"):
        assert words in page
    event = AuditEvent.objects.get(action="admission.read_visit_answers")
    assert (event.is_read, event.actor_id, event.subject_name) == (True, agency.users["yte"].pk, visit.code)


def test_places_and_temperature_are_read_as_declared(agency: SimpleNamespace) -> None:
    content = said("fever", temperature_c=38.4)
    guest = Guest("Lý Văn Tám", "0912345679")
    visit = register_visit(uuid.uuid4(), agency.site, guest, Plan("Họp", NINE), content, at=NINE)
    assert "38,4 °C" in ask(agency, "yte", answers_of(visit)).content.decode()


@pytest.mark.parametrize("who", ["anh", "baove", "truong", "vanphong", "giamdoc", "ytekhac"])
def test_nobody_else_reads_them_nor_is_that_written_as_a_look(agency: SimpleNamespace, who: str) -> None:
    visit = held(agency)
    assert ask(agency, who, answers_of(visit)).status_code == 404
    assert ask(agency, who, answers_of(visit), verb="het-giu").status_code == 404
    assert not AuditEvent.objects.filter(action="admission.read_visit_answers").exists()
    assert Visit.objects.get().state == "HELD"


def test_page_of_the_visit_leads_there_for_the_officer_alone(agency: SimpleNamespace) -> None:
    visit = held(agency)
    path = f"/khach-tai-cong/CC-1/{visit.code}/"
    assert answers_of(visit) in ask(agency, "yte", path).content.decode()
    guard = ask(agency, "baove", path).content.decode()
    assert (answers_of(visit) in guard, "Không cho vào" in guard) == (False, True)


def test_invited_visitor_who_declared_nothing_has_nothing_to_read(agency: SimpleNamespace) -> None:
    assert ask(agency, "yte", answers_of(make_invitation(agency.site, agency.host, at=NINE))).status_code == 404


def test_work_list_names_who_is_held_and_counts_them(agency: SimpleNamespace) -> None:
    held(agency)
    make_visit(agency.site, at=NINE, full_name="Lý Văn Tám")
    page = ask(agency, "yte", "/khach-tam-giu/").content.decode()
    assert ("Lý Thị Mai" in page, "Lý Văn Tám" in page, 'vx-count">1<' in page) == (True, False, True)
    assert "Sốt" not in page
    assert "Lý Thị Mai" not in ask(agency, "ytekhac", "/khach-tam-giu/").content.decode()
    assert ask(agency, "baove", "/khach-tam-giu/").status_code == 404


@pytest.mark.parametrize(
    ("verb", "reason", "state"),
    [("het-giu", "", "WAITING"), ("khong-cho-vao", "Mời đến hôm khác", "REFUSED"), ("khong-cho-vao", " ", "HELD")],
)
def test_officer_decides(agency: SimpleNamespace, verb: str, reason: str, state: str) -> None:
    visit = held(agency)
    page = ask(agency, "yte", answers_of(visit), verb=verb, reason=reason).content.decode()
    visit.refresh_from_db()
    assert visit.state == state
    assert state != "HELD" or "lý do" in page


def test_visitor_reads_politely_what_being_held_means(agency: SimpleNamespace) -> None:
    visit = held(agency)
    with clocks.at(NINE):
        page = Client().get(f"/khach/luot/{visit.key}/").content.decode()
    assert ("Tạm giữ" in page, "chưa phải là từ chối" in page, "Sốt" in page) == (True, True, False)


def test_work_list_takes_no_more_queries(agency: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            ask(agency, "yte", "/khach-tam-giu/")
        return len(seen)

    held(agency)
    few = queries()
    for number in range(3):
        held(agency, full_name=f"Lý Văn {'ABC'[number]}n")
    assert queries() == few


# --- What cannot wait for the daily return ----------------------------------------------------------------------------


def told() -> list[tuple[str, str]]:
    return list(UnusualEvent.objects.order_by("pk").values_list("unit__code", "says"))


def test_guest_who_is_held_opens_an_unusual_return_of_the_host_without_a_name(agency: SimpleNamespace) -> None:
    gate = make_site("CONG", make_unit("VP", None))
    visit = make_visit(gate, "fever", "cough", at=NINE, host_name="Nguyễn Thị Ánh")
    assert (visit.host, told()) == (None, [("VP", WORDS)])
    invited = make_invitation(agency.site, agency.host, at=NINE)
    guest, plan = Guest("Hoàng Văn Nam", "0987654321"), Plan("Họp", NINE)
    for _again in range(2):
        declare_visit(invited, guest, plan, said("fever"), at=clock(9, 5))
    assert told() == [("VP", WORDS), ("CC", WORDS)]
    opened = UnusualEvent.objects.get(unit__code="CC").opened
    assert (opened.cause, opened.opened_at, opened.due_at) == (WORDS, clock(9, 5), clock(10, 5))


def test_second_guest_joins_the_return_that_is_open_and_one_who_is_let_in_opens_none(agency: SimpleNamespace) -> None:
    make_visit(agency.site, at=NINE, host_name="Nguyễn Thị Ánh")
    assert told() == []
    held(agency)
    held(agency, full_name="Lý Văn Tám", phone="0912345679")
    assert told() == [("CC", WORDS)] * 2
    assert DailyReturn.objects.count() == 1


def test_host_who_is_counted_elsewhere_today_brings_it_there(agency: SimpleNamespace) -> None:
    other = make_unit("BIET-PHAI")
    make_person_day(agency.host, other)
    held(agency)
    assert told() == [("BIET-PHAI", WORDS)]


@pytest.mark.parametrize("verb", ["release", "refuse"])
def test_return_stays_and_wants_its_outcome_whatever_becomes_of_the_guest(agency: SimpleNamespace, verb: str) -> None:
    visit, officer, head = held(agency), agency.users["yte"], agency.users["truong"]
    move_visit(visit, verb, by=VisitRole.HEALTH_OFFICER, actor=officer, at=clock(9, 10), reason="Mời đến hôm khác")
    [opened] = DailyReturn.objects.all()
    assert (opened.kind, opened.state, told()) == ("UNUSUAL", "PREPARED", [("CC", WORDS)])
    given = {"day": opened.day, "kind": opened.kind, "actor": head, "at": clock(9, 20)}
    with pytest.raises(ReturnNoteMissingError):
        submit_return(opened.unit_id, note=" ", **given)
    assert submit_return(opened.unit_id, note="Đã mời khách về, hẹn ngày khác", **given).is_on_time


def test_guard_who_holds_a_guest_by_own_decision_opens_nothing(agency: SimpleNamespace) -> None:
    visit = make_visit(agency.site, at=NINE, host_name="Nguyễn Thị Ánh")
    move_visit(visit, "hold", by=VisitRole.GUARD, actor=agency.users["baove"], at=NINE, reason="Chờ giấy giới thiệu")
    assert told() == []
