"""Who is told of what, by which channels it goes out, and what each person wishes to be told how."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from vungxanh.accounts import devices
from vungxanh.common.encryption import EncryptedTextField
from vungxanh.notifications import channels, topics
from vungxanh.notifications.enums import DeliveryState


class Notification(models.Model):
    """One person told of one cause, in their language. `key` stands for the cause; `on_screen`: stands in the list;
    `settled_at`: what it tells of was done meanwhile, whoever did it."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications")
    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=300)
    on_screen = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["recipient", "made_at"], name="notification_by_recipient"),
            models.Index(
                fields=["recipient"],
                condition=Q(read_at__isnull=True, settled_at__isnull=True, on_screen=True),
                name="notification_unread",
            ),
            models.Index(fields=["key"], condition=Q(settled_at__isnull=True), name="notification_by_open_cause"),
            models.Index(fields=["made_at"], name="notification_by_moment"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["recipient", "key"], name="notification_once"),
            models.CheckConstraint(condition=~Q(key=""), name="notification_has_a_key"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.made_at:%d/%m/%Y}"

    @property
    def topic_name(self) -> str | Promise:
        return topics.name_of(self.topic)

    @property
    def icon(self) -> str:
        return topics.icon_of(self.topic)

    @property
    def is_unread(self) -> bool:
        return self.read_at is None and self.settled_at is None


class Delivery(models.Model):
    """A notification on its way through one channel. While `SENDING`, `next_at` is the end of the worker's lease."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=20)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.PENDING)
    tries = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=[DeliveryState.PENDING, DeliveryState.SENDING]),
                name="delivery_due",
            ),
            models.Index(fields=["sent_at"], name="delivery_by_moment"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["notification", "channel"], name="delivery_once"),
            models.CheckConstraint(
                condition=Q(state=DeliveryState.SENT, sent_at__isnull=False)
                | ~Q(state=DeliveryState.SENT) & Q(sent_at__isnull=True),
                name="delivery_sent_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=DeliveryState.GIVEN_UP) | ~Q(error=""), name="delivery_given_up_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} {self.state}"

    @property
    def channel_name(self) -> str | Promise:
        return channels.name_of(self.channel)


class PushDevice(models.Model):
    """A browser that asked to be sent messages: the address of its push service, and the keys to seal them with."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="push_devices")
    endpoint = EncryptedTextField()
    endpoint_digest = models.CharField(max_length=64, unique=True)
    public_key = models.CharField(max_length=100)
    secret = EncryptedTextField()
    device = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return devices.spoken(self.device) or "–"


class TopicChoice(models.Model):
    """Somebody's own choice where it differs from what the topic gives: told of it through the channel, or not."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="topic_choices")
    topic = models.CharField(max_length=40)
    channel = models.CharField(max_length=20)
    is_on = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "topic", "channel"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel}"


class OwnTimes(models.Model):
    """Somebody's own quiet hours, and whether one message a day is enough."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="own_times")
    quiet_from = models.TimeField()
    quiet_to = models.TimeField()
    is_digest = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.quiet_from:%H:%M}–{self.quiet_to:%H:%M}"
