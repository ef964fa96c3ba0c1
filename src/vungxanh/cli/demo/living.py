"""Lets the demonstration agency live: what would happen between two moments, through the product's operations."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from django.db import transaction
from django.db.models import F

from vungxanh.accounts.models import User
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.visits import expire_visits
from vungxanh.admission.submission import Accepted
from vungxanh.cli.demo import (
    adjustments,
    agency,
    declarations,
    directing,
    front_line,
    gates,
    incoming,
    lists,
    material,
    movement,
    papers,
    plans,
    production,
    responses,
    returns,
    reviews,
    self_scores,
    standing,
    targets,
    visitors,
    workdays,
)
from vungxanh.cli.demo.declarations import Planned, batch_moment
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import Event
from vungxanh.cli.demo.people import Employee
from vungxanh.common import clock
from vungxanh.organization.enums import AbsenceKind
from vungxanh.organization.models import Person, Unit
from vungxanh.organization.operations.workdays import WorkdayError, record_absence
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.enums import Cause
from vungxanh.risk.operations import assess_people, assess_zones, check_consistency, prepare_returns
from vungxanh.screening.enums import Window
from vungxanh.screening.models import Declaration, PersonDay
from vungxanh.screening.operations import open_day

ONE_DAY = datetime.timedelta(days=1)
OPENS = datetime.time(4, 30)
PREPARED = datetime.time(14)
LOOKED_THROUGH = datetime.time(15)
ZONES_AT = (datetime.time(8), datetime.time(9, 30), datetime.time(14), datetime.time(18, 45))
Told = Callable[[datetime.datetime], None]


@dataclass(slots=True)
class Life:
    """The people and units of the agency; `left_alone` are accounts whose part somebody plays now."""

    employees: list[Employee] = field(default_factory=agency.all_employees)
    people: dict[str, Person] = field(init=False)
    units: dict[str, Unit] = field(init=False)
    left_alone: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        found = Person.objects.filter(user__isnull=False, merged_into=None).select_related("user")
        self.people = {person.staff_code: person for person in found}
        self.employees = [one for one in self.employees if one.staff_code in self.people]
        self.units = {unit.code: unit for unit in Unit.objects.all()}

    def live(self, after: datetime.datetime, until: datetime.datetime, *, told: Told = lambda _moment: None) -> None:
        """Everything that happens after the one moment up to the other, in order. A day is one transaction."""
        day = after.astimezone(clock.ZONE).date() - ONE_DAY
        while day <= until.date():
            with transaction.atomic():
                for at, happens in self.day(day, after, until):
                    happens()
                    told(at)
            day += ONE_DAY

    def day(self, day: datetime.date, after: datetime.datetime, until: datetime.datetime) -> Iterator[Happening]:
        """What belongs to the day; its night shifts end on the next one."""
        opens = clock.moment(day, OPENS)
        if after < opens <= until:
            yield opens, lambda: self.begin(day, opens)
        if not PersonDay.objects.filter(day=day).exists():
            return
        later = [
            *self.declared(day, until.date()),
            *self.zones(day),
            *self.returned(day),
            *self.visited(day),
            *self.crossed(day, until.date()),
            *self.worked(day),
            *self.moved(day),
            self.looked_through(day),
        ]
        yield from sorted((one for one in later if after < one[0] <= until), key=lambda one: one[0])

    def worked(self, day: datetime.date) -> Iterator[Happening]:
        """What the units and the Office do beside the declarations."""
        everybody = (self.employees, self.people, self.units)
        yield from lists.of_day(day, *everybody, left_alone=self.left_alone)
        yield from directing.of_day(day, self.units, left_alone=self.left_alone)
        yield from front_line.of_day(day, *everybody, left_alone=self.left_alone)
        yield from production.of_day(day, self.units, left_alone=self.left_alone)
        yield from papers.of_day(day, left_alone=self.left_alone)
        yield from incoming.of_day(day, self.units, left_alone=self.left_alone)
        yield from responses.of_day(day, left_alone=self.left_alone)

    def moved(self, day: datetime.date) -> Iterator[Happening]:
        """What belongs to the movement."""
        yield from movement.of_day(day, self.units, left_alone=self.left_alone)
        for part in (plans, self_scores, adjustments, targets, standing, reviews):
            yield from part.of_day(day, left_alone=self.left_alone)

    def begin(self, day: datetime.date, at: datetime.datetime) -> None:
        workdays.keep_roster(self.employees, self.people, self.units, day)
        for first in [day, day + ONE_DAY] if day == material.agency().living_from else [day + ONE_DAY]:
            workdays.record_absences(self.employees, self.people, first, at=at)
        open_day(day, at=at)
        expire_visits(at=at)
        subjects = PersonDay.objects.filter(day=day).values_list("subject", flat=True)
        assess_people(subjects, day=day, at=at, cause=Cause.SCHEDULE)

    def declared(self, day: datetime.date, today: datetime.date) -> Iterator[Happening]:
        """Declarations in groups of some minutes, as if each group came in at once."""
        rows = PersonDay.objects.filter(day=day).select_related("windows").order_by("pk")
        people = {one.pseudonym: one for one in self.people.values() if not self.is_left_alone(one.user)}
        events = self.events(day)
        planned = declarations.plan_of_day(rows, people, {key: event for key, (_one, event) in events.items()})
        for at, group in groupby(planned, key=lambda one: batch_moment(one.at, today)):
            yield at, self.submission(list(group), at)
        for (_code, window), (one, event) in events.items():
            if event.isolation_days and self.people[one.staff_code].user:
                at = clock.moment(day, datetime.time(9, 30 if window == Window.ARRIVAL else 45))
                yield at, self.isolation(self.people[one.staff_code], event, at)

    def is_left_alone(self, user: User | None) -> bool:
        return user is not None and user.username in self.left_alone

    def events(self, day: datetime.date) -> dict[tuple[str, str], tuple[Employee, Event]]:
        places = {(one.unit.code, one.place): one for one in self.employees}
        wanted = [event for event in material.days().event if event.day == day]
        found = [(places[event.unit, event.place], event) for event in wanted]
        return {(one.staff_code, event.window): (one, event) for one, event in found}

    def submission(self, group: list[Planned], at: datetime.datetime) -> Callable[[], None]:
        def happen() -> None:
            outcomes = submit_declarations([one.new for one in group], at=at)
            accepted = [one.declaration_id for one in outcomes if isinstance(one, Accepted) and not one.is_replay]
            # They were declared one by one within these minutes, and each arrived at once.
            Declaration.objects.filter(pk__in=accepted).update(received_at=F("declared_at"))

        return happen

    def isolation(self, person: Person, event: Event, at: datetime.datetime) -> Callable[[], None]:
        def happen() -> None:
            first = event.day + ONE_DAY
            try:
                record_absence(
                    person,
                    kind=AbsenceKind.ISOLATION,
                    first_day=first,
                    last_day=first + datetime.timedelta(days=event.isolation_days - 1),
                    note="Cách ly tại nhà theo hướng dẫn của y tế",
                    document_number="Số mẫu 12/QĐ-MAU",
                    actor=User.objects.get(username="tochuc"),
                    at=at,
                )
            except WorkdayError:
                return

        return happen

    def looked_through(self, day: datetime.date) -> Happening:
        at = clock.moment(day, LOOKED_THROUGH)
        return at, lambda: _look_through(day, at)

    def zones(self, day: datetime.date) -> Iterator[Happening]:
        for time in ZONES_AT:
            at = clock.moment(day, time)
            yield at, lambda at=at: _assess_zones(day, at)  # type: ignore[misc]

    def returned(self, day: datetime.date) -> Iterator[Happening]:
        at = clock.moment(day, PREPARED)
        yield at, lambda: _prepare(day, at)
        for hour in range(8, 22):
            later = clock.moment(day, datetime.time(hour, 25))
            yield later, lambda at=later: returns.answer_unusual(day, at, but_of=self.units_left_alone())  # type: ignore[misc]
            on_map = clock.moment(day, datetime.time(hour, 40))
            yield on_map, lambda at=on_map: returns.update_map_of_unusual(day, at, but_of=self.units_left_alone())  # type: ignore[misc]
        for one in returns.plan_of_day(day, self.units):
            if one.unit.code not in self.units_left_alone():
                yield one.at, lambda one=one: returns.submit(one, day)  # type: ignore[misc]
                if updated := returns.on_map_at(one, day):
                    yield updated, lambda one=one, at=updated: returns.update_map(one.unit, day, one.kind, at)  # type: ignore[misc]

    def visited(self, day: datetime.date) -> Iterator[Happening]:
        """Guests come on working days, to those who are at work."""
        units = {*material.visitors().receiving_units}
        here = set(PersonDay.objects.filter(day=day, expects_arrival=True).values_list("subject", flat=True))
        staff = [one for one in self.employees if not one.is_supplier and not one.shifts]
        receiving = [one for one in staff if one.unit.code in units]
        people = [self.people[one.staff_code] for one in receiving]
        at_work = [person for person in people if person.pseudonym in here]
        host = [one for one in self.people.values() if one.user and one.user.username == visitors.HOST]
        if len(at_work) > len(people) / 3:
            yield from visitors.of_day(day, at_work + host, left_alone=self.left_alone)

    def crossed(self, day: datetime.date, today: datetime.date) -> Iterator[Happening]:
        """Through the gates of the sites that have them."""
        rows = PersonDay.objects.filter(day=day).select_related("windows").order_by("pk")
        people = {one.pseudonym: one for one in self.people.values() if not self.is_left_alone(one.user)}
        yield from gates.of_day(day, rows, people, today=today, left_alone=self.left_alone)

    def units_left_alone(self) -> set[str]:
        heads = [account for account in material.agency().account if account.name in self.left_alone]
        return {account.unit for account in heads if account.place == 0 and not account.roles}


def _look_through(day: datetime.date, at: datetime.datetime) -> None:
    check_consistency(day, at=at)


def _assess_zones(day: datetime.date, at: datetime.datetime) -> None:
    assess_zones([node.id for node in all_tree_on(day)], day=day, at=at)


def _prepare(day: datetime.date, at: datetime.datetime) -> None:
    prepare_returns(day, at=at)
