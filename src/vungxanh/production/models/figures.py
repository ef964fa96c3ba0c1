"""What a unit reached in a month."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.organization.models import Unit
from vungxanh.production.enums import FigureState


class ProductionFigure(models.Model):
    """One version of a figure: `number` counts those of a unit, an indicator and a month (its first day). One version
    waits and one is verified at most; a correction stands beside what it corrects. `note`: from where it is known,
    `reason`: why it was sent back."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    indicator = models.CharField(max_length=40)
    month = models.DateField()
    number = models.PositiveSmallIntegerField()
    value = models.DecimalField(max_digits=16, decimal_places=3)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=FigureState)
    entered_at = models.DateTimeField()
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    replaced_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["month", "unit"], name="production_figure_by_month")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "indicator", "month", "number"], name="figure_once_a_version"),
            models.UniqueConstraint(
                fields=["unit", "indicator", "month"], condition=Q(state="ENTERED"), name="figure_waits_once"
            ),
            models.UniqueConstraint(
                fields=["unit", "indicator", "month"], condition=Q(state="VERIFIED"), name="figure_verified_once"
            ),
            models.CheckConstraint(condition=Q(value__gte=0), name="figure_not_negative"),
            models.CheckConstraint(condition=Q(number__gte=1) & ~Q(indicator=""), name="figure_counted"),
            models.CheckConstraint(
                condition=Q(state="ENTERED", checked_at__isnull=True, replaced_at__isnull=True, reason="")
                | Q(state="VERIFIED", checked_at__isnull=False, replaced_at__isnull=True, reason="")
                | Q(state="RETURNED", checked_at__isnull=False, replaced_at__isnull=True) & ~Q(reason="")
                | Q(state="REPLACED", replaced_at__isnull=False, reason=""),
                name="figure_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator}, {self.month:%m/%Y}"
