"""Events kept once, stays computed from all of them: in any order, in any batches, however often they are sent."""

import datetime
import random
import uuid
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.organization import (
    MONDAY,
    clock,
    make_account,
    make_holder,
    make_person,
    make_place,
    make_site,
    make_unit,
)
from tests.factories.presence import new_presence
from tests.races import at_once
from vungxanh.audit.models import AuditEvent
from vungxanh.organization.enums import PlaceKind, Role
from vungxanh.screening.enums import Direction, GateState, Means, PresenceConflict
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations import Kept, NewPresence, NotKept, record_presence
from vungxanh.screening.operations.presence import OF_STAY, compute_stays
from vungxanh.screening.queries.presence import all_conflicts, all_inside, all_stays_of
from vungxanh.screening.rulebook import PRESENCE

pytestmark = pytest.mark.django_db
IN, OUT, SEEN = Direction.IN, Direction.OUT, Direction.SEEN
RULE = PRESENCE.current().in_force(MONDAY)
SECOND = datetime.timedelta(seconds=1)


@pytest.fixture
def gates() -> SimpleNamespace:
    unit = make_unit("CC", make_unit("SO"))
    site, other = make_site("TS", unit), make_site("TRAM", unit)
    return SimpleNamespace(
        unit=unit,
        site=site,
        first=make_place("C1", site),
        second=make_place("C2", site),
        room=make_place("P1", site, kind=PlaceKind.ROOM),
        away=make_place("T1", other),
        guard=make_holder("baove", Role.GUARD, unit),
        person=make_person(unit, "Lê Thị An"),
    )


def stays() -> list[tuple[Any, ...]]:
    return sorted(Presence.objects.values_list(*OF_STAY), key=str)


def test_event_when_sent_again_is_kept_once(gates: SimpleNamespace) -> None:
    new = new_presence(gates.first, gates.person.pseudonym, clock(7, 30), IN, temperature_c=36.6)
    [first] = record_presence([new], actor=gates.guard, at=clock(8))
    [again] = record_presence([new], actor=gates.guard, at=clock(9))
    assert isinstance(first, Kept)
    assert isinstance(again, Kept)
    assert (first.is_replay, again.is_replay, again.event.pk) == (False, True, first.event.pk)
    kept = PresenceEvent.objects.get()
    assert (kept.temperature_c, kept.received_at, kept.recorded_by_id) == ("36.6", clock(8), gates.guard.pk)


def test_event_with_other_content_under_the_same_uuid_is_refused(gates: SimpleNamespace) -> None:
    key = uuid.uuid4()
    one = new_presence(gates.first, gates.person.pseudonym, clock(7, 30), IN, client_uuid=key)
    other = new_presence(gates.first, gates.person.pseudonym, clock(7, 31), IN, client_uuid=key)
    kept, refused = record_presence([one, other], actor=gates.guard, at=clock(8))
    assert (isinstance(kept, Kept), isinstance(refused, NotKept)) == (True, True)
    assert PresenceEvent.objects.get().occurred_at == clock(7, 30)


def test_clock_that_was_wrong_is_corrected_and_shown(gates: SimpleNamespace) -> None:
    days_off = datetime.timedelta(days=2)
    new = new_presence(gates.first, gates.person.pseudonym, clock(7, 30) + days_off, IN, clock_offset=-days_off)
    slow = new_presence(gates.first, uuid.uuid4(), clock(7, 40), IN, clock_offset=80 * SECOND)
    record_presence([new, slow], actor=gates.guard, at=clock(8))
    moments = set(PresenceEvent.objects.values_list("occurred_at", flat=True))
    assert moments == {clock(7, 30), clock(7, 40)}
    [conflict] = all_conflicts([gates.site.pk], first=MONDAY, last=MONDAY, at=clock(9))
    assert (conflict.kind, conflict.device_at) == (PresenceConflict.CLOCK_OFF, clock(7, 30) + days_off)


@pytest.mark.parametrize("offset", [datetime.timedelta(days=2), datetime.timedelta(days=-4)])
def test_moment_that_cannot_be_is_refused(gates: SimpleNamespace, offset: datetime.timedelta) -> None:
    new = new_presence(gates.first, gates.person.pseudonym, clock(7, 30) + offset, IN)
    [outcome] = record_presence([new], actor=gates.guard, at=clock(8))
    assert isinstance(outcome, NotKept)
    assert (PresenceEvent.objects.count(), Presence.objects.count()) == (0, 0)


def test_place_that_is_closed_takes_nobody(gates: SimpleNamespace) -> None:
    gates.first.closed_on = MONDAY
    new = new_presence(gates.first, gates.person.pseudonym, clock(7, 30), IN)
    [outcome] = record_presence([new], actor=gates.guard, at=clock(8))
    assert isinstance(outcome, NotKept)
    assert str(outcome.reason) == "Cổng C1 đã đóng."


