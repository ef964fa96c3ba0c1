"""Passes for one day. What a pass says is signed anew whenever it is shown; the row is what can be revoked."""

import uuid

from django.db import models
from django.db.models import F, Q

from vungxanh.admission.enums import RevocationReason, SubjectKind


class GatePass(models.Model):
    """A pass of one person for one day. Like every health row it knows the person by pseudonym only.

    The token that is shown is signed from this row alone, always the same: nothing else of it is kept.
    """

    jti = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField()
    kind = models.CharField(max_length=8, choices=SubjectKind)
    day = models.DateField()
    agency_id = models.BigIntegerField()
    site_id = models.BigIntegerField(null=True, blank=True)
    declaration_id = models.BigIntegerField(null=True, blank=True)
    kid = models.CharField(max_length=16)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revocation_reason = models.CharField(max_length=10, choices=RevocationReason, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "day"], name="gatepass_by_subject"),
            models.Index(fields=["expires_at"], name="gatepass_by_expiry"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "day"], condition=Q(revoked_at__isnull=True), name="gatepass_one_good_a_day"
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="gatepass_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revocation_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revocation_reason=""),
                name="gatepass_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.kind}"
