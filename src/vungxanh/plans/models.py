"""A unit's plan, its versions, what the Office says of them, the opinion of the Party committee, and each step."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.documents.models import Paper
from vungxanh.movement.models import Campaign
from vungxanh.organization.models import Unit
from vungxanh.plans.enums import OPEN, SETTLED, STANDING, PlanKind, PlanState, PlanVerb


class UnitPlan(models.Model):
    """One stands at a time for each unit and movement, and one to stay a Green Zone. `template_from` names the edition
    that it was begun with. `issued_by` is empty where a paper brought the number; `paper` is the newest of it."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="unit_plans")
    kind = models.CharField(max_length=20, choices=PlanKind)
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, blank=True, related_name="unit_plans")
    state = models.CharField(max_length=12, choices=PlanState)
    template_from = models.DateField()
    summary = models.CharField(max_length=400)
    recipients = models.JSONField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=PlanKind.UNIT_PLAN, campaign__isnull=False)
                | Q(kind=PlanKind.GREEN_ZONE_PLAN, campaign__isnull=True),
                name="unitplan_campaign_of_its_kind",
            ),
            models.UniqueConstraint(
                fields=["campaign", "unit"],
                condition=Q(kind=PlanKind.UNIT_PLAN, state__in=STANDING),
                name="unitplan_one_a_campaign",
            ),
            models.UniqueConstraint(
                fields=["unit"],
                condition=Q(kind=PlanKind.GREEN_ZONE_PLAN, state__in=STANDING),
                name="unitplan_one_green_zone",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN, accepted_at__isnull=True)
                | Q(state__in=SETTLED, accepted_at__isnull=False)
                | Q(state=PlanState.WITHDRAWN),
                name="unitplan_accepted_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=PlanState.ISSUED, issued_at__isnull=False)
                | Q(state=PlanState.WITHDRAWN)
                | Q(state__in=[*OPEN, PlanState.ACCEPTED], issued_at__isnull=True),
                name="unitplan_issued_whole",
            ),
            models.CheckConstraint(
                condition=Q(state__in=STANDING, withdrawn_at__isnull=True, reason="")
                | Q(state=PlanState.WITHDRAWN, withdrawn_at__isnull=False) & ~Q(reason=""),
                name="unitplan_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.summary


class PlanVersion(models.Model):
    """The text as it was kept at one time: `sections` is a list of code, heading and text, in their order."""

    plan = models.ForeignKey(UnitPlan, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    sections = models.JSONField()
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "number"], name="planversion_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="planversion_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.number}"

    @property
    def texts(self) -> Mapping[str, str]:
        """By the code of the section."""
        return {one["code"]: one["text"] for one in self.sections}

    @property
    def headings(self) -> Mapping[str, str]:
        return {one["code"]: one["heading"] for one in self.sections}

    def with_texts(self, texts: Mapping[str, str]) -> list[dict[str, Any]]:
        """The same sections with other texts; what is not named stays."""
        return [{**one, "text": texts.get(one["code"], one["text"])} for one in self.sections]


class PlanComment(models.Model):
    """What the Office or a leader says of one section of a version, or, without a section, of the whole."""

    version = models.ForeignKey(PlanVersion, models.PROTECT, related_name="comments")
    section = models.CharField(max_length=30, blank=True)
    text = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="plancomment_in_words")]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.section}"


class PartyOpinion(models.Model):
    """What the Party committee said of a plan, on which day; a later opinion stands beside the earlier one."""

    plan = models.ForeignKey(UnitPlan, models.PROTECT, related_name="opinions")
    text = models.TextField()
    given_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="partyopinion_in_words")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.given_on}"


class PlanStep(models.Model):
    """A move and the state after it, so that every day keeps how a plan stood. `by` is empty where a paper moved it."""

    plan = models.ForeignKey(UnitPlan, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=10, choices=PlanVerb)
    state = models.CharField(max_length=12, choices=PlanState)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["plan", "at"], name="planstep_by_plan")]

    def __str__(self) -> str:
        return f"{self.plan_id}: {self.verb}"
