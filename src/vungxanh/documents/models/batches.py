"""Papers for many units from one content with fields: what was ordered, and how far it is."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.encryption import decrypt
from vungxanh.documents.content import Content, read
from vungxanh.documents.enums import BatchState
from vungxanh.documents.models.papers import Paper
from vungxanh.organization.models import Unit


class PaperBatch(models.Model):
    """`unit` issues the papers; `content` holds the fields as they were typed. After `erased_at` the papers are there
    and their files of this batch are not."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    title = models.CharField(max_length=300)
    content = models.JSONField()
    day = models.DateField()
    state = models.CharField(max_length=10, choices=BatchState)
    ordered_at = models.DateTimeField()
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    cancelled_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "ordered_at"], name="batch_by_unit"),
            models.Index(fields=["ordered_at"], condition=Q(state=BatchState.RUNNING), name="batch_under_way"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=BatchState.RUNNING, ended_at=None, cancelled_by=None, erased_at=None)
                | Q(state=BatchState.DONE, ended_at__isnull=False, cancelled_by=None)
                | Q(state=BatchState.CANCELLED, ended_at__isnull=False, cancelled_by__isnull=False),
                name="batch_ended_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def parts(self) -> Content:
        return read(self.content)


class PaperBatchItem(models.Model):
    """One unit of a batch, with what each field gives for it as it was known when the batch was ordered. `docx` and
    `pdf` are encrypted; they are empty before the paper is made and after the files are erased."""

    batch = models.ForeignKey(PaperBatch, models.PROTECT, related_name="items")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    values = models.JSONField()
    paper = models.OneToOneField(Paper, models.PROTECT, null=True, blank=True, related_name="batch_item")
    docx = models.BinaryField(null=True)
    pdf = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["batch", "unit"], name="batchitem_unit_once"),
            models.CheckConstraint(
                condition=Q(docx=None, pdf=None) | Q(docx__isnull=False, pdf__isnull=False, paper__isnull=False),
                name="batchitem_files_of_a_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch}: {self.unit}"

    @property
    def files(self) -> dict[str, bytes]:
        """By ending; nothing where they are not there. Raises `DecryptionError`."""
        kept = {"docx": self.docx, "pdf": self.pdf}
        return {ending: decrypt(bytes(content)) for ending, content in kept.items() if content is not None}
