"""Who holds which role where, and who acts for whom in absence."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.organization.enums import Role
from vungxanh.organization.models.units import Unit


class RoleAssignment(models.Model):
    """A role that a user holds at a unit and everywhere below it, from `valid_from` until before `valid_to`."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="role_assignments")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="role_assignments")
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "role"], name="role_by_unit")]
        constraints = [
            models.UniqueConstraint(fields=["user", "role", "unit", "valid_from"], name="role_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="role_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} · {self.unit}"


class Delegation(models.Model):
    """`delegate` acts with `role` of `principal` at `unit` from the first to the last day, both included."""

    principal = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_given")
    delegate = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="delegations_held")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="delegations")
    first_day = models.DateField()
    last_day = models.DateField()
    reason = models.CharField(max_length=200)
    handover = models.TextField(blank=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="delegation_ends_after_it_begins"),
            models.CheckConstraint(condition=~Q(principal=F("delegate")), name="delegation_to_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} ← {self.principal}"
