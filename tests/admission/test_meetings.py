"""Meetings: called, ticked by several at once, closed into presence, corrected with a trail."""

import uuid
from collections.abc import Iterator
from functools import partial
from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.accounts import make_account
from tests.factories.meetings import make_meeting, plan
from tests.factories.organization import MONDAY, clock, make_holder, make_person, make_place, make_site, make_unit
from tests.factories.presence import new_presence
from tests.factories.visits import make_visit
from tests.races import at_once
from vungxanh.admission.enums import Attendance, MeetingState, SubjectKind
from vungxanh.admission.models import Meeting, MeetingAttendee
from vungxanh.admission.operations import meetings as operations
from vungxanh.admission.operations.meetings import MeetingError
from vungxanh.admission.workflow import MEETING
from vungxanh.audit.models import AuditEvent
from vungxanh.cli.integrity import all_record_faults
from vungxanh.common import clock as wall
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.models import Presence, PresenceEvent, PresenceWithdrawal
from vungxanh.screening.operations import ListNotKeptError, record_presence

pytestmark = pytest.mark.django_db
PRESENT, ABSENT, EXPECTED = Attendance.PRESENT, Attendance.ABSENT, Attendance.EXPECTED


@pytest.fixture
def world() -> SimpleNamespace:
    root = make_unit("SO")
    unit, other = make_unit("CC", root), make_unit("TT", root)
    site = make_site("TS", root)
    users = {name: make_account(name) for name in ("an", "xa")}
    return SimpleNamespace(
        root=root,
        unit=unit,
        site=site,
        gate=make_place("C1", site),
        room=make_place("P1", site, kind=PlaceKind.ROOM, name="Phòng họp 1"),
        other_room=make_place("P2", site, kind=PlaceKind.ROOM, name="Phòng họp 2"),
        head=make_holder("truong", Role.UNIT_HEAD, unit),
        clerk=make_holder("dau-moi", Role.UNIT_CLERK, unit),
        stranger=make_holder("truong-khac", Role.UNIT_HEAD, other),
        users=users,
        an=make_person(unit, "Lê Thị An", user=users["an"]),
        binh=make_person(unit, "Trần Văn Bình"),
        xa=make_person(other, "Đỗ Văn Xa", user=users["xa"]),
    )


@pytest.fixture
def meeting(world: SimpleNamespace) -> Meeting:
    """Called for 8 to 10, with three people on its list."""
    return make_meeting(world.unit, world.room, world.head, world.an, world.binh, world.xa)


def mark(meeting: Meeting, who: object, attendance: Attendance, by: object, at: object = None) -> None:
    subject = who.pseudonym  # type: ignore[attr-defined]
    operations.mark_attendance(meeting, subject, attendance, actor=by, at=at or clock(9))  # type: ignore[arg-type]


def close(meeting: Meeting, by: object, at: object = None) -> Meeting:
    return operations.move_meeting(meeting, "close", actor=by, at=at or clock(11))  # type: ignore[arg-type]


def stays() -> list[tuple[object, ...]]:
    return sorted(Presence.objects.values_list("subject", "place_id", "entered_at", "left_at"), key=str)


def test_list_when_closed_writes_presence_of_those_who_were_there(world: SimpleNamespace, meeting: Meeting) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    mark(meeting, world.binh, ABSENT, world.head)
    assert close(meeting, world.head).state == MeetingState.CLOSED
    assert stays() == [(world.an.pseudonym, world.room.pk, clock(8), clock(10))]
    events = PresenceEvent.objects.all()
    assert {(one.means, one.recorded_by_id) for one in events} == {(Means.MEETING_LIST, world.head.pk)}
    assert Presence.objects.get().is_weak
    assert all_record_faults() == []


def test_list_when_closed_twice_or_again_at_once_writes_once(world: SimpleNamespace, meeting: Meeting) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    close(meeting, world.head)
    close(meeting, world.clerk)
    assert PresenceEvent.objects.count() == 2


