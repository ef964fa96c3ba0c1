"""No page and no operation of the day reads a table from end to end to which every day adds a row per person."""

import uuid
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from django.db import connection

from tests.access.test_access import TABLE, expected_of, visit
from tests.access.world import DAY, NOW, make_world
from tests.factories.presence import new_presence
from tests.factories.screening import new_declaration
from tests.plans.crowd import FIRST_UNIT, make_crowd
from tests.plans.explain import plan_of, statements, whole_reads
from vungxanh.administration.examination import clock_faults
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.gate import Passing, pass_gate
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock
from vungxanh.common.slices import Slice
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Person, Place
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people
from vungxanh.screening.enums import Direction, Means, Window
from vungxanh.screening.models import Declaration, Presence, PresenceEvent
from vungxanh.screening.operations import record_presence
from vungxanh.screening.queries.co_presence import all_shared
from vungxanh.screening.queries.declarations import newest
from vungxanh.screening.queries.presence import all_stays_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
READ_WHOLE = {
    "risk:consistency_check": "a month of everybody of the agency is looked through at once",
}
"""Addresses that may, and why."""


@pytest.fixture
def world() -> Iterator[SimpleNamespace]:
    with clock.at(NOW):
        made = make_world()
        make_crowd(DAY, made.users["owner"])
        yield made


def faults_of(operation: Callable[[], object]) -> list[str]:
    """After the word that a large table was looked at, which were read whole."""
    with statements() as sent:
        operation()
    return ["read"][: len(sent)] + [fault for statement in sent for fault in whole_reads(statement)]


def test_no_page_reads_a_large_table_whole(world: SimpleNamespace) -> None:
    """Each address that is read, by the first and the last of the visitors whom it lets in: they see least and most."""
    found = {}
    for name in sorted(name for name in set(TABLE) - set(READ_WHOLE) if TABLE[name].get("method", "GET") == "GET"):
        let_in = [visitor for visitor, status in expected_of(name).items() if status not in (401, 403, 404)]
        for visitor in dict.fromkeys((let_in[0], let_in[-1])) if let_in else ():
            if faults := faults_of(lambda name=name, visitor=visitor: visit(name, world, visitor))[1:]:  # type: ignore[misc]
                found[f"{name}, {visitor}"] = faults
    assert found == {}


def test_no_operation_of_the_day_reads_a_large_table_whole(world: SimpleNamespace) -> None:
    found = {name: faults_of(operation) for name, operation in operations(world).items()}
    assert found == {name: ["read"] for name in found}
    assert PresenceEvent.objects.filter(subject=world.person.pseudonym).count() == 3


def operations(world: SimpleNamespace) -> dict[str, Callable[[], object]]:
    """By what they do; in this order, since a retry follows what it repeats."""
    people: list[Person] = [world.users[name].person for name in ("stranger", "head", "health", "office")]
    alone = [new_declaration(people[0], NOW)]
    group = [new_declaration(person, NOW) for person in people[1:]]
    leaving = [new_declaration(people[0], NOW, Window.LEAVING)]
    room = Place.objects.get(kind=PlaceKind.ROOM)
    met = [new_presence(room, one.pseudonym, NOW, Direction.SEEN, decision=None) for one in (world.person, people[0])]

    def go(direction: Direction) -> None:
        passing = Passing(uuid.uuid4(), world.gate, world.person.pseudonym, direction, Means.SCAN)
        pass_gate(passing, actor=world.users["guard"], at=NOW)

    def trace() -> None:
        shared = all_shared(all_stays_of(world.person, first=DAY, last=DAY), at=NOW)
        assert [one.subject for rows in shared.values() for one in rows] == [people[0].pseudonym]

    return {
        "one declares": lambda: submit_declarations(alone, at=NOW),
        "a group declares": lambda: submit_declarations(group, at=NOW),
        "one sends again": lambda: submit_declarations(alone, at=NOW),
        "one comes outside the window": lambda: submit_declarations(leaving, at=NOW),
        "everybody of a group is judged": lambda: assess_people(
            [one.pseudonym for one in people], day=DAY, at=NOW, cause=Cause.DECLARATION
        ),
        "somebody comes in": lambda: go(Direction.IN),
        "somebody goes out": lambda: go(Direction.OUT),
        "two meet in a room": lambda: record_presence(met, actor=None, at=NOW),
        "who met whom": trace,
        "the clock is compared": lambda: clock_faults(at=NOW),
        "own declarations, deep": lambda: Slice.of(
            newest(Declaration.objects.filter(subject=people[0].pseudonym)), by="declared_at", before=_deep(), size=50
        ),
        "the trail": lambda: Slice.of(AuditEvent.objects.all(), by="at", before="", size=50),
        "the trail, deep": lambda: Slice.of(AuditEvent.objects.all(), by="at", before=_deep(), size=50),
    }


def test_tracing_finds_a_room_of_a_day_in_its_index(world: SimpleNamespace) -> None:
    stays = list(Presence.objects.filter(site_id=FIRST_UNIT, day=DAY)[:1])
    with statements() as sent:
        all_shared(stays, at=NOW)
    [plan] = map(plan_of, sent)
    assert "presence_by_place" in plan
    if connection.vendor == "postgresql":
        [condition] = [line for line in plan.splitlines() if "Index Cond" in line]
        assert all(name in condition for name in ("site_id", "day", "place_id"))
    else:
        assert "COVERING INDEX presence_by_place (site_id=? AND day=? AND place_id=?)" in plan


def _deep() -> str:
    middle = AuditEvent.objects.order_by("at", "pk")[3000]
    return f"{middle.at.timestamp():.6f}_{middle.pk}"


def test_whole_read_when_there_is_one_is_found(world: SimpleNamespace) -> None:
    events = PresenceEvent.objects.filter(recorded_by_id=7)
    [_, fault] = faults_of(lambda: list(events))
    assert fault.split(":")[0] == "screening_presenceevent"
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX presenceevent_by_place")
    [_, fault] = faults_of(lambda: list(PresenceEvent.objects.filter(place_id=world.gate.pk)))
    assert fault.split(":")[0] == "screening_presenceevent"
