"""How a unit launched a campaign, what it adds to the criteria, and pictures."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.models import KeptPhotograph
from vungxanh.movement.enums import LaunchForm, LaunchState
from vungxanh.movement.models.campaigns import Campaign
from vungxanh.organization.models import Unit


class Launch(models.Model):
    """`present`: how many took part. One stands at a time for each unit; one written down by mistake is withdrawn."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="launches")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="launches")
    launched_on = models.DateField()
    form = models.CharField(max_length=20, choices=LaunchForm)
    present = models.PositiveIntegerField()
    text = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=LaunchState)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit"], condition=Q(state="RECORDED"), name="launch_once_a_unit"
            ),
            models.CheckConstraint(condition=Q(present__gte=1), name="launch_somebody_present"),
            models.CheckConstraint(
                condition=Q(state="RECORDED", withdrawn_at__isnull=True, reason="")
                | Q(state="WITHDRAWN", withdrawn_at__isnull=False) & ~Q(reason=""),
                name="launch_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.unit_id}"

    @property
    def written_at(self) -> datetime.datetime:
        """When it was written down or changed last."""
        return self.changed_at or self.made_at


class OwnCriterion(models.Model):
    """What a unit adds to the common criteria, in the order in which it wrote it."""

    launch = models.ForeignKey(Launch, models.CASCADE, related_name="own_criteria")
    number = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["launch", "number"], name="own_criterion_once"),
            models.CheckConstraint(condition=~Q(text=""), name="own_criterion_in_words"),
        ]

    def __str__(self) -> str:
        return self.text


class LaunchPhotograph(KeptPhotograph):
    launch = models.ForeignKey(Launch, models.PROTECT, related_name="photographs")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(KeptPhotograph.Meta):
        constraints = [
            *KeptPhotograph.Meta.constraints,
            models.UniqueConstraint(
                fields=["launch", "received_sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="launch_photograph_once",
            ),
        ]
