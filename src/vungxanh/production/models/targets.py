"""What a unit is to reach in a time."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.organization.models import Unit
from vungxanh.production.enums import TargetState


class ProductionTarget(models.Model):
    """`indicator`: a code of the catalogue. Whole months, both days included; a day of a unit and an indicator lies in
    one approved target at most. `basis`: on what it rests; `reason`: why it was refused or taken back. One that
    another has replaced, or that was taken back, holds until `ended_at`."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=40)
    first_day = models.DateField()
    last_day = models.DateField()
    value = models.DecimalField(max_digits=16, decimal_places=3)
    basis = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=TargetState)
    proposed_at = models.DateTimeField()
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "last_day"], name="production_target_by_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "indicator", "first_day"], condition=Q(state="APPROVED"), name="target_once_approved"
            ),
            models.UniqueConstraint(
                fields=["unit", "indicator", "first_day", "last_day"],
                condition=Q(state="PROPOSED"),
                name="target_once_proposed",
            ),
            models.CheckConstraint(condition=Q(first_day__lt=F("last_day")), name="target_has_days"),
            models.CheckConstraint(condition=Q(value__gte=0), name="target_not_negative"),
            models.CheckConstraint(condition=~Q(basis="") & ~Q(indicator=""), name="target_says_on_what"),
            models.CheckConstraint(
                condition=Q(state="PROPOSED", decided_at__isnull=True, ended_at__isnull=True)
                | Q(state="APPROVED", decided_at__isnull=False, ended_at__isnull=True)
                | Q(state="REFUSED", decided_at__isnull=False, ended_at__isnull=True) & ~Q(reason="")
                | Q(state="REPLACED", decided_at__isnull=False, ended_at__isnull=False)
                | Q(state="WITHDRAWN", ended_at__isnull=False) & ~Q(reason=""),
                name="target_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}: {self.first_day:%m/%Y}-{self.last_day:%m/%Y}"
