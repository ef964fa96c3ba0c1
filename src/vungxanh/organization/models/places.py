"""Where people pass or meet: gates, rooms, vehicles, field posts, each with a code that is scanned there."""

import datetime

from django.db import models
from django.db.models import Q

from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models.units import Site


class Place(models.Model):
    """A gate, room, vehicle or field post of a site. Codes are unique in the whole installation.

    `has_fixed_code`: a printed code stands there instead of a screen; whoever photographs it can use it again, so what
    it proves is marked as weaker. A gate always has a screen or a guard.
    """

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=PlaceKind)
    site = models.ForeignKey(Site, models.PROTECT, related_name="places")
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    has_fixed_code = models.BooleanField(default=False)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(name=""), name="place_has_code_and_name"),
            models.CheckConstraint(
                condition=Q(has_fixed_code=False) | ~Q(kind=PlaceKind.GATE), name="place_gate_code_changes"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def is_closed(self, on: datetime.date) -> bool:
        return self.closed_on is not None and self.closed_on <= on