def test_list_when_corrected_withdraws_and_adds_and_keeps_the_trail(world: SimpleNamespace, meeting: Meeting) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    mark(meeting, world.binh, PRESENT, world.head)
    close(meeting, world.head)
    operations.move_meeting(meeting, "reopen", actor=world.clerk, at=clock(14))
    mark(meeting, world.binh, ABSENT, world.clerk, clock(14))
    mark(meeting, world.xa, PRESENT, world.clerk, clock(14))
    close(meeting, world.clerk, clock(15))
    assert {row[0] for row in stays()} == {world.an.pseudonym, world.xa.pseudonym}
    assert PresenceEvent.objects.count() == 6
    assert PresenceWithdrawal.objects.filter(withdrawn_by_id=world.clerk.pk).count() == 2
    moves = AuditEvent.objects.filter(action="admission.move_meeting").order_by("pk")
    assert [row.detail["verb"] for row in moves] == ["call", "close", "reopen", "close"]
    assert all_record_faults() == []


def test_list_closed_too_early_and_opened_again_ends_when_the_meeting_ends(
    world: SimpleNamespace, meeting: Meeting
) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    close(meeting, world.head, clock(8, 9))
    assert stays() == [(world.an.pseudonym, world.room.pk, clock(8), clock(8, 9))]
    operations.move_meeting(meeting, "reopen", actor=world.head, at=clock(8, 10))
    assert stays() == []
    close(meeting, world.head, clock(10, 5))
    assert stays() == [(world.an.pseudonym, world.room.pk, clock(8), clock(10))]
    assert all_record_faults() == []


def test_meeting_when_moved_to_another_room_writes_its_presence_there(world: SimpleNamespace, meeting: Meeting) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    close(meeting, world.head)
    operations.move_meeting(meeting, "reopen", actor=world.head, at=clock(12))
    operations.change_meeting(meeting, plan(world.other_room), actor=world.head, at=clock(12))
    assert stays() == []
    close(meeting, world.head, clock(13))
    assert stays() == [(world.an.pseudonym, world.other_room.pk, clock(8), clock(10))]


def test_meeting_when_called_off_withdraws_and_can_be_restored(world: SimpleNamespace, meeting: Meeting) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    close(meeting, world.head)
    operations.move_meeting(meeting, "reopen", actor=world.head, at=clock(12))
    operations.move_meeting(meeting, "cancel", actor=world.head, at=clock(12))
    assert stays() == []
    restored = operations.move_meeting(meeting, "restore", actor=world.head, at=clock(12))
    assert restored.state == MeetingState.DRAFT
    assert MeetingAttendee.objects.get(subject=world.an.pseudonym).attendance == PRESENT


def test_meeting_when_closed_early_ended_then(world: SimpleNamespace, meeting: Meeting) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    close(meeting, world.head, clock(9, 20))
    assert stays() == [(world.an.pseudonym, world.room.pk, clock(8), clock(9, 20))]


def test_code_when_scanned_at_the_door_counts_the_invited_and_others(world: SimpleNamespace, meeting: Meeting) -> None:
    visitor = make_visit(world.site, at=clock(7)).visitor
    early = make_person(world.unit, "Người Sớm")
    taps = [(world.an, clock(7, 31)), (world.binh, clock(8, 5)), (visitor, clock(9)), (early, clock(7, 29))]
    batch = [
        new_presence(world.room, who.pseudonym, at, Direction.SEEN, means=Means.GATE_CODE, decision=None)
        for who, at in taps
    ]
    record_presence(batch, actor=None, at=clock(9))
    mark(meeting, world.binh, ABSENT, world.head)
    close(meeting, world.head)
    kept = {one.subject: one.attendance for one in meeting.attendees.all()}
    assert kept == {
        world.an.pseudonym: PRESENT,
        world.binh.pseudonym: ABSENT,
        world.xa.pseudonym: EXPECTED,
        visitor.pseudonym: PRESENT,
    }
    assert meeting.attendees.get(subject=visitor.pseudonym).kind == SubjectKind.VISITOR


def test_mark_when_sent_again_or_taken_back_is_what_it_says(world: SimpleNamespace, meeting: Meeting) -> None:
    for attendance in (PRESENT, PRESENT, EXPECTED):
        mark(meeting, world.an, attendance, world.head)
    assert meeting.attendees.get(subject=world.an.pseudonym).attendance == EXPECTED
    rows = AuditEvent.objects.filter(action="admission.mark_attendance").order_by("pk")
    assert [(row.detail["was"], row.detail["now"]) for row in rows] == [
        ("EXPECTED", "PRESENT"),
        ("PRESENT", "EXPECTED"),
    ]


