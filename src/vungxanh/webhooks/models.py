"""Who gets which events of which part of the tree, and each event on its way there."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.encryption import EncryptedTextField
from vungxanh.organization.models import Unit
from vungxanh.webhooks.enums import DeliveryState, Reason, SubscriptionState
from vungxanh.webhooks.signing import PRIVATE, public_half


class Subscription(models.Model):
    """A system that gets the events of a unit and everything below it.

    An address may hold a token of the receiver, so that it is kept encrypted as the secrets are; `host` is what is
    shown and written down of it. `secret` is one that both sides hold, or the private half of a pair of keys, as its
    beginning says. `old_secret` signs beside the new one until `old_secret_until`. `secret_version`
    counts the secrets, so that one tap rotates once. `failing_since`: the first failure after which nothing went
    through; `silences` counts since then how often it did not answer, and `rests_until` is when it is asked again.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    name = models.CharField(max_length=80)
    url = EncryptedTextField()
    host = models.CharField(max_length=260)
    events = models.JSONField(default=list)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    secret = EncryptedTextField()
    secret_version = models.PositiveIntegerField(default=1)
    old_secret = EncryptedTextField()
    old_secret_until = models.DateTimeField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=SubscriptionState)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    failing_since = models.DateTimeField(null=True, blank=True)
    silences = models.PositiveIntegerField(default=0)
    rests_until = models.DateTimeField(null=True, blank=True)
    disabled_at = models.DateTimeField(null=True, blank=True)
    disabled_for = models.CharField(max_length=10, choices=Reason, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_sequence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="subscription_has_a_name"),
            models.CheckConstraint(
                condition=Q(state=SubscriptionState.DISABLED, disabled_at__isnull=False, disabled_for__in=Reason.values)
                | ~Q(state=SubscriptionState.DISABLED) & Q(disabled_at__isnull=True, disabled_for=""),
                name="subscription_disabled_whole",
            ),
            models.CheckConstraint(
                condition=Q(state=SubscriptionState.ENDED, ended_at__isnull=False)
                | ~Q(state=SubscriptionState.ENDED) & Q(ended_at__isnull=True),
                name="subscription_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_key_pair(self) -> bool:
        return str(self.secret).startswith(PRIVATE)

    @property
    def public_key(self) -> str:
        """What the receiver of one that signs by a pair of keys holds; it is no secret."""
        return public_half(self.secret) if self.has_key_pair else ""


class WebhookDelivery(models.Model):
    """An event on its way to one subscriber, written in the transaction of what it tells of.

    `key` is the same at every try. `sequence` counts what the subscriber gets; it is given at the first try, since a
    count kept by those who write events would make them wait for each other. While it is being sent, `next_at` is the
    end of the worker's claim. `last_status` is that of HTTP, None where nobody answered.
    """

    key = models.UUIDField(unique=True)
    subscription = models.ForeignKey(Subscription, models.PROTECT, related_name="deliveries")
    event = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    payload = models.JSONField()
    sequence = models.PositiveIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState)
    written_at = models.DateTimeField()
    next_at = models.DateTimeField()
    give_up_at = models.DateTimeField()
    tries = models.PositiveIntegerField(default=0)
    last_status = models.PositiveSmallIntegerField(null=True, blank=True)
    last_error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subscription", "written_at"], name="webhook_by_subscription"),
            models.Index(
                fields=["subscription", "next_at"], condition=Q(state__in=["WAITING", "FAILED"]), name="webhook_open"
            ),
            models.Index(fields=["written_at"], name="webhook_by_moment"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subscription", "sequence"], name="webhook_in_order"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.DELIVERED, delivered_at__isnull=False)
                | ~Q(state=DeliveryState.DELIVERED) & Q(delivered_at__isnull=True),
                name="webhook_delivered_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.GIVEN_UP) | ~Q(last_error=""), name="webhook_given_up_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.key}"
