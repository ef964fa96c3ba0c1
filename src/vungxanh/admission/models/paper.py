"""Paper sheets that were entered, and the photographs that prove them."""

import datetime

from django.db import models
from django.db.models import Q

from vungxanh.common.models import KeptPhotograph
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


class SheetPhotograph(KeptPhotograph):
    """One photograph of a sheet: the same file proves nothing twice."""

    sheet = models.ForeignKey(PaperSheet, models.PROTECT, related_name="photographs")
    size_bytes = models.PositiveIntegerField()
    added_by_id = models.BigIntegerField()

    class Meta(KeptPhotograph.Meta):
        constraints = [
            *KeptPhotograph.Meta.constraints,
            models.UniqueConstraint(
                fields=["received_sha256"], condition=Q(withdrawn_at__isnull=True), name="sheetphotograph_proves_once"
            ),
        ]
