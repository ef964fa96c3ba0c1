"""A visitor waits for the host's word: who is told when, by rule, and who then answers."""

import datetime
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import make_absence, make_person, make_site
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.factories.visits import make_invitation, make_visit
from vungxanh.admission.enums import HostAnswer, VisitRole
from vungxanh.admission.models import Visit, VisitReminder
from vungxanh.admission.operations.reminders import remind_of_visits
from vungxanh.admission.operations.visits import answer_visit
from vungxanh.admission.rulebook import VISITS
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.notifications.models import Notification
from vungxanh.organization.enums import AbsenceKind, Role
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
RULE = VISITS.current().in_force(MONDAY)
NINE = clock(9)
MINUTE = datetime.timedelta(minutes=1)

# What is known, how many minutes after the visitor declared, and the rows that are due then.
STORIES = [
    ("silent", 9, []),
    ("silent", 10, ["R1"]),
    ("silent", 19, ["R1"]),
    ("silent", 20, ["R1", "R2"]),
    ("silent", 39, ["R1", "R2"]),
    ("silent", 40, ["R1", "R2", "R4"]),
    ("absent", 0, ["R3"]),
    ("absent", 20, ["R1", "R2", "R3"]),
    ("unknown", 9, []),
    ("unknown", 10, ["R5"]),
    ("unknown", 60, ["R5"]),
]


@pytest.fixture
def agency() -> SimpleNamespace:
    """A host in a unit with a head, under an agency with an Office; the guard's site belongs to another unit."""
    root = make_unit("SO")
    unit, other, house = make_unit("CC", root), make_unit("KH", root), make_unit("VP", root)
    host = make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))
    users = {
        "truong": make_user("truong", Role.UNIT_HEAD, unit),
        "pho": make_user("pho", Role.UNIT_DEPUTY, unit),
        "vanphong": make_user("vanphong", Role.OFFICE, root),
        "truongkhac": make_user("truongkhac", Role.UNIT_HEAD, other),
        "baove": make_user("baove", Role.GUARD, house),
    }
    for name, user in users.items():
        make_person(unit if name in ("truong", "pho") else other, f"Người {name}", user=user)
    return SimpleNamespace(site=make_site("VP-1", house), host=host, users={**users, "anh": host.user}, unit=unit)


def waiting(agency: SimpleNamespace, host_name: str = "Nguyễn Thị Ánh", **guest: str) -> Visit:
    return make_visit(agency.site, at=NINE, host_name=host_name, **guest)


def told(visit: Visit) -> list[str]:
    return list(visit.reminders.order_by("code").values_list("code", flat=True))


def page(agency: SimpleNamespace, who: str, at: datetime.datetime) -> str:
    client = Client()
    client.force_login(agency.users[who], BACKEND)
    with clocks.at(at):
        return client.get("/khach-cua-toi/").content.decode()


@pytest.mark.parametrize(("case", "minutes", "rows"), STORIES)
def test_story_of_a_reminder(agency: SimpleNamespace, case: str, minutes: int, rows: list[str]) -> None:
    if case == "absent":
        make_absence(agency.host, AbsenceKind.LEAVE)
    open_day(MONDAY, at=clock(5))
    visit = waiting(agency, "" if case == "unknown" else "Nguyễn Thị Ánh")
    assert remind_of_visits(at=NINE + minutes * MINUTE) == len(rows)
    assert told(visit) == rows


def test_every_row_has_a_story() -> None:
    assert {row for _case, _minutes, rows in STORIES for row in rows} == {one.code for one in RULE.reminder}


def test_reminder_is_given_once_and_written_down(agency: SimpleNamespace) -> None:
    visit = waiting(agency)
    given = [remind_of_visits(at=NINE + minutes * MINUTE) for minutes in (10, 11, 25, 26)]
    assert given == [1, 0, 1, 0]
    events = AuditEvent.objects.filter(action="admission.remind_of_visit").order_by("pk")
    assert [(one.subject_name, one.detail["to"]) for one in events] == [(visit.code, "HOST"), (visit.code, "HEAD")]
    with pytest.raises(IntegrityError, match=r"visitreminder_once|visit_id"), transaction.atomic():
        VisitReminder.objects.create(visit=visit, code="R1", target="HOST", reminded_at=NINE)


def test_nobody_is_told_of_a_visit_that_was_answered_or_invited(agency: SimpleNamespace) -> None:
    answered = waiting(agency)
    answer_visit(answered, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=agency.users["anh"], at=NINE)
    make_invitation(agency.site, agency.host, at=NINE)
    assert remind_of_visits(at=clock(11)) == 0


