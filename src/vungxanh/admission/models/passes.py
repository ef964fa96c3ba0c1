"""Passes for one day. What a pass says is signed anew whenever it is shown; the row is what can be revoked."""

import datetime
import uuid

from django.db import models
from django.db.models import F, Q

from vungxanh.admission.enums import RevocationReason, SubjectKind
from vungxanh.organization.models import Site


class GatePass(models.Model):
    """A pass of one person for one day. Like every health row it knows the person by pseudonym only.

    The token that is shown is signed from this row alone, always the same: nothing else of it is kept. One of a
    visitor belongs to a visit and opens the gates of its site only, before `not_before` none; one of staff opens those
    of the agency.
    """

    jti = models.UUIDField(primary_key=True, default=uuid.uuid4)
    subject = models.UUIDField()
    kind = models.CharField(max_length=8, choices=SubjectKind)
    day = models.DateField()
    agency_id = models.BigIntegerField()
    site_id = models.BigIntegerField(null=True, blank=True)
    declaration_id = models.BigIntegerField(null=True, blank=True)
    visit_id = models.BigIntegerField(null=True, blank=True)
    kid = models.CharField(max_length=16)
    issued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
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
                fields=["subject", "day"],
                condition=Q(revoked_at__isnull=True, kind=SubjectKind.STAFF),
                name="gatepass_one_good_a_day",
            ),
            models.UniqueConstraint(
                fields=["visit_id"],
                condition=Q(revoked_at__isnull=True, visit_id__isnull=False),
                name="gatepass_one_good_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(kind=SubjectKind.STAFF, visit_id__isnull=True)
                | Q(kind=SubjectKind.VISITOR, visit_id__isnull=False, site_id__isnull=False),
                name="gatepass_visitor_has_a_visit",
            ),
            models.CheckConstraint(
                condition=Q(not_before__isnull=True) | Q(not_before__lt=F("expires_at")),
                name="gatepass_opens_before_it_ends",
            ),
            models.CheckConstraint(condition=Q(expires_at__gt=F("issued_at")), name="gatepass_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revocation_reason="")
                | Q(revoked_at__isnull=False) & ~Q(revocation_reason=""),
                name="gatepass_revoked_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}, {self.get_kind_display()}"

    @property
    def good_from(self) -> datetime.datetime:
        return self.not_before or self.issued_at

    def opens_gates_of(self, site: Site, agency_id: int | None) -> bool:
        """`agency_id`: the root of the tree that the site belongs to."""
        return self.site_id == site.pk if self.kind == SubjectKind.VISITOR else self.agency_id == agency_id