def test_who_was_held_is_not_inside_until_let_in(gates: SimpleNamespace) -> None:
    held = new_presence(
        gates.first, gates.person.pseudonym, clock(7, 30), IN, decision=GateState.HOLD, reason="NOT_DECLARED"
    )
    record_presence([held], actor=gates.guard, at=clock(7, 30))
    assert all_inside(gates.site.pk, at=clock(8)) == []
    record_presence(
        [new_presence(gates.first, gates.person.pseudonym, clock(7, 40), IN)], actor=gates.guard, at=clock(7, 40)
    )
    [inside] = all_inside(gates.site.pk, at=clock(8))
    assert inside.entered_at == clock(7, 40)


def test_inside_ends_by_leaving_and_by_the_longest_stay(gates: SimpleNamespace) -> None:
    stays_long, leaves = uuid.uuid4(), uuid.uuid4()
    taps = [(stays_long, IN, clock(7)), (leaves, IN, clock(8)), (leaves, OUT, clock(9))]
    record_presence(
        [new_presence(gates.first, who, at, direction) for who, direction, at in taps], actor=gates.guard, at=clock(9)
    )
    assert [one.subject for one in all_inside(gates.site.pk, at=clock(8, 30))] == [stays_long]
    assert [one.subject for one in all_inside(gates.site.pk, at=clock(10))] == [stays_long]
    tomorrow = clock(10, day=MONDAY + datetime.timedelta(days=1))
    assert all_inside(gates.site.pk, at=tomorrow) == []
    [conflict] = all_conflicts([gates.site.pk], first=MONDAY, last=MONDAY, at=tomorrow)
    assert (conflict.kind, conflict.subject) == (PresenceConflict.NOT_LEFT, stays_long)
    assert all_conflicts([gates.site.pk], first=MONDAY, last=MONDAY, at=clock(10)) == []


def test_conflicts_are_named(gates: SimpleNamespace) -> None:
    twice, out_only, against = uuid.uuid4(), uuid.uuid4(), uuid.uuid4()
    record_presence(
        [
            new_presence(gates.first, twice, clock(7), IN),
            new_presence(gates.away, twice, clock(7, 5), IN),
            new_presence(gates.first, out_only, clock(8), OUT),
            new_presence(gates.first, against, clock(8, 30), IN, rule_decision=GateState.HOLD),
        ],
        actor=gates.guard,
        at=clock(9),
    )
    sites = [gates.site.pk, gates.away.site_id]
    found = {(one.kind, one.subject) for one in all_conflicts(sites, first=MONDAY, last=MONDAY, at=clock(9))}
    assert found == {
        (PresenceConflict.TWO_PLACES, twice),
        (PresenceConflict.NOT_ENTERED, out_only),
        (PresenceConflict.AGAINST_RULE, against),
    }


def test_rights_to_record(gates: SimpleNamespace) -> None:
    user = make_account("an")
    gates.person.user = user
    gates.person.save()
    stranger = make_holder("khac", Role.GUARD, make_unit("KHAC"))
    own = {"means": Means.FIXED_CODE, "decision": None}
    allowed = [new_presence(gates.room, gates.person.pseudonym, None, SEEN, **own)]
    refused = [
        new_presence(gates.room, gates.person.pseudonym, None, SEEN, means=Means.MEETING_LIST),
        new_presence(gates.room, uuid.uuid4(), None, SEEN, **own),
    ]
    assert [type(one) for one in record_presence(allowed + refused, actor=user, at=clock(9))] == [
        Kept,
        NotKept,
        NotKept,
    ]
    assert [type(one) for one in record_presence(refused, actor=stranger, at=clock(9))] == [NotKept, NotKept]
    assert PresenceEvent.objects.count() == 1


def test_batch_is_audited_by_place_and_count(gates: SimpleNamespace) -> None:
    new = [new_presence(gates.first, uuid.uuid4(), clock(7, minute), IN) for minute in range(3)]
    new.append(new_presence(gates.first, uuid.uuid4(), clock(20), IN))
    record_presence([*new, new[0]], actor=gates.guard, at=clock(9))
    row = AuditEvent.objects.get(action="screening.record_presence")
    assert (row.subject_name, row.detail) == ("Cổng C1", {"kept": 3, "again": 1, "refused": 1})


def test_queries_are_flat(gates: SimpleNamespace) -> None:
    def count(rows: int) -> int:
        batch = [new_presence(gates.first, uuid.uuid4(), clock(7, 30), IN) for _ in range(rows)]
        with CaptureQueriesContext(
            connection,
        ) as queries:
            record_presence(batch, actor=gates.guard, at=clock(8))
        return len(queries)

    count(1)
    assert count(1) == count(30)


def test_history_of_a_person_newest_first(gates: SimpleNamespace) -> None:
    who = gates.person.pseudonym
    batch = [
        new_presence(gates.first, who, clock(7), IN),
        new_presence(gates.first, who, clock(11), OUT),
        new_presence(gates.room, who, clock(8), SEEN),
    ]
    record_presence(batch, actor=gates.guard, at=clock(12))
    found = all_stays_of(gates.person, first=MONDAY, last=MONDAY)
    assert [(row.place_id, row.entered_at, row.left_at) for row in found] == [
        (gates.room.pk, clock(8), clock(8)),
        (gates.first.pk, clock(7), clock(11)),
    ]


