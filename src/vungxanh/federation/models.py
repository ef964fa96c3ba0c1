"""Who sends roll-ups here, what came from them, and what this installation sent upward itself."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.organization.models import Unit


class RollupSender(models.Model):
    """An agency below that keeps an installation of its own. `public_key` says who sent something; whoever has it
    cannot send. One that was ended stays with what it sent; its agency may be registered anew.

    `refusal`: why something that it did sign was refused last.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    code = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    public_key = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    refused_at = models.DateTimeField(null=True, blank=True)
    refusal = models.CharField(max_length=300, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=Q(ended_at=None), name="rollup_sender_once"),
            models.UniqueConstraint(fields=["public_key"], condition=Q(ended_at=None), name="rollup_sender_own_key"),
            models.CheckConstraint(condition=~Q(name="") & ~Q(code=""), name="rollup_sender_is_named"),
        ]

    def __str__(self) -> str:
        return self.name


class ReceivedRollup(models.Model):
    """One version of a day of a sender. `sums` has everything but `agencies`, which a version that was replaced loses
    after some days; `digest` is of both as they came."""

    sender = models.ForeignKey(RollupSender, models.PROTECT, related_name="rollups")
    day = models.DateField()
    version = models.PositiveBigIntegerField()
    sums = models.JSONField()
    agencies = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    counted_at = models.DateTimeField()
    received_at = models.DateTimeField()
    is_current = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sender", "day", "version"], name="rollup_version_once"),
            models.UniqueConstraint(fields=["sender", "day"], condition=Q(is_current=True), name="rollup_one_current"),
        ]
        indexes = [models.Index(fields=["day"], condition=Q(is_current=True), name="rollup_board")]

    def __str__(self) -> str:
        return f"{self.sender_id} {self.day} {self.version}"


class OwnRollup(models.Model):
    """One version of a day of an agency at the top of this installation, as it was written for those who get it."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    version = models.PositiveBigIntegerField()
    content = models.JSONField()
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day", "version"], name="own_rollup_version_once")]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.day} {self.version}"
