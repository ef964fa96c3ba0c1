"""The agency on which indicators of risk are tried, and rows put into it one by one."""

import datetime
import random
import uuid
from typing import Any

from tests.factories.organization import make_secondment
from tests.factories.risk import clock, make_person, make_unit, make_user, make_windows
from vungxanh.common.indicators import Asked
from vungxanh.organization.enums import ContractKind, Role
from vungxanh.organization.models import Person, Post, Unit
from vungxanh.risk.enums import Cause, ReturnKind, ReturnState, RiskLevel, ZoneLevel
from vungxanh.risk.models import DailyReturn, PersonAssessment, UnitZone, UnusualEvent
from vungxanh.risk.operations.unit_days import count_anew
from vungxanh.screening.enums import Channel, Excuse, Timeliness, Window
from vungxanh.screening.models import Declaration, PersonDay

ONE = datetime.timedelta(days=1)
FIRST, LAST = datetime.date(2021, 9, 6), datetime.date(2021, 9, 30)
OF_PEOPLE, OF_UNITS = datetime.date(2021, 9, 16), datetime.date(2021, 9, 1)
"""The editions of the rules that judged."""
SATURDAY = datetime.date(2021, 9, 18)
DAYS = [datetime.date(2021, 9, day) for day in (3, 6, 7, 8, 17, 20, 24, 27, 29, 30)]
"""With people; the 3rd lies before the period. Days before the 23rd are settled at the moment."""
AT = clock(16, 30, day=LAST)
"""Arrival of the last day is over (08:00), leaving is not (18:00)."""
OF_DECLARATIONS = (
    "screening.arrival_declared",
    "screening.leaving_declared",
    "screening.declared_in_time",
    "risk.people_assessed",
)
ALL = (*OF_DECLARATIONS, "risk.returns_on_time", "risk.unusual_in_time", "risk.green_days")


def asked(
    members: dict[int, list[int]],
    *,
    first: datetime.date = FIRST,
    last: datetime.date = LAST,
    at: datetime.datetime = AT,
) -> Asked:
    return Asked(first, last, at, members)


class World:
    """Three scored units and one where nothing ever was; a station counts for the first. Of the people one is a
    supplier's, one on leave, one seconded from the second unit to the first."""

    def __init__(self) -> None:
        self.root = make_unit("SO", is_reporting_point=False)
        self.units = [make_unit(code, self.root) for code in ("A", "B", "C", "D")]
        self.station = make_unit("A1", self.units[0], is_reporting_point=False)
        self.members = {unit.pk: [unit.pk] for unit in self.units}
        self.members[self.units[0].pk].append(self.station.pk)
        self.head = make_user("truong", Role.UNIT_HEAD, self.units[0])
        self.people: list[Person] = []

    def with_people(self) -> "World":
        chance = random.Random(50)
        a, b, c, _d = self.units
        places = [a, a, a, self.station, self.station, b, b, b, c, c]
        self.people = [make_person(unit, f"N{number}") for number, unit in enumerate(places)]
        Post.objects.filter(person=self.people[2]).update(contract=ContractKind.SUPPLIER)
        make_secondment(self.people[7], a)
        for day in DAYS:
            for number, (person, home) in enumerate(zip(self.people, places, strict=True)):
                more: dict[str, Any] = {"is_counted": number != 2}
                if number == 1:
                    more |= {"expects_arrival": False, "expects_leaving": False, "excuse": Excuse.LEAVE}
                if number == 7:
                    more["unit_id"] = a.pk
                row = add_person_day(person, home, day, **more)
                for window in Window:
                    came = chance.choice(["", *(kind.value for kind in Timeliness)])
                    if came and not (day == LAST and window == Window.LEAVING and number % 2):
                        come(row, window, came)
            # Judged later and later, one never.
            person = self.people[DAYS.index(day)]
            if day != DAYS[8]:
                judge(person, day)
        count_anew(DAYS)
        return self

    @property
    def question(self) -> Asked:
        return asked(self.members)


def add_person_day(person: Person, unit: Unit, day: datetime.date, **more: Any) -> PersonDay:
    """Expected twice; the counts are not kept up yet."""
    given = {"unit_id": unit.pk, "home_unit_id": unit.pk, "expects_arrival": True, "expects_leaving": True}
    given |= {"windows": make_windows(day), "subject": person.pseudonym, "day": day}
    return PersonDay.objects.create(**{**given, **more})


def come(row: PersonDay, window: Window, timeliness: str, *, received_at: datetime.datetime | None = None) -> None:
    """The counts are not kept up yet."""
    name = window.lower()
    said_at = clock(7 if window == Window.ARRIVAL else 16, day=row.day)
    declaration = Declaration.objects.create(
        client_uuid=uuid.uuid4(),
        content_hash="x",
        subject=row.subject,
        unit_id=row.unit_id,
        day=row.day,
        window=window,
        declared_at=said_at,
        received_at=received_at or said_at,
        timeliness=timeliness,
        channel=Channel.PAPER,
        questionnaire="covid19",
        questionnaire_version="1",
        answers=b"",
        has_fever=False,
    )
    fields = {"id": declaration.pk, "at": said_at, "timeliness": timeliness}
    PersonDay.objects.filter(pk=row.pk).update(**{f"{name}_{one}": value for one, value in fields.items()})


def change(person: Person, day: datetime.date, **fields: Any) -> None:
    rows = PersonDay.objects.filter(subject=person.pseudonym, day=day)
    assert rows.update(**fields) == 1
    count_anew([day])


def judge(person: Person, day: datetime.date, at: datetime.datetime | None = None) -> None:
    PersonAssessment.objects.create(
        subject=person.pseudonym,
        day=day,
        at=at or clock(0, 15, day=day),
        level=RiskLevel.LOW,
        table="person_covid19",
        edition=OF_PEOPLE,
        cause=Cause.SCHEDULE,
        is_current=False,
    )


def add_return(unit: Unit, day: datetime.date, hour: int, minute: int = 0, **more: Any) -> DailyReturn:
    sender = make_user(f"nguoi{DailyReturn.objects.count()}")
    sent_at, due_at = clock(hour, minute, day=day), clock(15, day=day)
    given: dict[str, Any] = {
        "kind": ReturnKind.DAILY,
        "state": ReturnState.SUBMITTED,
        "opened_at": clock(7, day=day),
        "due_at": due_at,
        "prepared_at": sent_at,
        "submitted_at": sent_at,
        "submitted_by": sender,
        "is_on_time": sent_at < due_at,
    }
    return DailyReturn.objects.create(unit=unit, day=day, **{**given, **more})


def add_event(opened: DailyReturn, at: datetime.datetime) -> None:
    key = f"level:{UnusualEvent.objects.count()}"
    UnusualEvent.objects.create(unit=opened.unit, opened=opened, code="RC", key=key, says="Có việc.", at=at)


def colour(unit: Unit, day: datetime.date, hour: int, level: ZoneLevel) -> None:
    UnitZone.objects.create(
        unit=unit, day=day, at=clock(hour, day=day), level=level, table="unit_zone", edition=OF_UNITS, is_current=False
    )
