"""The calendar, the roster and absences; every change is announced so that opened days follow."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.organization.enums import AbsenceKind, CalendarDayKind, DayPart, RosterKind
from vungxanh.organization.models import Absence, CalendarDay, Person, RosterEntry, Shift, Site, Unit
from vungxanh.organization.permissions import may_record_absence, may_set_calendar, may_set_roster
from vungxanh.organization.signals import working_days_changed

OTHER_HALF = {DayPart.MORNING: DayPart.AFTERNOON, DayPart.AFTERNOON: DayPart.MORNING}


class WorkdayError(ValidationError):
    """Days in the wrong order, or an absence that is there already."""


@transaction.atomic
def set_calendar_day(
    date: datetime.date,
    *,
    kind: CalendarDayKind,
    unit: Unit | None,
    reason: str,
    actor: User | None,
    at: datetime.datetime,
) -> CalendarDay:
    """A swapped working day or an extra day off, for a unit and below it or for everybody."""
    may_set_calendar(actor, unit.pk if unit else None, on=at.date()).or_refuse()
    day, _created = CalendarDay.objects.update_or_create(
        date=date, unit=unit, defaults={"kind": kind, "reason": reason}
    )
    record("organization.set_calendar_day", actor=actor, at=at, subject=day, unit_id=unit.pk if unit else None)
    working_days_changed.send(None, people=None, first_day=date, last_day=date, at=at)
    return day


@transaction.atomic
def clear_calendar_day(day: CalendarDay, *, actor: User, at: datetime.datetime) -> None:
    may_set_calendar(actor, day.unit_id, on=at.date()).or_refuse()
    record("organization.clear_calendar_day", actor=actor, at=at, subject=day, unit_id=day.unit_id)
    date = day.date
    day.delete()
    working_days_changed.send(None, people=None, first_day=date, last_day=date, at=at)


@transaction.atomic
def record_absence(
    person: Person,
    *,
    kind: AbsenceKind,
    first_day: datetime.date,
    last_day: datetime.date,
    part: DayPart = DayPart.WHOLE,
    declares_remotely: bool = False,
    note: str = "",
    document_number: str = "",
    actor: User | None,
    at: datetime.datetime,
) -> Absence:
    """Both days included; half a day only for one day."""
    may_record_absence(actor, person, on=at.date()).or_refuse()
    if last_day < first_day:
        raise WorkdayError(_("The last day lies before the first."))
    if part != DayPart.WHOLE and first_day != last_day:
        raise WorkdayError(_("Half a day is recorded for one day only."))
    others = Absence.objects.filter(
        person=person, first_day__lte=last_day, last_day__gte=first_day, withdrawn_at__isnull=True
    )
    if part != DayPart.WHOLE:
        others = others.exclude(part=OTHER_HALF[part])
    if others.exists():
        raise WorkdayError(_("There is an absence in these days already; withdraw it first."))
    absence = Absence.objects.create(
        person=person,
        kind=kind,
        first_day=first_day,
        last_day=last_day,
        part=part,
        declares_remotely=declares_remotely,
        note=note,
        document_number=document_number,
        recorded_at=at,
        recorded_by=actor,
    )
    record("organization.record_absence", actor=actor, at=at, subject=absence)
    _announce(absence, at)
    return absence


@transaction.atomic
def withdraw_absence(absence: Absence, *, actor: User, at: datetime.datetime) -> None:
    """It stays written, and excuses no more."""
    may_record_absence(actor, absence.person, on=at.date()).or_refuse()
    Absence.objects.filter(pk=absence.pk, withdrawn_at__isnull=True).update(withdrawn_at=at)
    record("organization.withdraw_absence", actor=actor, at=at, subject=absence)
    _announce(absence, at)


@transaction.atomic
def set_roster(
    person: Person,
    date: datetime.date,
    *,
    kind: RosterKind,
    unit: Unit,
    shift: Shift | None = None,
    site: Site | None = None,
    actor: User | None,
    at: datetime.datetime,
) -> RosterEntry:
    """On a shift, or on duty on a day off; a second entry of the kind for the day replaces the first."""
    may_set_roster(actor, unit.pk, on=at.date()).or_refuse()
    if kind == RosterKind.SHIFT and shift is None:
        raise WorkdayError(_("A shift needs its hours."))
    entry, _created = RosterEntry.objects.update_or_create(
        date=date, person=person, kind=kind, defaults={"unit": unit, "shift": shift, "site": site}
    )
    record("organization.set_roster", actor=actor, at=at, subject=entry, unit_id=unit.pk)
    working_days_changed.send(None, people={person.pk}, first_day=date, last_day=date, at=at)
    return entry


@transaction.atomic
def clear_roster(entry: RosterEntry, *, actor: User, at: datetime.datetime) -> None:
    may_set_roster(actor, entry.unit_id, on=at.date()).or_refuse()
    record("organization.clear_roster", actor=actor, at=at, subject=entry, unit_id=entry.unit_id)
    people, date = {entry.person_id}, entry.date
    entry.delete()
    working_days_changed.send(None, people=people, first_day=date, last_day=date, at=at)


def _announce(absence: Absence, at: datetime.datetime) -> None:
    working_days_changed.send(
        None, people={absence.person_id}, first_day=absence.first_day, last_day=absence.last_day, at=at
    )
