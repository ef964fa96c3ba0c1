"""Who did what to what, and when; rows are only ever added, and outlive the erasure of what they speak of."""

from django.db import models
from django.db.models import Q

from vungxanh.audit import details
from vungxanh.audit.actions import in_words


class AuditEvent(models.Model):
    """One thing that somebody did, or one reading of health data.

    The actor and the subject are kept as id and name without a foreign key, so that the row stays when they are erased.
    `key` stands for what may arrive again: of one action it is written once.
    """

    at = models.DateTimeField()
    action = models.CharField(max_length=80)
    is_read = models.BooleanField(default=False)
    actor_id = models.BigIntegerField(null=True, blank=True)
    actor_name = models.CharField(max_length=160, blank=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=60)
    subject_name = models.CharField(max_length=200, blank=True)
    unit_id = models.BigIntegerField(null=True, blank=True)
    detail = models.JSONField(default=dict, blank=True)
    key = models.UUIDField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "at"], name="audit_by_subject"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
            models.Index(fields=["at"], name="audit_by_moment"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["action", "key"], condition=Q(key__isnull=False), name="audit_once_by_key")
        ]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M} {self.actor_name}: {self.action} {self.subject_name}"

    @property
    def action_in_words(self) -> str:
        return in_words(self.action)

    @property
    def shown_detail(self) -> list[tuple[str, str]]:
        """Pairs, since a template would take a key named `items` for the way to walk through them."""
        return details.in_words(self.action, self.detail)
