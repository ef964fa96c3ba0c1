"""Whoever changes counts at the same time loses none of them and never waits in a ring."""

import datetime
import threading
import time
import uuid
from collections.abc import Callable
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from tests.factories.risk import MONDAY, clock, make_person, make_unit, make_user
from tests.factories.screening import answers, new_declaration
from tests.races import at_once
from vungxanh.admission.operations import declaring, submit_declarations
from vungxanh.admission.submission import correction
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, UnitVersion
from vungxanh.risk.enums import ReturnKind, RiskLevel
from vungxanh.risk.models import TreeDay
from vungxanh.risk.operations import decisions, override_level, submit_return, tree_days, unit_days
from vungxanh.risk.operations.returns import Override
from vungxanh.risk.operations.unit_days import all_differing_units
from vungxanh.screening.enums import Channel, CorrectionReason, Window
from vungxanh.screening.models import Declaration, PersonDay
from vungxanh.screening.operations import open_day

pytestmark = pytest.mark.django_db(transaction=True)
TUESDAY = MONDAY + datetime.timedelta(days=1)
PATIENCE, LONG_ENOUGH = 10.0, 0.7
"""Seconds: for another thread at most, and for it to come as far as it can."""


@pytest.fixture
def world() -> SimpleNamespace:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer")
    root = make_unit("SO", is_reporting_point=False)
    a, b = make_unit("A", root), make_unit("B", root)
    one, other, third = (make_person(unit, name, user=make_user(name)) for unit, name in ((a, "x"), (b, "y"), (b, "z")))
    open_day(MONDAY, at=clock(1))
    head = make_user("truong", Role.UNIT_HEAD, root)
    return SimpleNamespace(a=a, b=b, of_a=one, of_b=other, also_of_b=third, head=head)


def declares(*people: Person, signs: tuple[str, ...] = ()) -> Callable[[], object]:
    news = [new_declaration(one, clock(7), Window.ARRIVAL, *signs) for one in people]
    return lambda: submit_declarations(news, at=clock(7))


class Meeting:
    """The first that has done `name` waits a while; `then` begins something as soon as it waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, where: ModuleType, name: str) -> None:
        self.waits, first, done = threading.Event(), threading.Lock(), getattr(where, name)

        def slow(*given: Any, **more: Any) -> Any:
            is_first, found = first.acquire(blocking=False), done(*given, **more)
            if is_first:
                self.waits.set()
                time.sleep(LONG_ENOUGH)
            return found

        monkeypatch.setattr(where, name, slow)

    def then(self, work: Callable[[], object]) -> Callable[[], object]:
        def go() -> object:
            assert self.waits.wait(PATIENCE)
            return work()

        return go


def test_sums_made_anew_by_one_have_what_the_other_adds(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    UnitVersion.objects.filter(unit=world.a).update(position=3)
    meeting = Meeting(monkeypatch, tree_days, "_make")
    at_once(declares(world.of_a), meeting.then(declares(world.of_b)))
    assert all_differing_units(MONDAY) == {}
    assert TreeDay.objects.get(unit_id=world.b.pk).arrival_missing == 1


def test_return_with_a_decision_beside_a_declaration(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    declares(world.of_b)()
    meeting = Meeting(monkeypatch, unit_days, "note_declared")
    overrides = [Override(world.of_b.pseudonym, RiskLevel.HIGH, "Đã hỏi lại")]
    given = {"day": MONDAY, "kind": ReturnKind.DAILY, "actor": world.head, "at": clock(14), "overrides": overrides}
    at_once(declares(world.of_a, signs=("fever",)), meeting.then(lambda: submit_return(world.b.pk, **given)))
    assert all_differing_units(MONDAY) == {}


def test_correction_in_a_group_beside_a_declaration(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    declares(world.of_b)()
    corrected = correction(
        Declaration.objects.get(),
        world.of_b,
        reason=CorrectionReason.MISTAP,
        note="",
        client_uuid=uuid.uuid4(),
        temperature_c=None,
        answers=answers("fever"),
        attested=True,
        channel=Channel.PAGE,
        actor=world.of_b.user,
    )
    meeting = Meeting(monkeypatch, unit_days, "note_declared")
    group = [new_declaration(world.of_a, clock(7)), corrected]
    at_once(lambda: submit_declarations(group, at=clock(7)), meeting.then(declares(world.also_of_b)))
    assert all_differing_units(MONDAY) == {}


def test_day_opened_for_one_of_a_group_beside_a_declaration(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    PersonDay.objects.filter(subject=world.of_a.pseudonym).delete()
    unit_days.count_anew([MONDAY])
    meeting = Meeting(monkeypatch, declaring, "open_day")
    at_once(declares(world.of_a, world.of_b), meeting.then(declares(world.also_of_b)))
    assert all_differing_units(MONDAY) == {}


def test_unit_renamed_between_the_counts_and_the_zones(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    declares(world.of_b)()
    meeting = Meeting(monkeypatch, decisions, "note_levels")
    decides = {"day": MONDAY, "level": RiskLevel.HIGH, "reason": "Đã hỏi lại", "actor": world.head, "at": clock(9)}
    at_once(
        lambda: override_level(world.of_b.pseudonym, **decides),
        meeting.then(declares(world.of_a, signs=("fever",))),
        meeting.then(lambda: UnitVersion.objects.filter(unit=world.a).update(position=5)),
    )
    assert all_differing_units(MONDAY) == {}


def test_two_days_of_one_person_beside_a_declaration(world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Yesterday's leaving waited on the phone and comes with today's arrival."""
    open_day(TUESDAY, at=clock(1, day=TUESDAY))
    now = clock(7, day=TUESDAY)
    meeting = Meeting(monkeypatch, declaring, "assess_people")
    group = [new_declaration(world.of_a, clock(17), Window.LEAVING), new_declaration(world.of_a, now)]
    sick = [new_declaration(world.of_b, now, Window.ARRIVAL, "fever")]
    at_once(
        lambda: submit_declarations(group, at=now),
        meeting.then(lambda: submit_declarations(sick, at=now)),
    )
    assert all_differing_units(TUESDAY) == {}


def test_sums_that_are_wrong_are_made_anew_with_the_day(world: SimpleNamespace) -> None:
    TreeDay.objects.filter(unit_id=world.a.pk).update(people=7)
    assert all_differing_units(MONDAY) == {world.a.pk: {"people_below": (7, 1)}}
    open_day(MONDAY, at=clock(9))
    declares(world.of_a)()
    assert all_differing_units(MONDAY) == {}
