"""Papers that arrive: the register with its numbers, each paper with what became of it, its scans."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q

from vungxanh.common.encryption import DecryptionError, decrypt
from vungxanh.documents.enums import IncomingState, Urgency
from vungxanh.documents.models.papers import Paper
from vungxanh.organization.models import Unit


class IncomingBook(models.Model):
    """A register of a unit and a year; `code` is that of the rule, empty for the general one. `last_number` is the
    arrival number that was given last, 0 where none was."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=10, blank=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year", "code"], name="incomingbook_one_a_year")]

    def __str__(self) -> str:
        return f"{self.unit}, {self.year}, {self.code or '–'}"


class IncomingPaper(models.Model):
    """`number` is its arrival number, never given again. `symbol` is number and symbol as they stand on the paper.

    `handed_unit` and `handler`: to whom it was handed and who handles it; `outcome` and `answer`: what became of it.
    `struck_because` says why an entry does not count; its number stays. `search_text` is without marks.
    """

    book = models.ForeignKey(IncomingBook, models.PROTECT, related_name="papers")
    number = models.PositiveIntegerField()
    arrived_on = models.DateField()
    issuer = models.CharField(max_length=200)
    symbol = models.CharField(max_length=80, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    summary = models.CharField(max_length=500)
    urgency = models.CharField(max_length=12, choices=Urgency)
    due_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=10, choices=IncomingState)
    search_text = models.TextField()
    registered_at = models.DateTimeField()
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    handed_unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    handler = models.CharField(max_length=100, blank=True)
    handed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=500, blank=True)
    answer = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="answers_to")
    struck_because = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["handed_unit", "state"], name="incoming_by_handed_unit")]
        constraints = [
            models.UniqueConstraint(fields=["book", "number"], name="incoming_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="incoming_number_is_one"),
            models.CheckConstraint(
                condition=Q(handed_unit=None, handed_at=None, handler="")
                | Q(handed_unit__isnull=False, handed_at__isnull=False),
                name="incoming_handed_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=IncomingState.HANDED) | Q(handed_at__isnull=False),
                name="incoming_handed_to_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[IncomingState.ARRIVED, IncomingState.HANDED], closed_at=None, closed_by=None)
                & Q(outcome="", answer=None, struck_because="")
                | Q(state=IncomingState.DEALT, closed_at__isnull=False, closed_by__isnull=False, struck_because="")
                & ~Q(outcome="")
                | Q(
                    state=IncomingState.STRUCK,
                    closed_at__isnull=False,
                    closed_by__isnull=False,
                    outcome="",
                    answer=None,
                )
                & ~Q(struck_because=""),
                name="incoming_closed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}/{self.book.year}: {self.summary}"[:300]


class IncomingScan(models.Model):
    """The PDF of a paper that arrived; `content` is encrypted, `sha256` of the file itself. One that was replaced
    stays, with the reason."""

    paper = models.ForeignKey(IncomingPaper, models.PROTECT, related_name="scans")
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper"], condition=Q(replaced_at__isnull=True), name="incomingscan_one_holds"
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None, replaced_because="")
                | Q(replaced_at__isnull=False) & ~Q(replaced_because=""),
                name="incomingscan_replaced_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper}: {self.sha256[:12]}"

    @property
    def bytes_kept(self) -> bytes:
        """The file itself. Raises `DecryptionError`."""
        return decrypt(bytes(self.content))

    @property
    def is_whole(self) -> bool:
        """It can be opened and is what was kept."""
        try:
            return hashlib.sha256(self.bytes_kept).hexdigest() == self.sha256
        except DecryptionError:
            return False
