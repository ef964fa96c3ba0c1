"""Shifts become presence when the unit says who was there; the roster stays a plan."""

import datetime
from collections.abc import Collection, Iterator
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.meetings import make_meeting
from tests.factories.organization import (
    MONDAY,
    clock,
    make_holder,
    make_person,
    make_place,
    make_roster,
    make_shift,
    make_site,
    make_unit,
)
from tests.factories.presence import new_presence
from tests.races import at_once
from vungxanh.admission.models import MeetingAttendee, ShiftAttendance
from vungxanh.admission.operations import meetings
from vungxanh.admission.operations.retention import erase_lists
from vungxanh.admission.operations.shifts import ShiftError, confirm_shifts
from vungxanh.admission.queries.shifts import all_unconfirmed_days
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as wall
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.organization.models import Person, RosterEntry
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations import record_presence
from vungxanh.screening.queries.co_presence import all_shared
from vungxanh.screening.queries.presence import all_inside, all_stays_of
from vungxanh.screening.rulebook import PLACE_HISTORY

pytestmark = pytest.mark.django_db
TUESDAY = MONDAY + datetime.timedelta(days=1)
MORNING_AFTER = clock(7, day=TUESDAY)


@pytest.fixture
def world() -> SimpleNamespace:
    root = make_unit("SO")
    unit = make_unit("BV", root)
    site = make_site("TS", root)
    gate, post = make_place("C1", site), make_place("T1", site, kind=PlaceKind.FIELD_POST, name="Chốt 1")
    night = make_shift(unit)
    people = [make_person(unit, name) for name in ("Lê Thị An", "Trần Văn Bình")]
    for one in people:
        make_roster(one, MONDAY, unit, shift=night, place=gate)
    return SimpleNamespace(
        root=root,
        unit=unit,
        site=site,
        gate=gate,
        post=post,
        night=night,
        an=people[0],
        binh=people[1],
        head=make_holder("truong", Role.UNIT_HEAD, unit),
        clerk=make_holder("dau-moi", Role.UNIT_CLERK, unit),
        guard=make_holder("baove", Role.GUARD, unit),
    )


def confirm(
    world: SimpleNamespace, *present: Person, absent: Collection[Person] = (), by: object = None, at: object = None
) -> int:
    return confirm_shifts(
        world.unit,
        MONDAY,
        present=[one.pseudonym for one in present],
        absent=[one.pseudonym for one in absent],
        actor=by or world.head,  # type: ignore[arg-type]
        at=at or MORNING_AFTER,  # type: ignore[arg-type]
    )


def stays() -> list[tuple[object, ...]]:
    return sorted(Presence.objects.values_list("subject", "place_id", "entered_at", "left_at"), key=str)


def test_shift_when_confirmed_is_presence_over_midnight_of_those_who_came(world: SimpleNamespace) -> None:
    assert confirm(world, world.an, absent=[world.binh]) == 2
    assert stays() == [(world.an.pseudonym, world.gate.pk, clock(22), clock(6, day=TUESDAY))]
    assert {one.means for one in PresenceEvent.objects.all()} == {Means.SHIFT_LIST}
    kept = {one.subject: one.is_present for one in ShiftAttendance.objects.all()}
    assert kept == {world.an.pseudonym: True, world.binh.pseudonym: False}
    assert AuditEvent.objects.get(action="admission.confirm_shifts").detail == {
        "day": "2021-09-20",
        "present": 1,
        "absent": 1,
    }
    assert all_record_faults() == []


def test_shift_when_confirmed_again_changes_nothing(world: SimpleNamespace) -> None:
    confirm(world, world.an, absent=[world.binh])
    assert confirm(world, world.an, absent=[world.binh], by=world.clerk) == 0
    assert PresenceEvent.objects.count() == 2
    assert AuditEvent.objects.filter(action="admission.confirm_shifts").count() == 1


def test_shift_when_corrected_withdraws_and_adds(world: SimpleNamespace) -> None:
    confirm(world, world.an, absent=[world.binh])
    assert confirm(world, world.binh, absent=[world.an], by=world.clerk) == 2
    assert [row[0] for row in stays()] == [world.binh.pseudonym]
    assert all_record_faults() == []


def test_shift_when_its_roster_changes_afterwards_waits_to_be_confirmed_anew(world: SimpleNamespace) -> None:
    confirm(world, world.an, world.binh)
    RosterEntry.objects.filter(person=world.an).update(place=world.post)
    RosterEntry.objects.filter(person=world.binh).delete()
    assert confirm(world, world.an, absent=[world.binh]) == 2
    assert [row[:2] for row in stays()] == [(world.an.pseudonym, world.post.pk)]


def test_shift_at_a_gate_is_shared_by_those_who_stood_there_and_passes_nobody(world: SimpleNamespace) -> None:
    taps = [(Direction.IN, clock(21, 50)), (Direction.OUT, clock(6, 10, day=TUESDAY))]
    batch = [new_presence(world.gate, world.an.pseudonym, at, way) for way, at in taps]
    record_presence(batch[:1], actor=None, at=clock(22))
    confirm(world, world.an, world.binh)
    assert [row.subject for row in all_inside(world.site.pk, at=MORNING_AFTER)] == [world.an.pseudonym]
    record_presence(batch[1:], actor=None, at=MORNING_AFTER)
    mine = all_stays_of(world.an, first=MONDAY, last=TUESDAY)
    assert [row.also_at_id for row in mine] == [None, None]
    shared = [one for rows in all_shared(mine, at=MORNING_AFTER).values() for one in rows]
    assert [(one.subject, one.minutes) for one in shared] == [(world.binh.pseudonym, 480)]


