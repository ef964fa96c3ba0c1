"""Visits that supervise a unit: who goes, what is looked at, what was found, what is recommended, photographs."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.models import KeptPhotograph
from vungxanh.directing.enums import ItemResult, RecommendationState, RecommendationVerb, SupervisionState
from vungxanh.organization.models import Person, Unit


class Supervision(models.Model):
    """An unannounced one is hidden from the unit until it has begun. `present` and `conclusions` stand in the minutes;
    `opinion` is what the unit's head wrote instead of a plain confirmation."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    purpose = models.CharField(max_length=300)
    is_announced = models.BooleanField(default=True)
    state = models.CharField(max_length=24, choices=SupervisionState)
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True, blank=True)
    present = models.TextField(blank=True)
    conclusions = models.TextField(blank=True)
    minutes_at = models.DateTimeField(null=True, blank=True)
    minutes_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    opinion = models.TextField(blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "day"], name="supervision_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["PLANNED", "CANCELLED"]) | Q(begun_at__isnull=False),
                name="supervision_begun_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["MINUTES", "CONFIRMED", "CONFIRMED_WITH_OPINION"])
                | Q(minutes_at__isnull=False, minutes_by__isnull=False) & ~Q(conclusions=""),
                name="supervision_minutes_are_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["CONFIRMED", "CONFIRMED_WITH_OPINION"])
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="supervision_answered_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="CONFIRMED_WITH_OPINION") | ~Q(opinion=""), name="supervision_opinion_in_words"
            ),
            models.CheckConstraint(condition=~Q(state="CANCELLED") | ~Q(reason=""), name="supervision_cancelled_why"),
        ]

    def __str__(self) -> str:
        return self.purpose


class SupervisionMember(models.Model):
    """Somebody who goes; the first one leads."""

    supervision = models.ForeignKey(Supervision, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supervision", "person"], name="supervision_member_once"),
        ]

    def __str__(self) -> str:
        return str(self.person)


class SupervisionItem(models.Model):
    """One thing that is looked at, as the rule said it when the visit was planned, or in its own words (no code)."""

    supervision = models.ForeignKey(Supervision, models.CASCADE, related_name="items")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=20, blank=True)
    says = models.CharField(max_length=300)
    cites = models.CharField(max_length=200, blank=True)
    result = models.CharField(max_length=10, choices=ItemResult, blank=True)
    remark = models.TextField(blank=True)
    recorded_at = models.DateTimeField(null=True, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["supervision", "position"], name="supervision_item_has_a_place"),
        ]

    def __str__(self) -> str:
        return self.says


class Recommendation(models.Model):
    """What a unit is to do until `due_date`; `answerable` is who answers for it there, else the head."""

    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="recommendations")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    due_date = models.DateField()
    answerable = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=RecommendationState)
    reported_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "due_date"], name="recommendation_by_due")]
        constraints = [
            models.UniqueConstraint(fields=["supervision", "number"], name="recommendation_has_a_number"),
            models.CheckConstraint(condition=~Q(text=""), name="recommendation_in_words"),
            models.CheckConstraint(
                condition=Q(state__in=["CLOSED", "DROPPED"], ended_at__isnull=False)
                | Q(state__in=["OPEN", "REPORTED"], ended_at__isnull=True),
                name="recommendation_ended_or_not",
            ),
        ]

    def __str__(self) -> str:
        return self.text[:200]


class RecommendationEntry(models.Model):
    """One step of following a recommendation; rows are only added."""

    recommendation = models.ForeignKey(Recommendation, models.CASCADE, related_name="entries")
    verb = models.CharField(max_length=10, choices=RecommendationVerb)
    text = models.TextField(blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.get_verb_display()}: {self.recommendation}"


class SupervisionPhotograph(KeptPhotograph):
    """Of a thing that was looked at, or of what the unit has done."""

    supervision = models.ForeignKey(Supervision, models.PROTECT, related_name="photographs")
    item = models.ForeignKey(SupervisionItem, models.PROTECT, null=True, blank=True, related_name="photographs")
    entry = models.ForeignKey(RecommendationEntry, models.PROTECT, null=True, blank=True, related_name="photographs")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(KeptPhotograph.Meta):
        constraints = [
            *KeptPhotograph.Meta.constraints,
            models.UniqueConstraint(
                fields=["supervision", "received_sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="supervision_photograph_once",
            ),
            models.CheckConstraint(
                condition=Q(item__isnull=False, entry__isnull=True) | Q(item__isnull=True, entry__isnull=False),
                name="supervision_photograph_of_one",
            ),
        ]
