"""Guests of the demonstration agency: who comes to the head office on a working day, and what becomes of each."""

import datetime
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError

from vungxanh.accounts.models import User
from vungxanh.admission.enums import HostAnswer, VisitRole
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import (
    Guest,
    Plan,
    Said,
    answer_visit,
    invite_visitor,
    move_visit,
    register_visit,
)
from vungxanh.cli.demo import material
from vungxanh.cli.demo.declarations import answers
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import Said as SaidOf
from vungxanh.cli.demo.people import draw, name_of
from vungxanh.common import clock
from vungxanh.organization.enums import PlaceKind, Sex
from vungxanh.organization.models import Person, Place, Site, Unit
from vungxanh.organization.operations.parties import register_party
from vungxanh.organization.tree import all_tree_on
from vungxanh.screening.enums import Window
from vungxanh.screening.rulebook import VISITOR_QUESTIONNAIRE

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-240240240241")
MINUTE = datetime.timedelta(minutes=1)
GUARD, HOST = "baove", "nhanvien"


@dataclass(frozen=True, slots=True)
class Coming:
    """One guest of the day, who asks for `host` at `at`."""

    number: int
    day: datetime.date
    at: datetime.datetime
    host: Person
    chance: random.Random

    @property
    def key(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.day}:{self.number}")

    @property
    def guest(self) -> Guest:
        habit = material.visitors()
        name = name_of(self.chance, self.chance.choice([Sex.FEMALE, Sex.MALE]))
        # Regular guests come again under the same number.
        number = self.chance.randrange(habit.numbers)
        same = draw("visitor", number)
        regular = name_of(same, same.choice([Sex.FEMALE, Sex.MALE]))
        is_regular = self.chance.random() < habit.regular
        phone = _phone(10_000 + number) if is_regular else _phone(20_000 + self.chance.randrange(9999))
        return Guest(regular if is_regular else name, phone, party_name=self.chance.choice(habit.party))


def _phone(number: int) -> str:
    """Of the prefix of the staff, far behind theirs: nobody's number."""
    return f"09905{number:05}"


def register_parties(*, at: datetime.datetime) -> None:
    """Those that the agency of the site knows already; two of them are one, to be merged."""
    site = Site.objects.get(code=material.visitors().site)
    root = all_tree_on(at.astimezone(clock.ZONE).date()).root_of(site.unit_id)
    if root is None:
        return
    agency = Unit.objects.get(pk=root.id)
    for values in material.visitors().outside_party:
        register_party(agency, values=values, actor=None, at=at)


def of_day(day: datetime.date, people: list[Person], *, left_alone: frozenset[str]) -> Iterator[Happening]:
    """Empty on days on which nobody works; `people` are those who receive guests."""
    site = Site.objects.filter(code=material.visitors().site).first()
    guard = User.objects.filter(username=GUARD).first()
    if site is None or guard is None or not people:
        return
    for number in range(material.visitors().a_day):
        yield from _of_guest(_coming(number, day, people), site, guard, left_alone)
    host = next((person for person in people if person.user and person.user.username == HOST), None)
    if host:
        yield from _of_invited(day, site, host)


def _coming(number: int, day: datetime.date, people: list[Person]) -> Coming:
    chance = draw("visit", day, number)
    minute = chance.randrange(15, 520)
    at = clock.moment(day, datetime.time(7, 30)) + minute * MINUTE
    return Coming(number, day, at, chance.choice(people), chance)


def _of_guest(one: Coming, site: Site, guard: User, left_alone: frozenset[str]) -> Iterator[Happening]:
    habit, chance = material.visitors(), one.chance
    said = SaidOf(["cough"], temperature=37.9) if chance.random() < habit.held else SaidOf()
    guest, purpose = one.guest, chance.choice(habit.purpose)
    form = VISITOR_QUESTIONNAIRE.current().in_force(one.day)
    plan = Plan(purpose, one.at, one.host.full_name)
    content = Said(answers(form, Window.ARRIVAL, said), said.temperature)
    yield one.at, lambda: _quietly(lambda: register_visit(one.key, site, guest, plan, content, at=one.at))
    user = one.host.user
    if user is None or user.username in left_alone:
        return
    answered = one.at + chance.uniform(2, 12) * MINUTE
    yield answered, lambda: _answer(one.key, user, guard, answered)
    if GUARD in left_alone:
        return
    admitted = answered + chance.uniform(1, 4) * MINUTE
    yield admitted, lambda: _by_guard(one.key, "admit", guard, admitted)
    left = admitted + chance.uniform(20, 130) * MINUTE
    yield left, lambda: _by_guard(one.key, "leave", guard, left)


def _of_invited(day: datetime.date, site: Site, host: Person) -> Iterator[Happening]:
    """Every day the demonstration's employee expects somebody in the afternoon."""
    habit, chance = material.visitors(), draw("invited", day)
    at = clock.moment(day, datetime.time(8, 40))
    guest = Guest(
        name_of(chance, Sex.FEMALE), f"099300{chance.randrange(9999):04}", party_name=chance.choice(habit.party)
    )
    plan = Plan(chance.choice(habit.purpose), clock.moment(day, datetime.time(15, 30)))
    user = host.user
    if user:
        yield at, lambda: _quietly(lambda: invite_visitor(site, guest, plan, host=host, actor=user, at=at))


def _answer(key: uuid.UUID, user: User, guard: User, at: datetime.datetime) -> None:
    """The host; where two people have that name, the guard calls."""
    visit = Visit.objects.filter(key=key).first()
    if visit:
        by, actor = (VisitRole.HOST, user) if visit.host else (VisitRole.GUARD, guard)
        _quietly(lambda: answer_visit(visit, HostAnswer.CONFIRMED, by=by, actor=actor, at=at))


def _by_guard(key: uuid.UUID, verb: str, guard: User, at: datetime.datetime) -> None:
    """Everybody passes at the first gate of the site."""
    visit = Visit.objects.filter(key=key).select_related("visitor").first()
    if visit:
        gates = Place.objects.filter(site=visit.site_id, kind=PlaceKind.GATE).select_related("site")
        gate = gates.order_by("pk").first()
        _quietly(lambda: move_visit(visit, verb, by=VisitRole.GUARD, actor=guard, at=at, gate=gate))


def _quietly(do: Callable[[], Visit]) -> None:
    """Somebody who plays along may have done it already."""
    try:
        do()
    except ValidationError:
        return
