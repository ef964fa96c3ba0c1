"""What a group did for a campaign, who of the staff took part, what came of it in figures, and pictures."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.common.models import KeptPhotograph
from vungxanh.movement.enums import ActivityState
from vungxanh.movement.models.campaigns import Campaign
from vungxanh.organization.models import Group, Person


class Activity(models.Model):
    """On one day, or from `held_on` to `until`, both included. `took_part`: how many, whether or not they are named."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="activities")
    group = models.ForeignKey(Group, models.PROTECT, related_name="activities")
    title = models.CharField(max_length=200)
    held_on = models.DateField()
    until = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=200)
    text = models.TextField()
    took_part = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=ActivityState)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "group", "held_on"], name="activity_by_group")]
        constraints = [
            models.CheckConstraint(condition=Q(until__isnull=True) | Q(until__gt=F("held_on")), name="activity_lasts"),
            models.CheckConstraint(condition=Q(took_part__gte=1), name="activity_somebody_there"),
            models.CheckConstraint(condition=~Q(title="") & ~Q(place="") & ~Q(text=""), name="activity_in_words"),
            models.CheckConstraint(
                condition=Q(state="HELD", withdrawn_at__isnull=True, reason="")
                | Q(state="WITHDRAWN", withdrawn_at__isnull=False) & ~Q(reason=""),
                name="activity_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def written_at(self) -> datetime.datetime:
        """When it was written down or changed last."""
        return self.changed_at or self.made_at


class ActivityParticipant(models.Model):
    """Somebody of the staff who is named as having taken part."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="participants")
    person = models.ForeignKey(Person, models.PROTECT, related_name="activities")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "person"], name="activity_participant_once")]

    def __str__(self) -> str:
        return f"{self.activity_id}: {self.person_id}"


class ActivityFigure(models.Model):
    """One result: what, how many, of which unit of measure; in the order in which it was written."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="figures")
    number = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=120)
    amount = models.DecimalField(max_digits=14, decimal_places=2)
    measured_in = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["activity", "number"], name="activity_figure_once"),
            models.CheckConstraint(
                condition=Q(amount__gte=0) & ~Q(what="") & ~Q(measured_in=""), name="activity_figure_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.what}: {self.amount} {self.measured_in}"


class ActivityPhotograph(KeptPhotograph):
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="photographs")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(KeptPhotograph.Meta):
        constraints = [
            *KeptPhotograph.Meta.constraints,
            models.UniqueConstraint(
                fields=["activity", "received_sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="activity_photograph_once",
            ),
        ]
