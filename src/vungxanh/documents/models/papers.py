"""Papers of an agency from the draft on."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise

from vungxanh.common.encryption import DecryptionError, decrypt
from vungxanh.documents import kinds
from vungxanh.documents.content import Check, Content, Stamp, read
from vungxanh.documents.enums import FileKind, PaperState
from vungxanh.organization.models import Unit


class NumberBook(models.Model):
    """How a unit numbers its papers in a year: by series of its own where `is_own`; else, and without a row, number and
    date are typed as the agency's document system gave them."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="number_books")
    year = models.PositiveSmallIntegerField()
    is_own = models.BooleanField()
    chosen_at = models.DateTimeField()
    chosen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "year"], name="numberbook_one_a_year")]

    def __str__(self) -> str:
        return f"{self.unit}, {self.year}"


class NumberSeries(models.Model):
    """The numbers of one type of papers in a book; `type_code` stands in the symbol (BC, KH), empty for a công văn.

    `last_number` is the one that was given last, 0 where none was. Its row is the lock under which the next is taken.
    """

    book = models.ForeignKey(NumberBook, models.PROTECT, related_name="series")
    type_code = models.CharField(max_length=60, blank=True)
    last_number = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["book", "type_code"], name="numberseries_one_a_type")]

    def __str__(self) -> str:
        return f"{self.book}: {self.type_code or '–'}"

    @property
    def next_number(self) -> int:
        return self.last_number + 1


class Paper(models.Model):
    """One version of a paper. `unit` issues it, `addressee` is the unit to which it goes where it is one of ours.

    `content` is what was drafted, from the data of that moment; only its free parts change afterwards. `drafted_by` is
    empty where the system drafted it. `number`, `symbol` and `issued_on` are those of the signed paper; `series` and
    `series_number` say that the number was given here and not typed. `search_text` of one that was issued is what the
    register is searched by, without marks. `check_code` is what anybody looks it up by, at the page of `check_address`;
    papers that were issued before there were codes have none.
    """

    kind = models.CharField(max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="papers")
    addressee = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    subject_key = models.CharField(max_length=120)
    version = models.PositiveSmallIntegerField(default=1)
    day = models.DateField()
    title = models.CharField(max_length=300)
    content = models.JSONField()
    check_code = models.CharField(max_length=20, blank=True, default="")
    check_address = models.CharField(max_length=300, blank=True, default="")
    search_text = models.TextField(blank=True, default="")
    state = models.CharField(max_length=10, choices=PaperState)
    drafted_at = models.DateTimeField()
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    number = models.CharField(max_length=12, blank=True)
    symbol = models.CharField(max_length=60, blank=True)
    series = models.ForeignKey(NumberSeries, models.PROTECT, null=True, blank=True, related_name="papers")
    series_number = models.PositiveIntegerField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_because = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["unit", "day"], name="paper_by_unit"),
            models.Index(fields=["addressee", "issued_on"], name="paper_by_addressee"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["unit", "kind", "subject_key", "version"], name="paper_version_once"),
            models.UniqueConstraint(
                fields=["unit", "kind", "subject_key"], condition=Q(state=PaperState.DRAFT), name="paper_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(number="", symbol="", issued_on=None, issued_at=None, issued_by=None)
                | ~Q(number="")
                & ~Q(symbol="")
                & Q(issued_on__isnull=False, issued_at__isnull=False, issued_by__isnull=False),
                name="paper_issued_whole",
            ),
            models.CheckConstraint(
                condition=~Q(state=PaperState.ISSUED) | ~Q(number=""), name="paper_issued_has_number"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PaperState.DRAFT, PaperState.REPLACED]) | Q(number=""),
                name="paper_draft_has_no_number",
            ),
            models.CheckConstraint(
                condition=Q(state=PaperState.WITHDRAWN, withdrawn_at__isnull=False, withdrawn_by__isnull=False)
                & ~Q(withdrawn_because="")
                | ~Q(state=PaperState.WITHDRAWN) & Q(withdrawn_at=None, withdrawn_by=None, withdrawn_because=""),
                name="paper_withdrawn_whole",
            ),
            models.UniqueConstraint(fields=["check_code"], condition=~Q(check_code=""), name="paper_check_code_once"),
            models.CheckConstraint(
                condition=Q(check_code="", check_address="") | ~Q(check_code="") & ~Q(number=""),
                name="paper_check_code_of_issued",
            ),
            models.CheckConstraint(condition=Q(number="") | ~Q(search_text=""), name="paper_issued_is_found"),
            models.UniqueConstraint(fields=["series", "series_number"], name="paper_series_number_once"),
            models.CheckConstraint(
                condition=Q(series=None, series_number=None)
                | Q(series__isnull=False, series_number__isnull=False, series_number__gte=1) & ~Q(number=""),
                name="paper_series_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def kind_name(self) -> str | Promise:
        return kinds.name_of(self.kind)

    @property
    def parts(self) -> Content:
        return read(self.content)

    @property
    def stamp(self) -> Stamp:
        return Stamp(self.number, self.symbol, self.issued_on)

    @property
    def printed_check(self) -> Check | None:
        """None for a paper that was issued without; an empty one for a draft."""
        return Check(self.check_code, self.check_address) if self.check_code or not self.number else None

    @property
    def subject(self) -> kinds.Subject:
        return kinds.Subject(self.unit_id, self.subject_key, self.day, self.addressee_id)

    @property
    def full_number(self) -> str:
        """`125/BC-SNN`; nothing on a draft."""
        return f"{self.number}/{self.symbol}" if self.number else ""


class PaperFile(models.Model):
    """A file of an issued paper, byte for byte: `content` is encrypted, `sha256` is of the file itself.

    PDF and DOCX are those made at issuing, by the `engine` and the edition of the layout that was in force from
    `layout_from`; they are never replaced. A signed PDF comes from outside; one that was replaced stays, with the
    reason. `has_signature`: it holds a field with a digital signature, of which nobody checked whether it is genuine.
    """

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10, choices=FileKind)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    layout_from = models.DateField(null=True, blank=True)
    engine = models.CharField(max_length=60, blank=True)
    has_signature = models.BooleanField(default=False)
    replaced_at = models.DateTimeField(null=True, blank=True)
    replaced_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    replaced_because = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "kind"], condition=Q(replaced_at__isnull=True), name="paperfile_one_of_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(kind=FileKind.SIGNED, layout_from=None, engine="")
                | Q(kind__in=[FileKind.PDF, FileKind.DOCX], layout_from__isnull=False, replaced_at=None)
                & Q(has_signature=False)
                & ~Q(engine=""),
                name="paperfile_made_or_signed",
            ),
            models.CheckConstraint(
                condition=Q(replaced_at=None, replaced_by=None, replaced_because="")
                | Q(replaced_at__isnull=False, replaced_by__isnull=False) & ~Q(replaced_because=""),
                name="paperfile_replaced_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper}: {self.get_kind_display()}"

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
