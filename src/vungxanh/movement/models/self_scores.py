"""What units score themselves in a period, who checked it, and what was drawn to be inspected on the spot."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.movement.enums import SampleResult, SelfScoreState
from vungxanh.movement.models.campaigns import Campaign
from vungxanh.organization.models import Unit


class SelfScore(models.Model):
    """One measure of one unit in one period of the plan. `points` of at most `most`, by the unit; `appraised_points` by
    the Office, with `difference` in words where they are others. `reason`: why it was returned last."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="self_scores")
    period = models.CharField(max_length=40)
    measure = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="self_scores")
    most = models.FloatField()
    points = models.FloatField(null=True, blank=True)
    explanation = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=SelfScoreState)
    written_at = models.DateTimeField()
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    appraised_points = models.FloatField(null=True, blank=True)
    difference = models.CharField(max_length=500, blank=True)
    appraised_at = models.DateTimeField(null=True, blank=True)
    appraised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["campaign", "period", "state"], name="self_score_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "period", "measure", "unit"], name="self_score_once"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=0, points__lte=F("most")), name="self_score_within"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["SENT", "APPRAISED"])
                | Q(points__isnull=False, sent_at__isnull=False, sent_by__isnull=False),
                name="self_score_sent_whole",
            ),
            models.CheckConstraint(condition=~Q(state="RETURNED") | ~Q(reason=""), name="self_score_returned_why"),
            models.CheckConstraint(
                condition=Q(
                    state="APPRAISED",
                    appraised_points__gte=0,
                    appraised_points__lte=F("most"),
                    appraised_at__isnull=False,
                    appraised_by__isnull=False,
                )
                | ~Q(state="APPRAISED")
                & Q(appraised_points__isnull=True, appraised_at__isnull=True, appraised_by__isnull=True),
                name="self_score_appraised_whole",
            ),
            models.CheckConstraint(
                condition=Q(appraised_points__isnull=True) | Q(appraised_points=F("points")) | ~Q(difference=""),
                name="self_score_difference_in_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.period} {self.measure} {self.unit_id}"


class CrossCheck(models.Model):
    """Another unit, or the Office by the agency itself, was asked to look at a self-score. `points`: what it found."""

    self_score = models.ForeignKey(SelfScore, models.PROTECT, related_name="checks")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    points = models.FloatField(null=True, blank=True)
    difference = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["self_score", "unit"], name="cross_check_once_a_unit"),
            models.CheckConstraint(
                condition=Q(points__isnull=True, checked_at__isnull=True, checked_by__isnull=True)
                | Q(points__gte=0, checked_at__isnull=False, checked_by__isnull=False),
                name="cross_check_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.self_score_id}: {self.unit_id}"


class ScoreSample(models.Model):
    """Drawn once for a period: what `seed` puts first in each block, `percent` of it. Whoever has the seed finds the
    same again."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="samples")
    period = models.CharField(max_length=40)
    seed = models.CharField(max_length=64)
    percent = models.PositiveSmallIntegerField()
    drawn_from = models.PositiveIntegerField()
    drawn_at = models.DateTimeField()
    drawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "period"], name="score_sample_once"),
            models.CheckConstraint(condition=~Q(seed=""), name="score_sample_with_seed"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.period}"


class SampleItem(models.Model):
    """A self-score that is inspected on the spot. `result` is empty until it was."""

    sample = models.ForeignKey(ScoreSample, models.PROTECT, related_name="items")
    self_score = models.OneToOneField(SelfScore, models.PROTECT, related_name="sample_item")
    block = models.CharField(max_length=40, blank=True)
    position = models.PositiveIntegerField()
    result = models.CharField(max_length=10, choices=SampleResult, blank=True)
    points = models.FloatField(null=True, blank=True)
    remark = models.CharField(max_length=500, blank=True)
    inspected_on = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sample", "position"], name="sample_item_once"),
            models.CheckConstraint(
                condition=Q(result="", inspected_on__isnull=True, recorded_at__isnull=True, points__isnull=True)
                | ~Q(result="")
                & Q(inspected_on__isnull=False, recorded_at__isnull=False, recorded_by__isnull=False, points__gte=0),
                name="sample_item_inspected_whole",
            ),
            models.CheckConstraint(
                condition=~Q(result="DIFFERENT") | ~Q(remark=""), name="sample_item_different_in_words"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sample_id}: {self.position}"
