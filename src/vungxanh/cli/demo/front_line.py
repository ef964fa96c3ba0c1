"""Whom the units of the demonstration agency send to the front line, and what the receivers confirm."""

import datetime
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence

from vungxanh.accounts.models import User
from vungxanh.areas.queries import all_areas_by_code
from vungxanh.cli.demo import material
from vungxanh.cli.demo.happening import Happening
from vungxanh.cli.demo.material import SentPerson
from vungxanh.cli.demo.people import Employee
from vungxanh.common.clock import moment
from vungxanh.organization import roles
from vungxanh.organization.enums import FrontLinePlace
from vungxanh.organization.models import FrontLineAssignment, Person, Unit
from vungxanh.organization.operations.front_line import (
    Assigned,
    Confirmed,
    FrontLineError,
    assign_front_line,
    confirm_front_line,
)

NAMESPACE = uuid.UUID("6f0d4c7e-5b0a-4b0e-9d5e-240240240251")


def of_day(
    day: datetime.date,
    employees: Sequence[Employee],
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    *,
    left_alone: frozenset[str],
) -> Iterator[Happening]:
    """Each step does nothing where it was done before, or where somebody did otherwise."""
    places = {(one.unit.code, one.place): people[one.staff_code] for one in employees}
    for number, one in enumerate(material.front_line().assignment):
        if day not in (one.entered.date(), one.confirmed.date() if one.confirmed else None):
            continue
        key, unit = uuid.uuid5(NAMESPACE, f"assignment:{number}"), units[one.sender]
        person = places.get((one.unit, one.place))
        actor = next((user for user in roles.holders(roles.UNIT_STAFF, unit.pk, on=day)), None)
        if person is None or actor is None or actor.username in left_alone:
            continue
        if one.entered.date() == day:
            yield moment(day, one.entered.time()), _sending(key, unit, person, one, actor)
        if one.confirmed and one.confirmed.date() == day:
            yield moment(day, one.confirmed.time()), _confirming(key, one, one.confirmed, actor)


def _sending(key: uuid.UUID, unit: Unit, person: Person, one: SentPerson, actor: User) -> Callable[[], None]:
    day = one.entered.date()

    def happen() -> None:
        area = all_areas_by_code([one.area], on=day).get(one.area)
        assigned = Assigned(
            person=person,
            order_number=one.order_number,
            order_date=one.order_date,
            place_kind=FrontLinePlace(one.kind),
            place=one.where,
            area_id=area.pk if area else None,
            work=one.work,
            first_day=one.first_day,
            last_day=one.last_day,
            declares_remotely=one.declares_remotely,
        )
        try:
            assign_front_line(key, unit.pk, assigned, actor=actor, at=moment(day, one.entered.time()))
        except FrontLineError:
            return

    return happen


def _confirming(key: uuid.UUID, one: SentPerson, confirmed: datetime.datetime, actor: User) -> Callable[[], None]:
    day = confirmed.date()

    def happen() -> None:
        made = FrontLineAssignment.objects.filter(key=key, withdrawn_at__isnull=True).first()
        if made is None or made.confirmations.exists():
            return
        name, post, organisation = one.receiver
        said = Confirmed(name=name, post=post, organisation=organisation, day=day, note=one.note)
        confirm_front_line(made, said, actor=actor, at=moment(day, confirmed.time()))

    return happen
