"""A campaign, the editions of its file, and what the issuer answered to what does not fit in it."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.clock import ZONE
from vungxanh.movement.enums import CampaignState
from vungxanh.movement.rulebook import CampaignFile, read_stored
from vungxanh.organization.models import Unit


class Campaign(models.Model):
    """`code` is that of its file; `unit` the agency that runs it. `title` stands here for lists alone."""

    code = models.CharField(max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="campaigns")
    title = models.CharField(max_length=400)
    state = models.CharField(max_length=10, choices=CampaignState)
    made_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["RUNNING", "CLOSED"]) | Q(opened_at__isnull=False), name="campaign_opened"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["CLOSED", "WITHDRAWN"], ended_at__isnull=False)
                | Q(state__in=["DRAFT", "RUNNING"], ended_at__isnull=True),
                name="campaign_ended",
            ),
            models.CheckConstraint(condition=~Q(state="WITHDRAWN") | ~Q(reason=""), name="campaign_withdrawn_why"),
        ]

    def __str__(self) -> str:
        return self.title

    def last_known(self, today: datetime.date) -> datetime.date:
        """The day as of which it is looked at: what happens after it ended is no part of it."""
        return min(today, self.ended_at.astimezone(ZONE).date()) if self.ended_at else today


class CampaignEdition(models.Model):
    """The file as it was taken in: its very text, so that what was decided by it can be read again. `loaded_by` is
    empty where the command line took it in."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=64)
    loaded_at = models.DateTimeField()
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaign_edition_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="campaign_edition_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.number}"

    @property
    def plan(self) -> CampaignFile:
        return read_stored(self.text)


class IssuerAnswer(models.Model):
    """What the issuer of the plan answered to a question; a later answer stands beside the earlier one."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="answers")
    question_key = models.CharField(max_length=120)
    question = models.TextField()
    answer = models.TextField()
    answered_at = models.DateTimeField()
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["campaign", "question_key"], name="issuer_answer_by_question")]
        constraints = [models.CheckConstraint(condition=~Q(answer=""), name="issuer_answer_in_words")]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.question_key}"
