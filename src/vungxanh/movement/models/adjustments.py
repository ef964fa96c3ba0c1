"""Bonus and penalty points, and files of evidence, of these and of self-scores."""

import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.encryption import DecryptionError, decrypt
from vungxanh.movement.enums import AdjustmentKind, AdjustmentState
from vungxanh.movement.models.campaigns import Campaign
from vungxanh.movement.models.self_scores import SelfScore
from vungxanh.organization.models import Unit


class Adjustment(models.Model):
    """Points given or taken beside the criteria, for a cause. `code`: which adjustment of the plan. `day`: of what
    happened."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="adjustments")
    period = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="adjustments")
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=AdjustmentKind)
    points = models.FloatField()
    cause = models.CharField(max_length=500)
    day = models.DateField()
    state = models.CharField(max_length=10, choices=AdjustmentState)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "period", "unit"], name="adjustment_by_unit")]
        constraints = [
            models.CheckConstraint(condition=Q(points__gt=0), name="adjustment_of_points"),
            models.CheckConstraint(condition=~Q(cause=""), name="adjustment_with_cause"),
            models.CheckConstraint(
                condition=Q(state="GIVEN", withdrawn_at__isnull=True, withdrawn_by__isnull=True, reason="")
                | Q(state="WITHDRAWN", withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(reason=""),
                name="adjustment_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.code} {self.unit_id}"

    @property
    def signed(self) -> float:
        """Below 0 where points are taken."""
        return self.points if self.kind == AdjustmentKind.BONUS else -self.points


class EvidenceFile(models.Model):
    """Of a self-score or of an adjustment. `content` is encrypted, `sha256` of what is kept, `received_sha256` of the
    file as it came, by which the same file is known again. One taken off leaves its row without content."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    self_score = models.ForeignKey(SelfScore, models.PROTECT, null=True, blank=True, related_name="evidence")
    adjustment = models.ForeignKey(Adjustment, models.PROTECT, null=True, blank=True, related_name="evidence")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(self_score__isnull=False, adjustment__isnull=True)
                | Q(self_score__isnull=True, adjustment__isnull=False),
                name="evidence_of_one",
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=False, withdrawn_at__isnull=True)
                | Q(content__isnull=True, withdrawn_at__isnull=False),
                name="evidence_gone_or_there",
            ),
            models.UniqueConstraint(
                fields=["self_score", "received_sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="evidence_once_a_self_score",
            ),
            models.UniqueConstraint(
                fields=["adjustment", "received_sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="evidence_once_an_adjustment",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def file(self) -> bytes:
        """Of one that is still there. Raises `DecryptionError`."""
        assert self.content is not None
        return decrypt(bytes(self.content))

    @property
    def is_whole(self) -> bool:
        """It can be opened and is what was kept."""
        try:
            return hashlib.sha256(self.file).hexdigest() == self.sha256
        except DecryptionError:
            return False
