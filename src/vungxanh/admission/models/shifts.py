"""Who was on which shift, as the unit confirmed it after the shift."""

from django.db import models
from django.db.models import F, Q

from vungxanh.organization.models import Place, Unit


class ShiftAttendance(models.Model):
    """What the unit said of one line of its roster: `day` is that on which the shift began.

    Kept apart from the roster, which is a plan and may be changed later. `entry_key` and `exit_key` are the sightings
    of whoever was present.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    subject = models.UUIDField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_present = models.BooleanField()
    confirmed_at = models.DateTimeField()
    confirmed_by_id = models.BigIntegerField(null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, unique=True)
    exit_key = models.UUIDField(null=True, blank=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "day"], name="shiftattendance_by_unit")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "day"], name="shiftattendance_once_a_day"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("begins_at")), name="shiftattendance_ends_after"),
            models.CheckConstraint(
                condition=Q(is_present=True, entry_key__isnull=False, exit_key__isnull=False)
                | Q(is_present=False, entry_key__isnull=True, exit_key__isnull=True),
                name="shiftattendance_present_has_keys",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.subject}"
