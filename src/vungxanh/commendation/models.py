"""What was decided about people and units that the data found."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.commendation.enums import DiscoveryState
from vungxanh.movement.models import Campaign
from vungxanh.organization.models import Person, Unit


class Discovery(models.Model):
    """Put forward or passed over, for one period of a campaign; a nomination begins with those put forward.

    `unit`: the one found, or in whose name the person was found. `evidence`: as it stood when it was decided, a list of
    `{"pattern": code, "figure": number, "words": text, "address": page}`.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="discoveries")
    period = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="discoveries")
    state = models.CharField(max_length=12, choices=DiscoveryState)
    evidence = models.JSONField()
    reason = models.CharField(max_length=300, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "period", "person"], condition=Q(person__isnull=False), name="discovery_of_a_person"
            ),
            models.UniqueConstraint(
                fields=["campaign", "period", "unit"], condition=Q(person__isnull=True), name="discovery_of_a_unit"
            ),
            models.CheckConstraint(
                condition=Q(state="PUT_FORWARD") | Q(state="PASSED_OVER") & ~Q(reason=""),
                name="discovery_passed_over_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}/{self.period}: {self.person or self.unit}"
