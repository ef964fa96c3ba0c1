"""When the people of the demonstration agency work: shifts, duty on days off, absences as they come up."""

import datetime
import random
from collections.abc import Mapping, Sequence

from vungxanh.accounts.models import User
from vungxanh.cli.demo import material
from vungxanh.cli.demo.accounts import LEADERS
from vungxanh.cli.demo.material import AbsenceShares
from vungxanh.cli.demo.people import HEAD_RANK, Employee, draw
from vungxanh.organization.enums import AbsenceKind, DayPart, RosterKind, Sex
from vungxanh.organization.models import Absence, Person, Place, RosterEntry, Shift, Unit
from vungxanh.organization.operations.workdays import record_absence
from vungxanh.organization.workdays import all_workdays

AHEAD = datetime.timedelta(days=14)
FORTNIGHT = 14
GUARDS = "GUARD"
"""The shifts of the guards, who stand at the gate of their unit."""
WORKDAYS_IN_FORTNIGHT = 10
MATERNITY = (datetime.date(2021, 8, 2), datetime.date(2022, 1, 31))
LENGTHS = {
    AbsenceKind.LEAVE: (1, 5),
    AbsenceKind.SICK_LEAVE: (1, 4),
    AbsenceKind.STUDY: (5, 9),
    AbsenceKind.DUTY_TRAVEL: (1, 4),
    AbsenceKind.AT_HOME: (2, 5),
    AbsenceKind.FIELD_WORK: (1, 3),
}
"""Fewest and most days of an absence."""
NOTES = {
    AbsenceKind.LEAVE: "Nghỉ phép năm",
    AbsenceKind.SICK_LEAVE: "Nghỉ ốm, có báo trước",
    AbsenceKind.STUDY: "Học bồi dưỡng ngạch chuyên viên",
    AbsenceKind.DUTY_TRAVEL: "Công tác cơ sở",
    AbsenceKind.AT_HOME: "Làm việc tại nhà theo phân công",
    AbsenceKind.FIELD_WORK: "Làm việc tại thực địa",
}


def keep_roster(
    employees: Sequence[Employee], people: Mapping[str, Person], units: Mapping[str, Unit], first: datetime.date
) -> None:
    """Shifts and duty from `first` for a fortnight; what stands already stays."""
    days = [first + datetime.timedelta(days=n) for n in range(AHEAD.days + 1)]
    last = RosterEntry.objects.order_by("-date").values_list("date", flat=True).first()
    days = [day for day in days if last is None or day > last]
    if days:
        rows = [*_shift_rows(employees, people, units, days), *_duty_rows(employees, people, units, days)]
        RosterEntry.objects.bulk_create(rows, batch_size=500)


def _shift_rows(
    employees: Sequence[Employee],
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    days: Sequence[datetime.date],
) -> list[RosterEntry]:
    shifts = {(shift.unit_id, shift.code): shift for shift in Shift.objects.all()}
    gates = {one.unit: Place.objects.get(code=one.place) for one in material.lists().shift}
    rows = []
    for one in employees:
        if not one.shifts:
            continue
        cycle, unit = material.shift_sets()[one.shifts].cycle, units[one.unit.code]
        for day in days:
            letter = cycle[(day.toordinal() + one.place) % len(cycle)]
            if letter != "-":
                rows.append(
                    RosterEntry(
                        date=day,
                        person=people[one.staff_code],
                        unit=unit,
                        kind=RosterKind.SHIFT,
                        shift=shifts[unit.pk, f"{one.shifts}-{letter}"],
                        place=gates.get(one.unit.code) if one.shifts == GUARDS else None,
                    )
                )
    return rows


def _duty_rows(
    employees: Sequence[Employee],
    people: Mapping[str, Person],
    units: Mapping[str, Unit],
    days: Sequence[datetime.date],
) -> list[RosterEntry]:
    """On days off somebody of each reporting point is on duty, in turn."""
    calendar = all_workdays(days[0], days[-1])
    rows = []
    for code, candidates in duty_candidates(employees).items():
        for day in days:
            if not calendar.is_working(day, units[code].pk):
                one = candidates[day.toordinal() % len(candidates)]
                rows.append(
                    RosterEntry(date=day, person=people[one.staff_code], unit=units[code], kind=RosterKind.DUTY)
                )
    return rows


