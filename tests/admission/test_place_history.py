"""Where somebody was: read by oneself and by the health officer, who also reads who else was there."""

import io
from types import SimpleNamespace

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.accounts import make_account
from tests.factories.organization import MONDAY, clock, make_holder, make_person, make_place, make_site, make_unit
from tests.factories.presence import new_presence
from tests.factories.visits import make_visit
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as wall
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.operations import ListedStay, record_list, record_presence

pytestmark = pytest.mark.django_db
IN, OUT, SEEN = Direction.IN, Direction.OUT, Direction.SEEN
NOW = clock(18)


@pytest.fixture
def world() -> SimpleNamespace:
    unit = make_unit("CC", make_unit("SO"))
    site = make_site("TS", unit)
    users = {name: make_account(name) for name in ("an", "binh")}
    return SimpleNamespace(
        unit=unit,
        site=site,
        gate=make_place("C1", site, name="Cổng chính"),
        room=make_place("P1", site, kind=PlaceKind.ROOM, name="Phòng họp 1"),
        users=users,
        an=make_person(unit, "Lê Thị An", user=users["an"]),
        binh=make_person(unit, "Trần Văn Bình", user=users["binh"]),
        health=make_holder("yte", Role.HEALTH_OFFICER, unit),
        head=make_holder("truong", Role.UNIT_HEAD, unit),
    )


@pytest.fixture(autouse=True)
def now() -> object:
    with wall.at(NOW):
        yield


def lived(world: SimpleNamespace) -> None:
    visitor = make_visit(world.site, at=clock(8), full_name="Lý Thị Mai").visitor
    room, gate = world.room, world.gate
    batch = [
        new_presence(gate, world.an.pseudonym, clock(7, 25), IN),
        new_presence(room, visitor.pseudonym, clock(9, 50), SEEN, means=Means.GATE_CODE),
        new_presence(gate, world.an.pseudonym, clock(17), OUT, means=Means.GATE_CODE),
    ]
    record_presence(batch, actor=None, at=clock(17, 30))
    listed = [
        ListedStay(world.an.pseudonym, room, clock(8), clock(10)),
        ListedStay(world.binh.pseudonym, room, clock(8), clock(9, 30)),
    ]
    record_list(listed, Means.MEETING_LIST, actor=None, at=clock(17, 30))


def page(client: Client, user: object, name: str, *args: object, query: str = "") -> object:
    client.force_login(user)  # type: ignore[arg-type]
    return client.get(reverse(name, args=args) + query)


def test_own_page_when_somebody_was_there_names_places_and_nobody_else(client: Client, world: SimpleNamespace) -> None:
    lived(world)
    shown = page(client, world.users["an"], "admission:place_history").content.decode()  # type: ignore[attr-defined]
    for words in ("Phòng họp 1", "08:00–10:00", "Cổng chính", "07:25–17:00", "danh sách dự họp"):
        assert words in shown
    assert "Bình" not in shown
    assert "Mai" not in shown
    assert not AuditEvent.objects.filter(action="admission.read_places").exists()


def test_officer_when_tracing_reads_who_was_there_and_the_look_is_written_down(
    client: Client, world: SimpleNamespace
) -> None:
    lived(world)
    answer = page(client, world.health, "admission:person_places", world.an.pseudonym)
    shown = " ".join(answer.content.decode().split())  # type: ignore[attr-defined]
    for words in ("Trần Văn Bình", "90 phút", "Lý Thị Mai", "nhiều nhất 10 phút"):
        assert words in shown
    looked = AuditEvent.objects.get(action="admission.read_places")
    assert (looked.actor_id, looked.subject_id, looked.is_read) == (world.health.pk, str(world.an.pk), True)


@pytest.mark.parametrize("name", ["admission:person_places", "admission:person_places_xlsx"])
def test_others_when_they_look_are_refused_in_words(client: Client, world: SimpleNamespace, name: str) -> None:
    lived(world)
    for user in (world.head, world.users["binh"]):
        answer = page(client, user, name, world.an.pseudonym)
        assert answer.status_code == 403  # type: ignore[attr-defined]
        assert "Chỉ người đó và cán bộ y tế" in answer.content.decode()  # type: ignore[attr-defined]
    assert not AuditEvent.objects.filter(action="admission.read_places").exists()


def test_spreadsheet_when_tracing_holds_stays_and_everybody_who_was_there(
    client: Client, world: SimpleNamespace
) -> None:
    lived(world)
    answer = page(client, world.health, "admission:person_places_xlsx", world.an.pseudonym)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))  # type: ignore[attr-defined]
    stays, others = book.worksheets
    assert [row[0].value for row in stays.iter_rows(min_row=2)] == ["Phòng họp 1", "Cổng chính"]
    lines = [(row[0].value, row[1].value, row[7].value, row[8].value) for row in others.iter_rows(min_row=2)]
    assert lines == [
        ("Trần Văn Bình", world.binh.staff_code, 90, "có"),
        ("Lý Thị Mai", None, 10, "không, nhiều nhất"),
    ]
    assert AuditEvent.objects.filter(action="admission.read_places").count() == 1


def test_pages_when_there_are_more_days_than_shown_offer_all_that_is_kept(
    client: Client, world: SimpleNamespace
) -> None:
    lived(world)
    with wall.at(clock(18, day=MONDAY.replace(month=10, day=20))):
        later = page(client, world.users["an"], "admission:place_history")
        whole = page(client, world.users["an"], "admission:place_history", query="?tat-ca=1")
    assert "Phòng họp 1" not in later.content.decode()  # type: ignore[attr-defined]
    assert "Phòng họp 1" in whole.content.decode()  # type: ignore[attr-defined]


def test_officer_page_when_stays_and_people_are_many_takes_as_many_queries(
    client: Client, world: SimpleNamespace
) -> None:
    def count() -> int:
        client.force_login(world.health)
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("admission:person_places", args=[world.an.pseudonym]))
        return len(queries)

    lived(world)
    count()
    before = count()
    more = [make_person(world.unit, f"Người {number}") for number in range(3)]
    batch = [
        new_presence(world.room, one.pseudonym, clock(hour), way, decision=None)
        for one in [world.an, *more]
        for hour, way in [(11, IN), (12, OUT), (13, IN), (14, OUT)]
    ]
    record_presence(batch, actor=None, at=clock(17, 30))
    assert count() == before
