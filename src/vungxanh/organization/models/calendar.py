"""When people work: the agency's calendar, shifts, the roster and absences."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.organization.enums import AbsenceKind, CalendarDayKind, DayPart, RosterKind
from vungxanh.organization.models.people import Person
from vungxanh.organization.models.places import Place
from vungxanh.organization.models.units import Site, Unit


class CalendarDay(models.Model):
    """A day that differs from the week and the public holidays: a swapped working day, an extra day off.

    It holds for `unit` and everything below it; without a unit, for the whole installation.
    """

    date = models.DateField()
    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="calendar_days")
    kind = models.CharField(max_length=10, choices=CalendarDayKind)
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["date", "unit"], name="calendarday_once_a_unit"),
            models.UniqueConstraint(
                fields=["date"], condition=Q(unit__isnull=True), name="calendarday_once_everywhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.reason}"


class Shift(models.Model):
    """Hours of a shift; one that ends at or before its start ends the day after and belongs to the day of its start."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="shifts")
    code = models.CharField(max_length=20)
    name = models.CharField(max_length=80)
    starts = models.TimeField()
    ends = models.TimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "code"], name="shift_code_once_a_unit")]

    def __str__(self) -> str:
        return f"{self.name} {self.starts:%H:%M}–{self.ends:%H:%M}"


class RosterEntry(models.Model):
    """A person on a shift, or on duty on a day off; `date` is the day on which the shift starts.

    `place`: the gate, room, vehicle or field post where the shift is done, where that is written.
    """

    date = models.DateField()
    person = models.ForeignKey(Person, models.CASCADE, related_name="roster_entries")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="roster_entries")
    kind = models.CharField(max_length=10, choices=RosterKind)
    shift = models.ForeignKey(Shift, models.PROTECT, null=True, blank=True, related_name="roster_entries")
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["date", "unit"], name="roster_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["date", "person", "kind"], name="roster_once_a_day"),
            models.CheckConstraint(
                condition=Q(kind=RosterKind.DUTY) | Q(shift__isnull=False), name="roster_shift_has_hours"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%d/%m/%Y} {self.person}"


class Absence(models.Model):
    """Why a person is not at the usual place, from the first to the last day, both included.

    `declares_remotely`: the unit asks travellers and those at home to declare from afar; otherwise they are excused.
    """

    person = models.ForeignKey(Person, models.CASCADE, related_name="absences")
    kind = models.CharField(max_length=20, choices=AbsenceKind)
    first_day = models.DateField()
    last_day = models.DateField()
    part = models.CharField(max_length=10, choices=DayPart, default=DayPart.WHOLE)
    declares_remotely = models.BooleanField(default=False)
    note = models.CharField(max_length=200, blank=True)
    document_number = models.CharField(max_length=80, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["first_day", "last_day"], name="absence_by_day")]
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(part=DayPart.WHOLE) | Q(first_day=F("last_day")), name="absence_part_of_one_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.get_kind_display()}"
