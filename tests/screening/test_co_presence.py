"""Who was at the same place at the same time, minute by minute; and when all of it is forgotten."""

import datetime
import uuid
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories.organization import MONDAY, clock, make_holder, make_person, make_place, make_site, make_unit
from tests.factories.presence import new_presence
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import Person, Place
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations import erase_presence, record_presence
from vungxanh.screening.queries.co_presence import Shared, all_shared
from vungxanh.screening.queries.presence import all_stays_of
from vungxanh.screening.rulebook import PLACE_HISTORY

pytestmark = pytest.mark.django_db
IN, OUT, SEEN = Direction.IN, Direction.OUT, Direction.SEEN
RULE = PLACE_HISTORY.current().in_force(MONDAY)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def world() -> SimpleNamespace:
    unit = make_unit("CC", make_unit("SO"))
    site = make_site("TS", unit)
    return SimpleNamespace(
        unit=unit,
        gate=make_place("C1", site),
        room=make_place("P1", site, kind=PlaceKind.ROOM),
        other_room=make_place("P2", site, kind=PlaceKind.ROOM),
        post=make_place("T1", site, kind=PlaceKind.FIELD_POST),
        guard=make_holder("baove", Role.GUARD, unit),
        an=make_person(unit, "Lê Thị An"),
        binh=make_person(unit, "Trần Văn Bình"),
        chi=make_person(unit, "Đỗ Thị Chi"),
    )


def seen(place: Place, person: Person, *times: tuple[Direction, datetime.datetime], means: Means = Means.SCAN) -> None:
    batch = [new_presence(place, person.pseudonym, at, way, means=means, decision=None) for way, at in times]
    record_presence(batch, actor=None, at=max(at for _way, at in times))


def together(person: Person, day: datetime.date = MONDAY, **at: datetime.datetime) -> list[tuple[uuid.UUID, int, bool]]:
    stays = all_stays_of(person, first=day - DAY, last=day + DAY)
    shared = all_shared(stays, at=at.get("at", clock(20, day=day)))
    return [(one.subject, one.minutes, one.is_certain) for rows in shared.values() for one in rows]


def test_two_in_a_room_when_both_ends_are_known_share_the_minutes_of_both(world: SimpleNamespace) -> None:
    seen(world.room, world.an, (IN, clock(8)), (OUT, clock(10)))
    seen(world.room, world.binh, (IN, clock(9, 15)), (OUT, clock(11)))
    seen(world.room, world.chi, (IN, clock(10)), (OUT, clock(11)))
    assert together(world.an) == [(world.binh.pseudonym, 45, True)]


def test_two_when_in_different_rooms_or_through_one_gate_share_nothing(world: SimpleNamespace) -> None:
    for place, person in [(world.room, world.an), (world.other_room, world.binh)]:
        seen(world.gate, person, (IN, clock(7)), (OUT, clock(17)))
        seen(place, person, (IN, clock(8)), (OUT, clock(10)))
    assert together(world.an) == []


def test_single_scan_when_the_end_is_unknown_counts_at_most_as_long_as_the_rule_says(world: SimpleNamespace) -> None:
    seen(world.room, world.an, (SEEN, clock(8)))
    seen(world.room, world.binh, (SEEN, clock(8, 20)))
    seen(world.room, world.chi, (SEEN, clock(9)))
    assert RULE.unknown_minutes == 60
    assert together(world.an) == [(world.binh.pseudonym, 40, False)]


def test_entry_when_nobody_saw_the_leaving_counts_until_now(world: SimpleNamespace) -> None:
    seen(world.post, world.an, (IN, clock(8)))
    seen(world.post, world.binh, (IN, clock(10)), (OUT, clock(12)))
    assert together(world.an, at=clock(11)) == [(world.binh.pseudonym, 60, False)]


def test_leaving_when_nobody_saw_the_entry_counts_backwards(world: SimpleNamespace) -> None:
    seen(world.post, world.an, (OUT, clock(12)))
    seen(world.post, world.binh, (IN, clock(11, 30)), (OUT, clock(13)))
    assert together(world.an) == [(world.binh.pseudonym, 30, False)]


def test_night_when_it_began_the_day_before_is_shared_with_the_morning(world: SimpleNamespace) -> None:
    seen(world.post, world.an, (IN, clock(22)), (OUT, clock(6, day=MONDAY + DAY)))
    seen(world.post, world.binh, (IN, clock(5, day=MONDAY + DAY)), (OUT, clock(9, day=MONDAY + DAY)))
    assert together(world.binh) == [(world.an.pseudonym, 60, True)]


def test_somebody_when_there_twice_is_named_once_by_the_longest(world: SimpleNamespace) -> None:
    seen(world.room, world.an, (IN, clock(8)), (OUT, clock(12)))
    seen(world.room, world.binh, (IN, clock(8)), (OUT, clock(8, 10)), (IN, clock(9)), (OUT, clock(11)))
    assert together(world.an) == [(world.binh.pseudonym, 120, True)]


def test_shared_when_stays_and_people_are_many_takes_as_many_queries(world: SimpleNamespace) -> None:
    def count() -> int:
        stays = all_stays_of(world.an, first=MONDAY, last=MONDAY)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found: dict[int, list[Shared]] = all_shared(stays, at=clock(20))
        assert found
        return len(queries)

    seen(world.room, world.an, (IN, clock(8)), (OUT, clock(9)))
    seen(world.room, world.binh, (IN, clock(8)), (OUT, clock(9)))
    before = count()
    for hour in (10, 12, 14):
        for person in (world.an, world.binh, world.chi):
            seen(world.other_room, person, (IN, clock(hour)), (OUT, clock(hour + 1)))
    assert count() == before == 2


def test_presence_when_older_than_the_rule_is_erased_and_said_once(world: SimpleNamespace) -> None:
    last = MONDAY + datetime.timedelta(days=RULE.keep_days)
    seen(world.post, world.an, (IN, clock(22)), (OUT, clock(6, day=MONDAY + DAY)))
    seen(world.post, world.binh, (IN, clock(5, day=MONDAY + DAY)), (OUT, clock(9, day=MONDAY + DAY)))
    assert erase_presence(at=clock(1, day=last)) == 0
    assert erase_presence(at=clock(1, day=last + DAY)) == 2
    assert erase_presence(at=clock(2, day=last + DAY)) == 0
    assert {row.subject for row in Presence.objects.all()} == {world.binh.pseudonym}
    assert {row.subject for row in PresenceEvent.objects.all()} == {world.binh.pseudonym}
    assert AuditEvent.objects.get(action="screening.erase_presence").detail == {"sightings": 2}
    assert all_record_faults() == []


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (lambda world: PresenceEvent.objects.filter(direction=OUT).delete(), "giờ có mặt không có lần quét đã ghi"),
        (lambda world: PresenceEvent.objects.update(place_id=0), "lần quét ở nơi không có"),
        (
            lambda world: Person.objects.filter(pk=world.an.pk).update(pseudonym=uuid.uuid4()),
            "lần quét của người không có trong danh sách",
        ),
    ],
)
def test_integrity_when_presence_points_nowhere_says_so(world: SimpleNamespace, broken: object, words: str) -> None:
    seen(world.room, world.an, (IN, clock(8)), (OUT, clock(9)))
    assert all_record_faults() == []
    broken(world)  # type: ignore[operator]
    assert [one.split(":")[0] for one in all_record_faults()] == [words]
