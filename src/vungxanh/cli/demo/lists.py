"""Meetings and shifts of the demonstration agency, through the operations that a head and the Office use."""

import datetime
import random
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.admission.enums import Attendance, MeetingState, SubjectKind
from vungxanh.admission.models import Meeting
from vungxanh.admission.operations import meetings as operations
from vungxanh.admission.operations.shifts import confirm_shifts
from vungxanh.admission.queries.shifts import all_shift_lines
from vungxanh.cli.demo import material
from vungxanh.cli.demo.declarations import MINUTE
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import ShiftPlace, WeeklyMeeting
from vungxanh.cli.demo.people import Employee, draw
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Person, Place, Site, Unit
from vungxanh.organization.operations.places import open_place
from vungxanh.screening.models import PersonDay

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-240240240243")
ONE_DAY = datetime.timedelta(days=1)


def open_rooms(*, at: datetime.datetime) -> None:
    for one in material.lists().room:
        site = Site.objects.get(code=one.site)
        open_place(one.code, site=site, name=one.name, kind=PlaceKind.ROOM, actor=None, at=at)


def of_day(
    day: datetime.date,
    employees: Sequence[Employee],
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    *,
    left_alone: frozenset[str],
) -> Iterator[Happening]:
    """Drafts for tomorrow, the meetings of today, and the shifts of the days before that are confirmed now."""
    for number, weekly in enumerate(material.lists().meeting):
        unit = units[weekly.unit]
        actor = _head(unit, day, left_alone)
        if actor is None:
            continue
        for of in (day, day + ONE_DAY):
            if of.weekday() == weekly.weekday:
                invited = [people[one.staff_code] for one in employees if _is_invited(one, weekly)]
                yield from _Held(number, weekly, of, unit, actor, invited).happenings(day)
    for one in material.lists().shift:
        if actor := _head(units[one.unit], day, left_alone):
            yield _confirmation(one, units[one.unit], day, actor)


def _head(unit: Unit, day: datetime.date, left_alone: frozenset[str]) -> User | None:
    heads = roles.holders(roles.HEADS, unit.pk, on=day)
    return next((user for user in heads if user.username not in left_alone), None)


def _is_invited(one: Employee, weekly: WeeklyMeeting) -> bool:
    is_staff = not one.is_supplier and not one.shifts
    is_head = one.place == 0 and one.unit.parent == material.agency().code
    return is_staff and (one.unit.code in weekly.invited or (weekly.heads and is_head))


@dataclass(frozen=True, slots=True)
class _Held:
    """One meeting on one day. Each step does nothing where it was done before, or where somebody did otherwise."""

    number: int
    weekly: WeeklyMeeting
    of: datetime.date
    unit: Unit
    actor: User
    invited: Sequence[Person]

    @property
    def key(self) -> uuid.UUID:
        return uuid.uuid5(NAMESPACE, f"{self.of}:{self.number}")

    def happenings(self, day: datetime.date) -> Iterator[Happening]:
        rule = material.lists()
        if self.of != day:
            drafted = clock.moment(day, rule.drafted)
            yield drafted, lambda: self.draft(drafted)
            return
        called = clock.moment(day, rule.called)
        marked = clock.moment(day, self.weekly.starts) + rule.marked_after * MINUTE
        closed = clock.moment(day, self.weekly.ends) + rule.closed_after * MINUTE
        yield called, lambda: self.call(called)
        yield marked, lambda: self.mark(marked)
        yield closed, lambda: self.close(closed)

    def draft(self, at: datetime.datetime) -> None:
        place = Place.objects.select_related("site").get(code=self.weekly.place)
        begins, ends = clock.moment(self.of, self.weekly.starts), clock.moment(self.of, self.weekly.ends)
        plan = operations.MeetingPlan(self.weekly.title, place, begins, ends)
        meeting = operations.draft_meeting(self.key, plan, unit=self.unit, actor=self.actor, at=at)
        if meeting.state == MeetingState.DRAFT:
            subjects = {one.pseudonym: SubjectKind.STAFF for one in self.invited}
            operations.invite_to_meeting(meeting, subjects, actor=self.actor, at=at)

    def call(self, at: datetime.datetime) -> None:
        self.draft(at)
        self._moved("call", MeetingState.DRAFT, at)

    def mark(self, at: datetime.datetime) -> None:
        """Whoever is not expected at work, and a few others, do not come."""
        meeting = self._meeting(MeetingState.CALLED)
        if meeting is None:
            return
        unmarked = meeting.attendees.filter(attendance=Attendance.EXPECTED)
        listed = set(unmarked.values_list("subject", flat=True))
        rows = PersonDay.objects.filter(day=self.of, subject__in=listed)
        here = set(rows.filter(expects_arrival=True, is_remote=False).values_list("subject", flat=True))
        for person in self.invited:
            stays_away = _by(draw("meeting", self.of, self.number, person.staff_code), material.lists().not_come)
            if person.pseudonym in listed and (stays_away or person.pseudonym not in here):
                operations.mark_attendance(meeting, person.pseudonym, Attendance.ABSENT, actor=self.actor, at=at)
        operations.mark_others_present(meeting, actor=self.actor, at=at)

    def close(self, at: datetime.datetime) -> None:
        self._moved("close", MeetingState.CALLED, at)

    def _meeting(self, state: MeetingState) -> Meeting | None:
        return Meeting.objects.filter(key=self.key, state=state).first()

    def _moved(self, verb: str, state: MeetingState, at: datetime.datetime) -> None:
        if meeting := self._meeting(state):
            operations.move_meeting(meeting, verb, actor=self.actor, at=at)


def _by(chance: random.Random, share: float) -> bool:
    return chance.random() < share


def _confirmation(one: ShiftPlace, unit: Unit, day: datetime.date, actor: User) -> Happening:
    at, of = clock.moment(day, material.lists().confirmed), day - one.confirmed_after * ONE_DAY

    def happen() -> None:
        over = [line for line in all_shift_lines(unit.pk, of) if line.place and line.ends <= at]
        lines = [line for line in over if line.confirmed is None]
        chance = draw("shift", one.unit, of)
        absent = {line.person.pseudonym for line in lines if _by(chance, material.lists().not_on_shift)}
        present = {line.person.pseudonym for line in lines} - absent
        confirm_shifts(unit, of, present=present, absent=absent, actor=actor, at=at)

    return at, happen
