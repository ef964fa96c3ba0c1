"""Guidance that the Office publishes, for whom it is, what hangs on it, and who has read it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.directing.enums import GuidanceState
from vungxanh.organization.models import Unit


class Guidance(models.Model):
    """`unit` is the node for which the Office speaks. A newer version, or another guidance in its place, names the one
    that it `replaces`. `search_text` is title, number and text without marks."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    number = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField()
    search_text = models.TextField()
    effective_on = models.DateField()
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="replacements")
    targets = models.ManyToManyField(Unit, related_name="+")
    state = models.CharField(max_length=10, choices=GuidanceState)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["state", "published_at"], name="guidance_by_state")]
        constraints = [
            models.CheckConstraint(condition=~Q(title="") & ~Q(text=""), name="guidance_in_words"),
            models.CheckConstraint(
                condition=~Q(state__in=["PUBLISHED", "REPLACED"]) | Q(published_at__isnull=False),
                name="guidance_published_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(replaces__isnull=True) | ~Q(replaces=F("key")), name="guidance_replaces_another"
            ),
            models.UniqueConstraint(
                fields=["replaces"],
                condition=Q(state__in=["PUBLISHED", "REPLACED"]),
                name="guidance_replaced_once",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class GuidanceFile(models.Model):
    """The file that hangs on a guidance; `content` is encrypted, `sha256` of the file itself."""

    guidance = models.OneToOneField(Guidance, models.CASCADE, related_name="attached")
    name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class GuidanceReading(models.Model):
    """Somebody has read and understood it."""

    guidance = models.ForeignKey(Guidance, models.PROTECT, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["guidance", "user"], name="guidance_read_once")]

    def __str__(self) -> str:
        return f"{self.user}: {self.guidance}"
