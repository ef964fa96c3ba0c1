"""Presence that a list tells: all or nothing, and withdrawn as if it had never been written."""

import datetime
from types import SimpleNamespace

import pytest

from tests.factories.organization import MONDAY, clock, make_account, make_person, make_place, make_site, make_unit
from tests.factories.presence import new_presence
from vungxanh.audit.models import AuditEvent
from vungxanh.organization.enums import PlaceKind
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.models import Presence, PresenceEvent, PresenceWithdrawal
from vungxanh.screening.operations import (
    ListedStay,
    ListNotKeptError,
    record_list,
    record_presence,
    withdraw_presence,
)
from vungxanh.screening.operations.presence import OF_STAY
from vungxanh.screening.rulebook import PRESENCE

pytestmark = pytest.mark.django_db
RULE = PRESENCE.current().in_force(MONDAY)


@pytest.fixture
def world() -> SimpleNamespace:
    unit = make_unit("CC", make_unit("SO"))
    site = make_site("TS", unit)
    return SimpleNamespace(
        room=make_place("P1", site, kind=PlaceKind.ROOM),
        other_room=make_place("P2", site, kind=PlaceKind.ROOM),
        gate=make_place("C1", site),
        user=make_account("truong"),
        an=make_person(unit, "Lê Thị An").pseudonym,
        binh=make_person(unit, "Trần Văn Bình").pseudonym,
    )


def stays() -> list[tuple[object, ...]]:
    return sorted(Presence.objects.values_list(*OF_STAY), key=str)


def test_list_when_withdrawn_leaves_the_stays_as_if_never_written(world: SimpleNamespace) -> None:
    others = [
        new_presence(world.gate, world.an, clock(7), Direction.IN),
        new_presence(world.other_room, world.an, clock(9), Direction.SEEN, decision=None),
        new_presence(world.gate, world.an, clock(17), Direction.OUT),
    ]
    record_presence(others, actor=None, at=clock(17))
    before = stays()
    listed = [ListedStay(one, world.room, clock(8), clock(10)) for one in (world.an, world.binh)]
    keys = record_list(listed, Means.MEETING_LIST, actor=world.user, at=clock(18))
    assert [row.also_at_id for row in Presence.objects.filter(place_id=world.other_room.pk)] == [world.room.pk]
    both = [key for pair in keys for key in (pair.entry, pair.exit)]
    assert withdraw_presence(both, actor=world.user, at=clock(19)) == 4
    assert withdraw_presence(both, actor=world.user, at=clock(19)) == 0
    assert stays() == before
    assert PresenceEvent.objects.count() == 7
    assert {one.withdrawn_by_id for one in PresenceWithdrawal.objects.all()} == {world.user.pk}
    [said] = AuditEvent.objects.filter(action="screening.withdraw_presence")
    assert (said.detail, said.actor_id) == ({"sightings": 4}, world.user.pk)


def test_list_when_one_line_cannot_be_is_not_kept_at_all(world: SimpleNamespace) -> None:
    listed = [
        ListedStay(world.an, world.room, clock(8), clock(10)),
        ListedStay(world.binh, world.room, clock(8), clock(20)),
    ]
    with pytest.raises(ListNotKeptError):
        record_list(listed, Means.SHIFT_LIST, actor=world.user, at=clock(12))
    assert not PresenceEvent.objects.exists()


def test_list_when_older_than_scans_may_be_is_kept_as_long_as_its_rule_says(world: SimpleNamespace) -> None:
    line = [ListedStay(world.an, world.room, clock(8), clock(10))]
    last = clock(8) + datetime.timedelta(hours=RULE.oldest_list_hours)
    assert RULE.oldest_hours < RULE.oldest_list_hours
    with pytest.raises(ListNotKeptError, match="7 ngày"):
        record_list(line, Means.MEETING_LIST, actor=world.user, at=last + datetime.timedelta(minutes=1))
    assert len(record_list(line, Means.MEETING_LIST, actor=world.user, at=last)) == 1
