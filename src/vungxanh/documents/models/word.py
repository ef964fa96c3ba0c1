"""Drafts that were worked on in Word and came back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.encryption import decrypt
from vungxanh.documents.content import Content, read
from vungxanh.documents.enums import WordReturnState
from vungxanh.documents.models.papers import Paper


class WordReturn(models.Model):
    """A DOCX that was brought in for a draft: `docx` is encrypted, `sha256` is of the file itself. `content` is what
    was read from it, `left_out` what could not be. `seen_at`: when the draft had been edited last at that moment.
    `made` is the version that it became. The bytes of one that was not taken are erased."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="word_returns")
    state = models.CharField(max_length=10, choices=WordReturnState)
    docx = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    content = models.JSONField()
    left_out = models.JSONField()
    seen_at = models.DateTimeField(null=True, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    made = models.OneToOneField(Paper, models.PROTECT, null=True, blank=True, related_name="word_source")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper"], condition=Q(state=WordReturnState.READ), name="wordreturn_one_waits"
            ),
            models.CheckConstraint(
                condition=Q(state=WordReturnState.READ, closed_at=None, closed_by=None, made=None, docx__isnull=False)
                | Q(
                    state=WordReturnState.TAKEN,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    made__isnull=False,
                    docx__isnull=False,
                )
                | Q(
                    state=WordReturnState.DISCARDED,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    made=None,
                    docx=None,
                ),
                name="wordreturn_closed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper}: {self.sha256[:12]}"

    @property
    def parts(self) -> Content:
        return read(self.content)

    @property
    def bytes_kept(self) -> bytes:
        """The file itself, while it is kept. Raises `DecryptionError`."""
        return decrypt(bytes(self.docx)) if self.docx is not None else b""