def test_head_and_office_see_the_visit_when_they_are_told_and_not_before(agency: SimpleNamespace) -> None:
    waiting(agency)
    for minutes, seeing in ((15, set()), (25, {"truong", "pho"}), (45, {"truong", "pho", "vanphong"})):
        at = NINE + minutes * MINUTE
        remind_of_visits(at=at)
        pages = {who: page(agency, who, at) for who in ("truong", "pho", "vanphong", "truongkhac", "baove")}
        assert {who for who, text in pages.items() if "Lý Thị Mai" in text} == seeing
    assert 'vx-count">1<' in pages["vanphong"]
    assert "912345678" not in pages["vanphong"]
    assert "thủ trưởng" in pages["truong"]


def test_head_answers_for_the_host_and_the_visitor_reads_the_reason(agency: SimpleNamespace) -> None:
    visit = waiting(agency)
    client = Client()
    client.force_login(agency.users["truong"], BACKEND)
    path = f"/khach-cua-toi/{visit.code}/khong-tiep/"
    with clocks.at(clock(9, 15)):
        assert client.post(path, {"reason": "Chị Ánh đi công tác"}).status_code == 404
    remind_of_visits(at=clock(9, 20))
    with clocks.at(clock(9, 21)):
        client.post(path, {"reason": "Chị Ánh đi công tác"})
        assert "Chị Ánh đi công tác" in Client().get(f"/khach/luot/{visit.key}/").content.decode()
    visit.refresh_from_db()
    assert (visit.state, visit.host_answered_by_id) == ("REFUSED", agency.users["truong"].pk)
    assert "Lý Thị Mai" not in page(agency, "pho", clock(9, 22))


def test_office_answers_where_nobody_knows_the_host(agency: SimpleNamespace) -> None:
    visit = waiting(agency, "Anh Ba")
    remind_of_visits(at=clock(9, 10))
    answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=agency.users["vanphong"], at=clock(9, 11))
    with pytest.raises(PermissionDenied):
        answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.HOST, actor=agency.users["truongkhac"], at=clock(9, 12))


def test_visitor_and_guard_read_that_the_host_was_reminded(agency: SimpleNamespace) -> None:
    visit = waiting(agency)
    remind_of_visits(at=clock(9, 12))
    client = Client()
    client.force_login(agency.users["baove"], BACKEND)
    with clocks.at(clock(9, 13)):
        assert "09:12" in Client().get(f"/khach/luot/{visit.key}/").content.decode()
        assert "09:12" in client.get("/khach-tai-cong/VP-1/").content.decode()


def test_reminding_more_visits_takes_no_more_queries(agency: SimpleNamespace) -> None:
    def queries(at: datetime.datetime) -> int:
        with CaptureQueriesContext(connection) as seen:
            assert remind_of_visits(at=at)
        return len(seen)

    waiting(agency)
    few = queries(clock(9, 10))
    for number in range(3):
        waiting(agency, full_name=f"Lý Văn {'ABC'[number]}n")
    assert queries(clock(9, 15)) == few


def test_list_of_those_to_answer_takes_no_more_queries(agency: SimpleNamespace) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as seen:
            page(agency, "truong", clock(10))
        return len(seen)

    waiting(agency)
    remind_of_visits(at=clock(9, 30))
    few = queries()
    for number in range(3):
        waiting(agency, full_name=f"Lý Văn {'ABC'[number]}n")
    remind_of_visits(at=clock(9, 30))
    assert queries() == few


def test_each_reminder_reaches_those_whose_turn_it_is_and_names_no_visitor(agency: SimpleNamespace) -> None:
    waiting(agency)
    seen = []
    for minutes in (10, 20, 40):
        remind_of_visits(at=NINE + minutes * MINUTE)
        fresh = Notification.objects.filter(made_at=NINE + minutes * MINUTE)
        seen.append(sorted(fresh.values_list("recipient__username", flat=True)))
    assert seen == [["anh"], ["pho", "truong"], ["vanphong"]]
    texts = set(Notification.objects.values_list("title", "address"))
    site = agency.site.name
    assert texts == {
        (f"Có khách ở {site} đang chờ anh/chị trả lời", "/khach-cua-toi/"),
        (f"Có khách đang chờ ở {site}, người tiếp chưa trả lời: anh/chị trả lời thay được", "/khach-cua-toi/"),
    }


def test_unknown_host_is_asked_of_the_office_alone(agency: SimpleNamespace) -> None:
    waiting(agency, "Anh Ba")
    remind_of_visits(at=clock(9, 10))
    assert [one.recipient.username for one in Notification.objects.all()] == ["vanphong"]