def test_event_at_the_edge_of_a_stay_leaves_it_whole(gates: SimpleNamespace) -> None:
    """The leaving lies in reach of the new event, the entering does not."""
    who, start = gates.person.pseudonym, clock(0)
    hours = datetime.timedelta(hours=1)
    taps = [(IN, 0), (OUT, 20), (IN, 45), (OUT, 50), (SEEN, 45.5)]
    for direction, hour in taps:
        place = gates.room if direction == SEEN else gates.first
        new = new_presence(place, who, start + hour * hours, direction)
        record_presence([new], actor=None, at=start + 50 * hours)
    rows = Presence.objects.filter(place_id=gates.first.pk).order_by("entered_at")
    assert [(row.entered_at, row.left_at) for row in rows] == [
        (start, start + 20 * hours),
        (start + 45 * hours, start + 50 * hours),
    ]


def recorded_at_once(batches: list[list[NewPresence]], at: datetime.datetime) -> list[bool]:
    """Whether each was a replay, of batches that start in the same moment."""
    recorded = at_once(*(partial(record_presence, batch, actor=None, at=at) for batch in batches))
    return sorted(one.is_replay for batch in recorded for one in batch if isinstance(one, Kept))


@pytest.mark.django_db(transaction=True)
def test_race_of_one_batch_with_itself_keeps_it_once(gates: SimpleNamespace) -> None:
    batch = [new_presence(gates.first, uuid.UUID(int=who), clock(7), IN) for who in range(1, 6)]
    assert recorded_at_once([batch, batch[::-1]], clock(8)) == [False] * 5 + [True] * 5
    assert PresenceEvent.objects.count() == Presence.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_race_of_two_gates_sees_both_taps(gates: SimpleNamespace) -> None:
    people = [uuid.UUID(int=who) for who in range(1, 6)]
    batches = [[new_presence(gates.first, who, clock(7), IN) for who in people]]
    batches.append([new_presence(gates.second, who, clock(17), OUT) for who in people[::-1]])
    assert recorded_at_once(batches, clock(18)) == [False] * 10
    assert set(Presence.objects.values_list("entered_at", "left_at")) == {(clock(7), clock(17))}


TAPS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 3),
        st.sampled_from(["IN", "OUT", "SEEN"]),
        st.one_of(st.integers(0, 200), st.integers(0, 4 * 24 * 3600)),
        st.booleans(),
    ),
    min_size=1,
    max_size=24,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(taps=TAPS, seed=st.integers(0, 10**6))
def test_any_order_batching_and_repetition_gives_the_same_stays(
    gates: SimpleNamespace, taps: list[tuple[int, int, str, int, bool]], seed: int
) -> None:
    """Against the whole: all events known at once, computed in one go."""
    end = clock(0) + datetime.timedelta(days=5)
    places = [gates.first, gates.second, gates.room, gates.away]
    new = [
        new_presence(
            places[place],
            uuid.UUID(int=who + 1),
            clock(0) + second * SECOND,
            Direction(direction),
            decision=(GateState.HOLD if is_held else GateState.ALLOWED) if direction == "IN" else None,
            reason="FEVER" if direction == "IN" and is_held else "",
        )
        for who, place, direction, second, is_held in taps
    ]
    generous = datetime.timedelta(days=5)

    def send(batches: list[list[NewPresence]]) -> list[tuple[Any, ...]]:
        with transaction.atomic():
            for batch in batches:
                record_presence(batch, actor=None, at=end - generous + datetime.timedelta(days=3))
                record_presence(batch, actor=None, at=end)
            found = stays()
            transaction.set_rollback(True)
        return found

    shuffled = random.Random(seed)
    mixed = [*new, *shuffled.choices(new, k=len(new) // 3)]
    shuffled.shuffle(mixed)
    batches: list[list[NewPresence]] = [[]]
    for one in mixed:
        batches[-1].append(one)
        if shuffled.random() < 0.4:
            batches.append([])
    assert send(batches) == send([new])


def test_constraints(gates: SimpleNamespace) -> None:
    record_presence([new_presence(gates.first, gates.person.pseudonym, clock(7), IN)], actor=gates.guard, at=clock(7))
    event, stay = PresenceEvent.objects.get(), Presence.objects.get()

    def again(**more: Any) -> None:
        values = {name: getattr(stay, name) for name in OF_STAY}
        Presence.objects.create(**{**values, "entry_key": uuid.uuid4(), **more})

    wrongs = [
        lambda: again(entry_key=stay.entry_key),
        lambda: again(entered_at=None),
        lambda: again(left_at=clock(6)),
        lambda: PresenceEvent.objects.filter(pk=event.pk).update(direction=OUT),
        lambda: PresenceEvent.objects.filter(pk=event.pk).update(decision=GateState.HOLD),
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()


def test_stays_computed_again_are_the_same_rows(gates: SimpleNamespace) -> None:
    record_presence([new_presence(gates.first, gates.person.pseudonym, clock(7), IN)], actor=gates.guard, at=clock(7))
    before = Presence.objects.get().pk
    compute_stays(list(PresenceEvent.objects.all()), RULE)
    assert Presence.objects.get().pk == before
