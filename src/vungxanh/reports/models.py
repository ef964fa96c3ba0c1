"""What the boards leave behind: whom one urged, what they answered, what was found out about signs of formalism."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.organization.models import Unit


class Urge(models.Model):
    """A unit was urged to finish what it owes of a day. `duties` are the codes of what was open, `text` is what those
    who answer for the unit were told, `told` how many of them. `key` is of one tap, so that a tap sent twice is one."""

    key = models.UUIDField()
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    duties = models.JSONField(default=list)
    text = models.CharField(max_length=500)
    told = models.PositiveSmallIntegerField()
    urged_at = models.DateTimeField()
    urged_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answer = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["day", "unit"], name="urge_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["key", "unit"], name="urge_once_a_tap"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True, answered_by__isnull=True)
                | ~Q(answer="") & Q(answered_at__isnull=False, answered_by__isnull=False),
                name="urge_answered_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.urged_at:%H:%M %d/%m/%Y}"


class FormalismNote(models.Model):
    """What the Office found out about a sign of formalism. `sign` is the SHA-256 of what it was made of: another month,
    text or picture is another sign. A later note stands beside the earlier one."""

    sign = models.CharField(max_length=64)
    text = models.CharField(max_length=300)
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["sign", "noted_at"], name="formalism_note_by_sign")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="formalism_note_in_words")]

    def __str__(self) -> str:
        return self.text
