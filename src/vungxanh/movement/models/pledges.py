"""What a unit, a group or a person has pledged, word for word."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.movement.enums import PledgeEnding, PledgeKind, PledgeState
from vungxanh.movement.models.campaigns import Campaign
from vungxanh.organization.models import Group, Person, Unit


class Pledge(models.Model):
    """Confirmed electronically: by the account `confirmed_by` at `confirmed_at`, of the text whose SHA-256 is kept.

    `unit`: the unit that pledges, or to which group or person belonged then. `lines`: what was pledged, as texts.
    `ending` says why it does not stand any more, `reason` in the words of whoever took it back.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="pledges")
    kind = models.CharField(max_length=10, choices=PledgeKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="pledges")
    group = models.ForeignKey(Group, models.PROTECT, null=True, blank=True, related_name="pledges")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="pledges")
    lines = models.JSONField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=PledgeState)
    confirmed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    ending = models.CharField(max_length=10, choices=PledgeEnding, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["campaign", "kind", "unit"], name="pledge_by_unit")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="UNIT", group__isnull=True, person__isnull=True)
                | Q(kind="GROUP", group__isnull=False, person__isnull=True)
                | Q(kind="PERSON", group__isnull=True, person__isnull=False),
                name="pledge_of_one",
            ),
            models.UniqueConstraint(
                fields=["campaign", "unit"], condition=Q(kind="UNIT", state="CONFIRMED"), name="pledge_once_a_unit"
            ),
            models.UniqueConstraint(
                fields=["campaign", "group"], condition=Q(state="CONFIRMED"), name="pledge_once_a_group"
            ),
            models.UniqueConstraint(
                fields=["campaign", "person"], condition=Q(state="CONFIRMED"), name="pledge_once_a_person"
            ),
            models.CheckConstraint(
                condition=Q(state="CONFIRMED", withdrawn_at__isnull=True, ending="", reason="")
                | Q(state="WITHDRAWN", withdrawn_at__isnull=False, ending="REPLACED", reason="")
                | Q(state="WITHDRAWN", withdrawn_at__isnull=False, ending="TAKEN_BACK") & ~Q(reason=""),
                name="pledge_withdrawn_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}: {self.kind}"

    @property
    def why_ended(self) -> str:
        return self.reason or self.get_ending_display()