def test_shifts_when_one_follows_the_other_at_one_place_are_two_stays(world: SimpleNamespace) -> None:
    early = make_shift(world.unit, "SANG", starts=datetime.time(6), ends=datetime.time(14))
    make_roster(world.an, TUESDAY, world.unit, shift=early, place=world.gate)
    confirm(world, world.an, absent=[world.binh])
    at = clock(15, day=TUESDAY)
    confirm_shifts(world.unit, TUESDAY, present=[world.an.pseudonym], absent=[], actor=world.head, at=at)
    assert [row[2:] for row in stays()] == [
        (clock(22), clock(6, day=TUESDAY)),
        (clock(6, day=TUESDAY), clock(14, day=TUESDAY)),
    ]


@pytest.mark.parametrize("case", ["not over", "no place", "too old", "not theirs"])
def test_shift_when_it_cannot_be_confirmed_is_refused_and_nothing_written(world: SimpleNamespace, case: str) -> None:
    given: dict[str, object] = {
        "not over": {"at": clock(5, day=TUESDAY)},
        "too old": {"at": clock(23, day=MONDAY + datetime.timedelta(days=7))},
        "not theirs": {"by": world.guard},
    }.get(case, {})  # type: ignore[assignment]
    if case == "no place":
        RosterEntry.objects.update(place=None)
    error = PermissionDenied if case == "not theirs" else ShiftError
    with pytest.raises(Exception) as raised:  # noqa: PT011  (a list that is too old is refused by what keeps lists)
        confirm(world, world.an, **given)  # type: ignore[arg-type]
    assert case == "too old" or isinstance(raised.value, error)
    assert not ShiftAttendance.objects.exists()
    assert not PresenceEvent.objects.exists()


def test_meeting_during_a_shift_elsewhere_is_named_on_the_sheet(client: Client, world: SimpleNamespace) -> None:
    RosterEntry.objects.update(shift=make_shift(world.unit, "S", starts=datetime.time(6), ends=datetime.time(14)))
    room = make_place("P1", world.site, kind=PlaceKind.ROOM, name="Phòng họp 1")
    meeting = make_meeting(world.unit, room, world.head, world.an)
    meetings.mark_others_present(meeting, actor=world.head, at=clock(9))
    meetings.move_meeting(meeting, "close", actor=world.head, at=clock(11))
    confirm(world, world.an, absent=[world.binh])
    client.force_login(world.head)
    with wall.at(MORNING_AFTER):
        shown = client.get(reverse("shifts:shift_sheet", args=["BV"]) + "?ngay=2021-09-20").content.decode()
    assert "Lê Thị An: Phòng họp 1" in shown


@pytest.mark.django_db(transaction=True)
def test_race_when_two_confirm_at_once_writes_one_stay_each(world: SimpleNamespace) -> None:
    at_once(*(partial(confirm, world, world.an, world.binh, by=user) for user in (world.head, world.clerk)))
    assert (ShiftAttendance.objects.count(), PresenceEvent.objects.count(), Presence.objects.count()) == (2, 4, 2)


def test_days_when_waiting_are_those_that_are_over_and_have_a_place(world: SimpleNamespace) -> None:
    assert all_unconfirmed_days([world.unit.pk], at=clock(5, day=TUESDAY)) == {}
    assert all_unconfirmed_days([world.unit.pk], at=MORNING_AFTER) == {world.unit.pk: [MONDAY]}
    confirm(world, world.an, absent=[world.binh])
    assert all_unconfirmed_days([world.unit.pk], at=MORNING_AFTER) == {}


@pytest.fixture
def morning_after() -> Iterator[None]:
    with wall.at(MORNING_AFTER):
        yield


def test_pages_when_a_head_confirms(client: Client, world: SimpleNamespace, morning_after: None) -> None:
    client.force_login(world.head)
    assert "T2 20/09" in client.get(reverse("shifts:shift_home")).content.decode()
    url = reverse("shifts:shift_sheet", args=["BV"]) + "?ngay=2021-09-20"
    assert client.get(url).content.decode().count("checked") == 2
    shown = [str(one.pseudonym) for one in (world.an, world.binh)]
    client.post(url, {"shown": shown, "present": shown[:1]})
    assert client.get(url).content.decode().count("checked") == 1
    assert [row[0] for row in stays()] == [world.an.pseudonym]
    client.force_login(world.guard)
    assert client.get(url).status_code == 403


def test_sheet_when_longer_takes_as_many_queries(client: Client, world: SimpleNamespace, morning_after: None) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("shifts:shift_sheet", args=["BV"]) + "?ngay=2021-09-20")
        return len(queries)

    client.force_login(world.head)
    confirm(world, world.an, world.binh)
    count()
    before = count()
    more = [make_person(world.unit, f"Người {number}") for number in range(4)]
    for one in more:
        make_roster(one, MONDAY, world.unit, shift=world.night, place=world.gate)
    confirm(world, *more)
    assert count() == before


def test_lists_when_older_than_the_rule_are_erased_and_said_once(world: SimpleNamespace) -> None:
    room = make_place("P1", world.site, kind=PlaceKind.ROOM)
    make_meeting(world.unit, room, world.head, world.an)
    confirm(world, world.an, absent=[world.binh])
    last = MONDAY + datetime.timedelta(days=PLACE_HISTORY.current().in_force(MONDAY).keep_days)
    assert erase_lists(at=clock(1, day=last)) == 0
    assert erase_lists(at=clock(1, day=last + datetime.timedelta(days=1))) == 3
    assert erase_lists(at=clock(2, day=last + datetime.timedelta(days=1))) == 0
    assert (ShiftAttendance.objects.count(), MeetingAttendee.objects.count()) == (0, 0)
    assert AuditEvent.objects.get(action="admission.erase_lists").detail == {"attendees": 1, "shifts": 2}
