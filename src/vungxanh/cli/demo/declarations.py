"""What the people of the demonstration agency declare on a day, and when: by chance, the same chance every time."""

import datetime
import random
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vungxanh.admission.submission import NewDeclaration
from vungxanh.cli.demo import material
from vungxanh.cli.demo.material import Event, Said, WindowHabit
from vungxanh.cli.demo.people import draw
from vungxanh.common import clock
from vungxanh.organization.models import Person
from vungxanh.screening.enums import Channel, Window
from vungxanh.screening.models import PersonDay
from vungxanh.screening.rulebook import QUESTIONNAIRE, Questionnaire

MINUTE = datetime.timedelta(minutes=1)
NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-240240240240")
NOTHING = Said()
API_SHARE = 0.12
COPYING_SHARE = 0.004
"""So few never measure and always write the same temperature."""

LEAVING_SHARE = 0.4
"""Of a sign's share: most people notice it in the morning."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A declaration that somebody will send at `at`."""

    at: datetime.datetime
    new: NewDeclaration


def plan_of_day(
    rows: Iterable[PersonDay], people: Mapping[uuid.UUID, Person], events: Mapping[tuple[str, str], Event]
) -> list[Planned]:
    """Everything that the expected people of an opened day will declare; `events` by staff code and window."""
    planned = [one for row in rows if row.subject in people for one in _of_person(row, people[row.subject], events)]
    return sorted(planned, key=lambda one: one.at)


def batch_moment(at: datetime.datetime, today: datetime.date) -> datetime.datetime:
    """The end of the span in which something falls; days before `today` are lived in longer strides."""
    days = material.days()
    is_past = at.astimezone(clock.ZONE).date() < today
    minutes = days.batch_minutes_of_the_past if is_past else days.batch_minutes
    start = at.replace(minute=at.minute // minutes * minutes, second=0, microsecond=0)
    return start + datetime.timedelta(minutes=minutes)


def forgetful(code: str) -> bool:
    """Some forget often."""
    habit = material.days().habit
    return draw("forgetful", code).random() < habit.forgetful_people / 900


def _of_person(row: PersonDay, person: Person, events: Mapping[tuple[str, str], Event]) -> Iterator[Planned]:
    if person.user is None:
        return
    for window in Window:
        if not getattr(row, f"expects_{window.lower()}"):
            continue
        chance = draw("declaration", row.day, window, person.staff_code)
        event = events.get((person.staff_code, window))
        if event and event.forgets:
            continue
        moment = _moment(chance, row, window, person.staff_code, is_certain=event is not None)
        if moment:
            said = _said(chance, window) if event is None else Said(event.items, [], event.temperature)
            yield Planned(moment, _new(chance, person, row.day, window, moment, said))


def _moment(
    chance: random.Random, row: PersonDay, window: Window, code: str, *, is_certain: bool
) -> datetime.datetime | None:
    """When; None where the person forgets."""
    habit: WindowHabit = getattr(material.days(), window.lower())
    name = window.lower()
    opens, starts, due, closes = (
        getattr(row.windows, f"{name}_{part}_at") for part in ("opens", "starts", "due", "closes")
    )
    missing = material.days().habit.forgetful_missing if forgetful(code) else habit.missing
    value = 1.0 if is_certain else chance.random()
    if value < missing:
        return None
    if value < missing + habit.late:
        return _within(due + chance.uniform(3, 110) * MINUTE, due + MINUTE, closes - MINUTE)
    if value < missing + habit.late + habit.early:
        return _within(starts - chance.uniform(2, 35) * MINUTE, opens + MINUTE, starts - MINUTE)
    middle = due - habit.minutes_before_due * MINUTE if window == Window.ARRIVAL else starts
    middle += habit.minutes_after_start * MINUTE
    return _within(middle + chance.gauss(0, habit.spread_minutes) * MINUTE, starts, due)


def _within(moment: datetime.datetime, first: datetime.datetime, last: datetime.datetime) -> datetime.datetime:
    return max(first, min(moment, last)).replace(microsecond=0)


def _said(chance: random.Random, window: Window) -> Said:
    value = chance.random() / (1 if window == Window.ARRIVAL else LEAVING_SHARE)
    for said in material.days().sign:
        value -= said.share
        if value < 0:
            return said
    return NOTHING


def _new(
    chance: random.Random, person: Person, day: datetime.date, window: Window, at: datetime.datetime, said: Said
) -> NewDeclaration:
    assert person.user
    habit: WindowHabit = getattr(material.days(), window.lower())
    temperature = said.temperature
    if temperature is None and chance.random() < habit.temperature:
        temperature = round(min(37.2, max(35.9, chance.gauss(36.5, 0.2))), 1)
    if said is NOTHING and draw("copying", person.staff_code).random() < COPYING_SHARE:
        temperature = 36.5
    return NewDeclaration(
        client_uuid=uuid.uuid5(NAMESPACE, f"{day}:{window}:{person.staff_code}"),
        person=person,
        window=window,
        site_code=None,
        declared_at=at,
        temperature_c=temperature,
        answers=answers(QUESTIONNAIRE.current().in_force(day), window, said),
        attested=True,
        channel=Channel.API if chance.random() < API_SHARE else Channel.PAGE,
        actor=person.user,
    )


def answers(form: Questionnaire, window: Window, said: Said) -> dict[str, object]:
    """Every question of the form answered; an item that the form no longer has is left out."""
    asked = [item for item in form.items(window) if item.is_enabled(dict.fromkeys(said.items, True))]
    return {**{item.link_id: item.link_id in said.items for item in asked}, form.places.link_id: list(said.places)}
