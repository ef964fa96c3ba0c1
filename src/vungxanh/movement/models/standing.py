"""How the scores of a period stand, what was frozen of them, and what units ask to be reviewed."""

import datetime
import hashlib
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.movement.enums import PointReviewState, StandingState
from vungxanh.movement.models.campaigns import Campaign
from vungxanh.organization.models import Unit


class PeriodStanding(models.Model):
    """Of a period that was shown at least once; before that there is none, and the period is OPEN. `review_until`: the
    last day on which units ask for a review."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="standings")
    period_code = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=StandingState)
    shown_at = models.DateTimeField()
    shown_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    review_until = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "period_code"], name="standing_once_a_period")]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.period_code}"

    def takes_reviews(self, today: datetime.date) -> bool:
        """Whether a unit may ask for a review today."""
        return self.state == StandingState.SHOWN and today <= self.review_until


class ScoreSnapshot(models.Model):
    """All scorecards of a period as they were frozen: `content` is JSON, `engine` what wrote it. One that was opened
    again stays beside the later ones."""

    standing = models.ForeignKey(PeriodStanding, models.PROTECT, related_name="snapshots")
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    engine = models.CharField(max_length=40)
    frozen_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reopened_at = models.DateTimeField(null=True, blank=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["standing", "number"], name="snapshot_once"),
            models.UniqueConstraint(
                fields=["standing"], condition=Q(reopened_at__isnull=True), name="snapshot_one_stands"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="snapshot_from_one"),
            models.CheckConstraint(
                condition=Q(reopened_at__isnull=True, reopened_by__isnull=True, reason="")
                | Q(reopened_at__isnull=False, reopened_by__isnull=False) & ~Q(reason=""),
                name="snapshot_reopened_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standing_id}/{self.number}"

    @property
    def is_whole(self) -> bool:
        """Whether the bytes are still those that were frozen."""
        return hashlib.sha256(bytes(self.content)).hexdigest() == self.sha256


class PointReview(models.Model):
    """A unit asks about the points of one measure. `answer`: what was corrected, or why nothing was."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    standing = models.ForeignKey(PeriodStanding, models.PROTECT, related_name="reviews")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="point_reviews")
    measure_id = models.CharField(max_length=20)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=PointReviewState)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["standing", "unit", "measure_id"], condition=Q(state="ASKED"), name="review_waits_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="review_says_why"),
            models.CheckConstraint(
                condition=Q(state="ASKED", closed_at__isnull=True, closed_by__isnull=True)
                | ~Q(state="ASKED") & Q(closed_at__isnull=False, closed_by__isnull=False),
                name="review_closed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["ACCEPTED", "REFUSED"]) | ~Q(answer="") & ~Q(closed_by=F("asked_by")),
                name="review_answered_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.standing_id}: {self.unit_id}, {self.measure_id}"
