"""What a visitor declared: read by the health officer alone, written down, and decided."""

import uuid
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_person, make_site
from tests.factories.risk import clock, make_unit, make_user
from tests.factories.visits import make_invitation, make_visit, said
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import Guest, Plan, register_visit
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
NINE = clock(9)


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
