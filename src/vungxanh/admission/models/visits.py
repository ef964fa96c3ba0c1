"""Guests and their visits. What a guest answered is encrypted; the columns say only what the rules made of it."""

import uuid

from django.db import models
from django.db.models import Q

from vungxanh.admission.enums import HostAnswer, ReminderTarget, VisitState
from vungxanh.common.encryption import EncryptedTextField
from vungxanh.organization.models import Party, Person, Site
from vungxanh.screening.enums import GateState


class Visitor(models.Model):
    """Somebody from outside. Presence knows a visitor by `pseudonym`; the name and numbers are erased in due time."""

    pseudonym = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    full_name = models.CharField(max_length=160)
    search_name = models.CharField(max_length=160)
    phone = EncryptedTextField()
    phone_digest = models.CharField(max_length=64, blank=True)
    identity_number = EncryptedTextField()
    identity_digest = models.CharField(max_length=64, blank=True)
    party_name = models.CharField(max_length=160, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["phone_digest"], name="visitor_by_phone")]
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True) & ~Q(full_name="")
                | Q(erased_at__isnull=False, full_name="", phone_digest="", identity_digest=""),
                name="visitor_named_until_erased",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name


class Visit(models.Model):
    """One visit, of one guest or of a group whose leader answers for all.

    `key` opens the visitor's own page, `code` is what a guard types. `host` is empty until somebody knows who is meant
    by `host_name`, which the visitor wrote. `gate_state` is what the rules made of the answers; `erase_on` is the day
    after which the answers and, without a later visit, the visitor's name and numbers are erased. `party_name` is what
    the visitor wrote, `party` whom somebody said that it means.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4)
    code = models.CharField(max_length=8, unique=True)
    visitor = models.ForeignKey(Visitor, models.PROTECT, related_name="visits")
    site = models.ForeignKey(Site, models.PROTECT, related_name="visits")
    host = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="received_visits")
    host_name = models.CharField(max_length=160, blank=True)
    purpose = models.CharField(max_length=200)
    party_name = models.CharField(max_length=160, blank=True)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    group_size = models.PositiveSmallIntegerField(default=1)
    group_list = EncryptedTextField()
    planned_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=VisitState)
    host_answer = models.CharField(max_length=10, choices=HostAnswer, default=HostAnswer.PENDING)
    host_answered_at = models.DateTimeField(null=True, blank=True)
    host_answered_by_id = models.BigIntegerField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    questionnaire_version = models.CharField(max_length=20, blank=True)
    answers = models.BinaryField(default=b"", blank=True)
    level = models.CharField(max_length=10, blank=True)
    edition = models.DateField(null=True, blank=True)
    gate_state = models.CharField(max_length=8, choices=GateState, blank=True)
    admitted_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    erase_on = models.DateField()
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["site", "state", "planned_at"], name="visit_of_site"),
            models.Index(fields=["host", "state"], name="visit_of_host"),
            models.Index(fields=["erase_on"], name="visit_by_erasure"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(declared_at__isnull=True, gate_state="") | Q(declared_at__isnull=False) & ~Q(gate_state=""),
                name="visit_judged_when_declared",
            ),
            models.CheckConstraint(condition=Q(group_size__gte=1), name="visit_has_somebody"),
            models.CheckConstraint(
                condition=Q(host_answer=HostAnswer.PENDING, host_answered_at__isnull=True)
                | ~Q(host_answer=HostAnswer.PENDING) & Q(host_answered_at__isnull=False),
                name="visit_host_answered_at",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[VisitState.ADMITTED, VisitState.LEFT]) | Q(admitted_at__isnull=False),
                name="visit_inside_came_in",
            ),
            models.CheckConstraint(
                condition=~Q(state=VisitState.REFUSED) | ~Q(reason=""), name="visit_refused_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def may_enter(self) -> bool:
        """Declared, not held, and expected by the host: what a pass says."""
        return self.state == VisitState.WAITING and self.host_answer == HostAnswer.CONFIRMED


class VisitReminder(models.Model):
    """Somebody was told that a visitor waits for the host's word; `code` is the row of the rule."""

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="reminders")
    code = models.CharField(max_length=8)
    target = models.CharField(max_length=8, choices=ReminderTarget)
    reminded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "code"], name="visitreminder_once")]

    def __str__(self) -> str:
        return f"{self.visit_id} {self.code}"