def duty_candidates(employees: Sequence[Employee]) -> dict[str, list[Employee]]:
    """By reporting point, its staff and those of its sections who take turns on days off."""
    points = [line.code for line in material.units() if line.reporting_point]
    found: dict[str, list[Employee]] = {code: [] for code in points}
    for one in employees:
        code = one.unit.code if one.unit.code in found else one.unit.parent
        if code in found and not one.shifts and one.contract in {"Công chức", "Viên chức"}:
            found[code].append(one)
    return found


def record_absences(
    employees: Sequence[Employee], people: Mapping[str, Person], day: datetime.date, *, at: datetime.datetime
) -> None:
    """Those absences that begin on the day, asked for and recorded before."""
    actor = User.objects.get(username="tochuc")
    away = set(Absence.objects.filter(last_day__gte=day, withdrawn_at=None).values_list("person_id", flat=True))
    for one in employees:
        planned = planned_absence(one, day)
        person = people[one.staff_code]
        if not planned or person.pk in away:
            continue
        kind, first, last, part = planned
        remote = kind in {AbsenceKind.DUTY_TRAVEL, AbsenceKind.AT_HOME} and _remote(one)
        record_absence(
            person,
            kind=kind,
            first_day=first,
            last_day=last,
            part=part,
            declares_remotely=remote,
            note=NOTES.get(kind, ""),
            actor=actor,
            at=at,
        )


def planned_absence(
    one: Employee, day: datetime.date
) -> tuple[AbsenceKind, datetime.date, datetime.date, DayPart] | None:
    """The absence that begins on the day: at most one in a fortnight, none of heads and of those on shifts."""
    if one.rank == HEAD_RANK or one.shifts or one.unit.code == LEADERS or is_in_the_light(one):
        return None
    shares = material.days().absence
    begins = material.agency().living_from
    young_woman = one.sex == Sex.FEMALE and one.birth_date.year >= 1985
    if young_woman and draw("maternity", one.staff_code).random() < shares.maternity_leave * 5:
        return (AbsenceKind.MATERNITY_LEAVE, *MATERNITY, DayPart.WHOLE) if day == begins else None
    block = (day - begins).days // FORTNIGHT
    chance = draw("absence", one.staff_code, block)
    kind = _kind(chance, shares)
    first = begins + datetime.timedelta(days=block * FORTNIGHT + chance.choice((0, 1, 2, 3, 4, 7, 8, 9, 10, 11)))
    if kind is None or first != day:
        return None
    if kind == AbsenceKind.LEAVE and chance.random() < shares.half_day:
        return kind, first, first, chance.choice((DayPart.MORNING, DayPart.AFTERNOON))
    fewest, most = LENGTHS[kind]
    return kind, first, first + datetime.timedelta(days=chance.randint(fewest, most) - 1), DayPart.WHOLE


def is_in_the_light(one: Employee) -> bool:
    """Those behind the demonstration accounts, and those to whom something is to happen, are at work."""
    accounts = material.agency().account
    is_account = any(
        account.unit == one.unit.code and (account.place == one.place or account.title == one.title)
        for account in accounts
        if account.unit
    )
    return is_account or any((event.unit, event.place) == (one.unit.code, one.place) for event in material.days().event)


def _kind(chance: random.Random, shares: AbsenceShares) -> AbsenceKind | None:
    value = chance.random()
    for kind, (fewest, most) in LENGTHS.items():
        value -= getattr(shares, kind.lower()) * WORKDAYS_IN_FORTNIGHT * 2 / (fewest + most)
        if value < 0:
            return kind
    return None


def _remote(one: Employee) -> bool:
    return draw("remote", one.staff_code).random() < material.days().absence.remote
