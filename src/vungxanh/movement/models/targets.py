"""Targets of a unit's own, each with who proposed it and who decided."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.movement.enums import UnitTargetState
from vungxanh.movement.models.campaigns import Campaign
from vungxanh.organization.models import Unit


class UnitTarget(models.Model):
    """For one measure and period, in the unit of its indicator; from `closed_at` on where it is approved, until another
    is. `target_before`: what held for the unit when it was proposed."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="unit_targets")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="targets")
    period_code = models.CharField(max_length=20)
    measure_id = models.CharField(max_length=20)
    target = models.FloatField()
    target_before = models.FloatField()
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=UnitTargetState)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "unit", "period_code", "measure_id"],
                condition=Q(state="PROPOSED"),
                name="unit_target_waits_once",
            ),
            models.CheckConstraint(condition=Q(target__gte=0), name="unit_target_from_zero"),
            models.CheckConstraint(condition=~Q(reason=""), name="unit_target_says_why"),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", closed_at__isnull=True, closed_by__isnull=True)
                | ~Q(state="PROPOSED") & Q(closed_at__isnull=False, closed_by__isnull=False),
                name="unit_target_closed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["APPROVED", "REFUSED"]) | ~Q(closed_by=F("proposed_by")),
                name="unit_target_by_another",
            ),
            models.CheckConstraint(condition=~Q(state="REFUSED") | ~Q(answer=""), name="unit_target_refused_why"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.unit_id}, {self.measure_id}"
