"""Whatever is sent at once, again or grouped: a uuid means one content, a window one declaration."""

import threading
import time
import uuid
from collections.abc import Sequence
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories.risk import MONDAY, clock, make_person, make_unit, make_user
from tests.factories.screening import new_declaration
from tests.races import at_once
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, NewDeclaration
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Unit
from vungxanh.risk.models import LevelDecision
from vungxanh.risk.operations import unit_days
from vungxanh.risk.operations.decisions import override_level
from vungxanh.risk.operations.unit_days import all_differing_units
from vungxanh.screening.enums import Window
from vungxanh.screening.models import AcceptedUuid, Declaration, PersonDay

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def person(unit: Unit) -> Person:
    return make_person(unit, "Nguyễn Thị Ánh", user=make_user("anh"))


def submitted_at_once(batches: Sequence[Sequence[NewDeclaration]]) -> list[str]:
    """The kinds of all outcomes, sorted, of batches that start in the same moment."""
    outcomes = at_once(*(partial(submit_declarations, batch, at=clock(7)) for batch in batches))
    return sorted(type(one).__name__ for batch in outcomes for one in batch)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("same_uuid", [True, False])
def test_race_when_two_at_once_leaves_one(person: Person, same_uuid: bool) -> None:
    first = new_declaration(person, clock(7))
    uuids = [first.client_uuid, first.client_uuid if same_uuid else uuid.uuid4()]
    kinds = submitted_at_once([[new_declaration(person, clock(7), client_uuid=one)] for one in uuids])
    assert kinds == (["Accepted", "Accepted"] if same_uuid else ["Accepted", "Refused"])
    assert Declaration.objects.count() == AcceptedUuid.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_race_when_two_people_take_one_uuid_keeps_the_others_of_both_batches(unit: Unit) -> None:
    """The two meet in the key of the uuid only: the batch that was second is halved down to the one that clashes."""
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(6)]
    shared = uuid.uuid4()
    batches = [
        [new_declaration(one, clock(7), **({"client_uuid": shared} if one is part[1] else {})) for one in part]
        for part in (people[:3], people[3:])
    ]
    assert submitted_at_once(batches) == ["Accepted"] * 5 + ["Refused"]
    assert Declaration.objects.count() == AcceptedUuid.objects.count() == 5


@pytest.mark.django_db(transaction=True)
def test_race_when_two_batches_share_people_keeps_each_once(unit: Unit) -> None:
    people = [make_person(unit, f"Người {i}", user=make_user(f"n{i}")) for i in range(6)]
    batches = [[new_declaration(one, clock(7)) for one in order] for order in (people, people[::-1])]
    assert submitted_at_once(batches) == ["Accepted"] * 6 + ["Refused"] * 6
    assert Declaration.objects.count() == PersonDay.objects.filter(arrival_id__isnull=False).count() == 6


SENDING = st.tuples(st.sampled_from([uuid.UUID(int=n) for n in range(3)]), st.sampled_from(Window), st.booleans())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(SENDING, min_size=1, max_size=3), min_size=1, max_size=4))
def test_submit_however_often_and_grouped_keeps_each_once(
    person: Person, batches: list[list[tuple[uuid.UUID, Window, bool]]]
) -> None:
    with transaction.atomic():
        first: dict[uuid.UUID, tuple[Window, bool]] = {}
        for batch in batches:
            news = [_sent(person, *one) for one in batch]
            for one, outcome in zip(batch, submit_declarations(news, at=clock(15, 30)), strict=True):
                if isinstance(outcome, Accepted):
                    assert outcome.is_replay == (one[0] in first)
                    assert first.setdefault(one[0], one[1:]) == one[1:]
                else:
                    assert one[0] in first or one[1] in {window for window, _fever in first.values()}
        kept = dict(Declaration.objects.values_list("client_uuid", "window"))
        assert kept == {key: window for key, (window, _fever) in first.items()}
        assert len(set(kept.values())) == len(kept) == AcceptedUuid.objects.count()
        transaction.set_rollback(True)


def _sent(person: Person, client_uuid: uuid.UUID, window: Window, fever: bool) -> NewDeclaration:
    at = clock(14, 50) if window == Window.ARRIVAL else clock(15, 10)
    return new_declaration(person, at, window, *(["fever"] if fever else []), client_uuid=client_uuid)


@pytest.mark.django_db(transaction=True)
def test_race_when_the_head_decides_while_the_person_declares_leaves_both(
    person: Person, unit: Unit, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head comes when the declaration has locked the counts of the unit: that one has locked the person before."""
    head = make_user("truong", Role.UNIT_HEAD, unit)
    submit_declarations([new_declaration(person, clock(7))], at=clock(7))
    counted = threading.Event()
    note = unit_days.note_declared

    def note_and_wait(*given: Any, **more: Any) -> None:
        note(*given, **more)
        counted.set()
        time.sleep(0.5)

    def decide() -> None:
        assert counted.wait(20)
        override_level(person.pseudonym, day=MONDAY, level="HIGH", reason="Mới đi xa về", actor=head, at=clock(17))

    monkeypatch.setattr(unit_days, "note_declared", note_and_wait)
    leaving = new_declaration(person, clock(17), Window.LEAVING)
    outcomes = at_once(partial(submit_declarations, [leaving], at=clock(17)), decide)
    assert [type(one) for one in outcomes[0] or []] == [Accepted]
    assert all_differing_units(MONDAY) == {}
    assert LevelDecision.objects.count() == 1
