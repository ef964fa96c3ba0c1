"""Paper sheets that were entered, and the photographs that prove them."""

import datetime
import uuid

from django.db import models
from django.db.models import Q

from vungxanh.organization.models import Unit
from vungxanh.screening.enums import Window


class PaperSheet(models.Model):
    """The sheet of a unit for one window of one day, on however many pages of paper."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    window = models.CharField(max_length=10, choices=Window)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day", "window"], name="papersheet_once")]
        indexes = [models.Index(fields=["day"], name="papersheet_by_day")]

    def __str__(self) -> str:
        return sheet_number(self.unit.code, self.day, self.window)


def sheet_number(unit_code: str, day: datetime.date, window: str) -> str:
    """As it is printed on the paper: `CCKL/20210920/DEN`."""
    return f"{unit_code}/{day:%Y%m%d}/{'DEN' if window == Window.ARRIVAL else 'VE'}"


class PaperEntry(models.Model):
    """That the declaration of a person for the sheet's day and window was entered from the sheet."""

    sheet = models.ForeignKey(PaperSheet, models.CASCADE, related_name="entries")
    subject = models.UUIDField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject", "sheet"], name="paperentry_once")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.subject}"


class SheetPhotograph(models.Model):
    """One photograph of a sheet. `content` is an encrypted JPEG, `sha256` of the JPEG, `received_sha256` of the file as
    it came: the same file proves nothing twice.

    A photograph taken by mistake is withdrawn, one whose time is over is erased: the content goes, the row stays and
    tells that there was one.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    sheet = models.ForeignKey(PaperSheet, models.PROTECT, related_name="photographs")
    content = models.BinaryField(null=True)
    sha256 = models.CharField(max_length=64)
    received_sha256 = models.CharField(max_length=64)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size_bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by_id = models.BigIntegerField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["received_sha256"], condition=Q(withdrawn_at__isnull=True), name="sheetphotograph_proves_once"
            ),
            models.CheckConstraint(
                condition=Q(content__isnull=False, withdrawn_at__isnull=True, erased_at__isnull=True)
                | Q(content__isnull=True) & ~Q(withdrawn_at__isnull=True, erased_at__isnull=True),
                name="sheetphotograph_gone_or_there",
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)