@pytest.mark.django_db(transaction=True)
def test_race_when_two_tick_at_once_loses_nothing(world: SimpleNamespace) -> None:
    people = [make_person(world.unit, f"Người {number}") for number in range(8)]
    meeting = make_meeting(world.unit, world.room, world.head, *people)

    def tick(user: object, mine: list[object]) -> None:
        for one in mine:
            mark(meeting, one, PRESENT, user)

    at_once(*(partial(tick, user, people[start::2]) for start, user in enumerate((world.head, world.clerk))))
    assert meeting.attendees.filter(attendance=PRESENT).count() == 8
    assert meeting.attendees.filter(marked_by_id=world.clerk.pk).count() == 4


@pytest.mark.django_db(transaction=True)
def test_race_when_two_close_at_once_writes_presence_once(world: SimpleNamespace) -> None:
    meeting = make_meeting(world.unit, world.room, world.head, world.an)
    mark(meeting, world.an, PRESENT, world.head)
    at_once(*(partial(close, meeting, user) for user in (world.head, world.clerk)))
    assert PresenceEvent.objects.count() == 2


def test_two_meetings_when_at_once_stand_as_a_conflict_of_both_lists(
    client: Client, world: SimpleNamespace, meeting: Meeting
) -> None:
    later = make_meeting(world.unit, world.other_room, world.head, world.an, hours=(9, 11))
    for one in (meeting, later):
        mark(one, world.an, PRESENT, world.head, clock(9, 30))
        close(one, world.head, clock(12))
    assert [row.also_at_id for row in Presence.objects.order_by("entered_at")] == [None, world.room.pk]
    client.force_login(world.head)
    with wall.at(clock(13)):
        shown = [
            client.get(reverse("meetings:meeting_page", args=[one.key])).content.decode() for one in (meeting, later)
        ]
    assert ["Lê Thị An: Phòng họp 2" in shown[0], "Lê Thị An: Phòng họp 1" in shown[1]] == [True, True]


@pytest.mark.parametrize("state", MeetingState)
@pytest.mark.parametrize("verb", sorted({move.verb for move in MEETING.moves if move.start}))
def test_move_when_not_in_the_table_is_refused(
    world: SimpleNamespace, meeting: Meeting, state: MeetingState, verb: str
) -> None:
    closed = {"closed_at": clock(11), "ended_at": clock(10)} if state == MeetingState.CLOSED else {}
    Meeting.objects.filter(pk=meeting.pk).update(state=state, **closed)
    is_same = (state, verb) == (MeetingState.CLOSED, "close")
    if MEETING.allows(state, verb) or is_same:
        moved = operations.move_meeting(meeting, verb, actor=world.head, at=clock(12))
        assert moved.state == (state if is_same else MEETING.find(state, verb).end)
    else:
        with pytest.raises(MeetingError):
            operations.move_meeting(meeting, verb, actor=world.head, at=clock(12))


def test_meeting_when_somebody_else_keeps_it_is_refused(world: SimpleNamespace, meeting: Meeting) -> None:
    for user in (world.stranger, world.users["an"]):
        with pytest.raises(PermissionDenied):
            mark(meeting, world.an, PRESENT, user)
        with pytest.raises(PermissionDenied):
            close(meeting, user)


@pytest.mark.parametrize(
    ("start", "end", "place"),
    [(10, 8, "room"), (8, 8, "room"), (7, 22, "room"), (8, 10, "gate")],
)
def test_plan_when_impossible_is_refused(world: SimpleNamespace, start: int, end: int, place: str) -> None:
    with pytest.raises(MeetingError):
        make_meeting(world.unit, getattr(world, place), world.head, hours=(start, end))
    assert not Meeting.objects.exists()


def test_list_when_not_begun_or_too_old_is_refused_and_nothing_written(
    world: SimpleNamespace, meeting: Meeting
) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    with pytest.raises(MeetingError):
        close(meeting, world.head, clock(7))
    with pytest.raises(ListNotKeptError):
        close(meeting, world.head, clock(11, day=MONDAY.replace(day=28)))
    assert Meeting.objects.get(pk=meeting.pk).state == MeetingState.CALLED
    assert not PresenceEvent.objects.exists()


