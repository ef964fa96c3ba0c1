"""Who is sent to the front line, by which paper, where and when; what the receiver confirms; what was done about it."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.areas.models import AdministrativeUnit
from vungxanh.organization.enums import FrontLinePlace, FrontLineStanding, FrontLineStep
from vungxanh.organization.models.people import Person
from vungxanh.organization.models.units import Unit


class FrontLineAssignment(models.Model):
    """From the first to the last day, both included; without a last day until somebody ends it.

    `unit` sends. `declares_remotely`: it asks those whom it sends to declare from afar; otherwise they are excused.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    person = models.ForeignKey(Person, models.PROTECT, related_name="front_line_assignments")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="front_line_assignments")
    order_number = models.CharField(max_length=80)
    order_date = models.DateField(null=True, blank=True)
    place_kind = models.CharField(max_length=20, choices=FrontLinePlace)
    place = models.CharField(max_length=200)
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    work = models.CharField(max_length=300)
    first_day = models.DateField()
    last_day = models.DateField(null=True, blank=True)
    declares_remotely = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "first_day"], name="front_line_by_person"),
            models.Index(fields=["first_day", "last_day"], name="front_line_by_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__isnull=True) | Q(last_day__gte=F("first_day")),
                name="front_line_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~Q(order_number="") & ~Q(place="") & ~Q(work=""), name="front_line_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.place}"

    def standing(self, on: datetime.date) -> FrontLineStanding:
        if self.withdrawn_at:
            return FrontLineStanding.WITHDRAWN
        if self.first_day > on:
            return FrontLineStanding.COMING
        is_over = self.last_day is not None and self.last_day < on
        return FrontLineStanding.OVER if is_over else FrontLineStanding.SERVING


class FrontLineConfirmation(models.Model):
    """What whoever received the person confirmed on `day`: in the words of `note`, by a scan, or both. A later one
    stands before an earlier one. `scan` is encrypted, `sha256` of the file itself."""

    assignment = models.ForeignKey(FrontLineAssignment, models.PROTECT, related_name="confirmations")
    name = models.CharField(max_length=160)
    post = models.CharField(max_length=120)
    organisation = models.CharField(max_length=200)
    day = models.DateField()
    note = models.TextField(blank=True)
    scan = models.BinaryField(null=True)
    media_type = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(post="") & ~Q(organisation=""), name="front_line_receiver_is_named"
            ),
            models.CheckConstraint(
                condition=~Q(note="") | Q(scan__isnull=False), name="front_line_confirmed_by_note_or_scan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.assignment}"


class FrontLineEntry(models.Model):
    """One step of an assignment; rows are only added. `last_day` is the one that held from then on."""

    assignment = models.ForeignKey(FrontLineAssignment, models.PROTECT, related_name="entries")
    step = models.CharField(max_length=12, choices=FrontLineStep)
    last_day = models.DateField(null=True, blank=True)
    text = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.get_step_display()}: {self.assignment}"
