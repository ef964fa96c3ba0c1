"""The trail for administrators, and the list of those who read one's own health data."""

import datetime
import re

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.accounts import make_account
from tests.factories.risk import make_person, make_unit
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.audit.operations import record
from vungxanh.common.clock import moment
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, RoleAssignment, Unit

pytestmark = pytest.mark.django_db
TRAIL, OWN = "/nhat-ky/", "/nhat-ky/ai-da-xem/"
DAY = datetime.date(2021, 9, 20)
NOON = moment(DAY, datetime.time(12))


def browser_of(user: User) -> Client:
    client = Client()
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    return client


@pytest.fixture
def agency() -> Unit:
    return make_unit("SNN")


@pytest.fixture
def admin(agency: Unit) -> User:
    user = make_account("quantri", full_name="Quản Trị")
    RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, unit=agency, valid_from="2021-01-01")
    return user


def add(actor: User | None, subject: object, *, at: datetime.datetime = NOON, **more: object) -> AuditEvent:
    action = more.pop("action", "risk.submit_return")
    return record(str(action), actor=actor, at=at, subject=subject, **more)


def shown(client: Client, **query: str) -> list[int]:
    return [event.pk for event in client.get(TRAIL, query).context["slice"].rows]


def test_trail_finds_by_actor_subject_action_day_and_kind(admin: User) -> None:
    lan = make_account("lan", full_name="Nguyễn Thị Lan")
    one = add(lan, ("risk.dailyreturn", 1), subject_name="Chi cục Kiểm lâm")
    two = add(None, ("x", 2), at=NOON + datetime.timedelta(days=1), action="admission.read_declarations", is_read=True)
    client = browser_of(admin)
    assert shown(client, actor="Thị Lan") == [one.pk]
    assert shown(client, subject="Kiểm lâm") == [one.pk]
    assert shown(client, action="admission.read_declarations") == [two.pk]
    assert shown(client, first="2021-09-20", last="2021-09-20") == [one.pk]
    assert shown(client, first="2021-09-21", last="2021-09-21") == [two.pk]
    assert shown(client, only_reads="on") == [two.pk]


def test_unreadable_wish_is_no_wish(admin: User) -> None:
    add(None, ("x", 1))
    query = {"first": "2021-13-45", "last": "x", "action": "nothing.of_that_kind", "before": "x_y"}
    assert len(shown(browser_of(admin), **query)) == AuditEvent.objects.count()


def test_trail_is_read_by_key_to_its_end_each_event_once(admin: User) -> None:
    """The trail grows meanwhile; many events share one moment."""
    AuditEvent.objects.bulk_create(
        AuditEvent(at=NOON, action="accounts.sign_in", subject_type="x", subject_id=str(n)) for n in range(120)
    )
    client, seen, before = browser_of(admin), [], ""
    expected = set(AuditEvent.objects.values_list("pk", flat=True))
    for _ in range(9):
        found = client.get(TRAIL, {"before": before} if before else {}).context["slice"]
        seen += [event.pk for event in found.rows]
        add(None, ("x", "newer"), at=NOON + datetime.timedelta(days=4000))
        before = found.next_before
        if not before:
            break
    assert len(seen) == len(set(seen))
    assert set(seen) == expected


def test_administrator_of_a_unit_sees_its_events_only(agency: Unit) -> None:
    a, b = make_unit("A", agency), make_unit("B", agency)
    user = make_account("quantri.a")
    RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, unit=a, valid_from="2021-01-01")
    mine = add(None, ("x", 1), unit_id=a.pk)
    add(None, ("x", 2), unit_id=b.pk)
    add(None, ("x", 3))
    assert shown(browser_of(user)) == [mine.pk]


def test_trail_shows_no_level_of_anybody(admin: User) -> None:
    detail = {"proposed": "VERY_HIGH", "level": "LOW", "version": 7, "items": ["5K"]}
    add(None, ("x", 1), action="risk.override_level", detail=detail)
    page = browser_of(admin).get(TRAIL).content.decode()
    assert ("VERY_HIGH" in page, "phiên bản:</span> 7" in page) == (False, True)
    # On a phone a cell lays out its parts side by side: the detail is one part.
    assert re.search(r'data-label="Chi tiết">\s*<div>', page)


def test_trail_is_refused_to_everybody_else(agency: Unit) -> None:
    user = make_account("truong")
    RoleAssignment.objects.create(user=user, role=Role.DIRECTOR, unit=agency, valid_from="2021-01-01")
    assert browser_of(user).get(TRAIL).status_code == 403
    assert Client().get(TRAIL).status_code == 302


@pytest.mark.parametrize("events", [1, 3])
def test_trail_takes_the_same_queries_for_one_and_three_events(admin: User, events: int) -> None:
    client = browser_of(admin)
    for number in range(events):
        add(admin, ("y", number), action="accounts.set_language")
    with CaptureQueriesContext(connection) as queries:
        assert len(shown(client, action="accounts.set_language")) == events
    assert len([q for q in queries if "audit_auditevent" in q["sql"]]) == 1


# --- Who read my health data -----------------------------------------------------------------------------------------


def make_reader(agency: Unit) -> tuple[User, Person, User]:
    lan, officer = make_account("lan"), make_account("yte", full_name="Cán Bộ Y Tế")
    return lan, make_person(agency, "lan", user=lan), officer


def readings(client: Client) -> list[tuple[str, str]]:
    events = client.get(OWN).context["slice"].rows
    return [(event.actor_name, event.subject_id) for event in events]


def test_everybody_sees_who_read_own_data_and_nobody_elses(agency: Unit) -> None:
    lan, person, officer = make_reader(agency)
    other = make_person(agency, "binh", user=make_account("binh"))
    for subject in (person, other):
        add(officer, subject, action="admission.read_declarations", is_read=True)
    assert readings(browser_of(lan)) == [("Cán Bộ Y Tế", str(person.pk))]
    assert readings(browser_of(officer)) == []


def test_own_look_and_other_deeds_are_no_readings(agency: Unit) -> None:
    lan, person, officer = make_reader(agency)
    add(lan, person, action="admission.read_declarations", is_read=True)
    add(officer, person, action="risk.confirm_level")
    assert readings(browser_of(lan)) == []


def test_technical_account_has_no_readings(agency: Unit) -> None:
    assert readings(browser_of(make_account("robot"))) == []