def test_draft_when_its_page_is_sent_twice_is_one(world: SimpleNamespace) -> None:
    key = uuid.uuid4()
    made = [
        operations.draft_meeting(key, plan(world.room), unit=world.unit, actor=world.head, at=clock(7))
        for _time in range(2)
    ]
    assert made[0].pk == made[1].pk
    assert Meeting.objects.count() == 1


def test_invited_when_listed_again_stay_as_they_are(world: SimpleNamespace, meeting: Meeting) -> None:
    mark(meeting, world.an, PRESENT, world.head)
    again = {world.an.pseudonym: SubjectKind.STAFF}
    assert operations.invite_to_meeting(meeting, again, actor=world.head, at=clock(9)) == 0
    assert meeting.attendees.get(subject=world.an.pseudonym).attendance == PRESENT


@pytest.fixture
def at_nine() -> Iterator[None]:
    with wall.at(clock(9)):
        yield


def test_pages_when_a_head_walks_through_a_meeting(client: Client, world: SimpleNamespace, at_nine: None) -> None:
    visit = make_visit(world.site, at=clock(8))
    client.force_login(world.head)
    given = {
        "key": uuid.uuid4(),
        "title": "Giao ban tuần",
        "unit": "CC",
        "place": "P1",
        "day": "2021-09-20",
        "starts": "08:00",
        "ends": "10:00",
    }
    client.post(reverse("meetings:meeting_add"), given)
    meeting = Meeting.objects.get()
    codes = f"{world.an.staff_code}, {visit.code}\nKHONG-CO"
    answer = client.post(
        reverse("meetings:meeting_invite", args=[meeting.key]), {"unit": "CC", "codes": codes}, follow=True
    )
    assert "KHONG-CO" in answer.content.decode()
    assert meeting.attendees.count() == 3
    client.post(reverse("meetings:meeting_move", args=[meeting.key, "moi-hop"]))
    url = reverse("meetings:meeting_mark", args=[meeting.key])
    fragment = client.post(url, {"mark": f"ABSENT:{world.binh.pseudonym}"}, headers={"HX-Request": "true"})
    assert ["<html" in fragment.content.decode(), "0/3 có mặt" in fragment.content.decode()] == [False, True]
    client.post(url, {"mark": "REST"})
    client.post(reverse("meetings:meeting_move", args=[meeting.key, "chot"]))
    assert Presence.objects.count() == 2
    sheet = client.get(reverse("meetings:meeting_sheet", args=[meeting.key])).content.decode()
    assert ["Lê Thị An" in sheet, "Lý Thị Mai" in sheet] == [True, True]


def test_own_page_when_invited_says_what_the_list_says_and_nothing_of_others(
    client: Client, world: SimpleNamespace, meeting: Meeting, at_nine: None
) -> None:
    client.force_login(world.users["xa"])
    shown = client.get(reverse("meetings:meeting_page", args=[meeting.key])).content.decode()
    assert ["Chưa điểm danh" in shown, "Lê Thị An" in shown] == [True, False]
    operations.move_meeting(meeting, "recall", actor=world.head, at=clock(9))
    assert client.get(reverse("meetings:meeting_page", args=[meeting.key])).status_code == 404
    assert meeting.title not in client.get(reverse("meetings:meeting_list")).content.decode()


def test_page_when_the_list_is_long_takes_as_many_queries(
    client: Client, world: SimpleNamespace, meeting: Meeting, at_nine: None
) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("meetings:meeting_page", args=[meeting.key]))
        return len(queries)

    client.force_login(world.head)
    count()
    before = count()
    more = {make_person(world.unit, f"Người {number}").pseudonym: SubjectKind.STAFF for number in range(5)}
    operations.invite_to_meeting(meeting, more, actor=world.head, at=clock(9))
    assert count() == before


def test_list_when_longer_takes_as_many_queries_to_close(world: SimpleNamespace) -> None:
    def count(people: int) -> int:
        staff = [make_person(world.unit, f"Người {number}") for number in range(people)]
        meeting = make_meeting(world.unit, world.room, world.head, *staff)
        operations.mark_others_present(meeting, actor=world.head, at=clock(9))
        with CaptureQueriesContext(connection) as queries:
            close(meeting, world.head)
        return len(queries)

    assert count(2) == count(12)
