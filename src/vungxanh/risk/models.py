"""Each person's risk, each unit's zone, the daily return, its deliveries, and what has to be clarified."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext

from vungxanh.accounts.models import User
from vungxanh.common.encryption import EncryptedTextField
from vungxanh.common.models import KeptPhotograph
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.risk.enums import (
    Cause,
    DecisionKind,
    DeliveryState,
    DeliveryWay,
    FindingState,
    Reader,
    ReminderTarget,
    ReturnKind,
    ReturnState,
    RiskLevel,
    ZoneLevel,
)
from vungxanh.screening.models import DayWindows


class PersonAssessment(models.Model):
    """What the rules in force said of a person at a moment. The newest row is current; older ones are its history.

    `row_codes` are the rows that matched, the deciding one first; their sentences stand in the edition `edition` of the
    table, so that no health fact is written here in words. `unknown` names the facts that nobody provides yet.
    """

    subject = models.UUIDField()
    day = models.DateField()
    at = models.DateTimeField()
    level = models.CharField(max_length=10, choices=RiskLevel)
    table = models.CharField(max_length=40)
    edition = models.DateField()
    row_codes = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    cause = models.CharField(max_length=12, choices=Cause)
    declaration_id = models.BigIntegerField(null=True, blank=True)
    is_current = models.BooleanField(default=True)
    known_decisions: list["LevelDecision"]
    """Oldest first, of those that `queries` read."""

    class Meta:
        indexes = [models.Index(fields=["subject", "at"], name="assessment_by_subject")]
        constraints = [
            models.UniqueConstraint(fields=["subject"], condition=Q(is_current=True), name="assessment_one_current"),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.level}"


class LevelDecision(models.Model):
    """The unit confirmed or changed a proposed level, with a reason; it holds until the next assessment differs."""

    assessment = models.ForeignKey(PersonAssessment, models.PROTECT, related_name="decisions")
    kind = models.CharField(max_length=10, choices=DecisionKind)
    level = models.CharField(max_length=10, choices=RiskLevel)
    reason = models.CharField(max_length=300)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=DecisionKind.CONFIRMED) | ~Q(reason=""), name="decision_override_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.level}"


class UnitDay(models.Model):
    """What the people of a unit come to on a day: those who stand in it itself, nobody below, under one set of windows.

    Kept in the transaction of whatever changes it, so that a sum over a few rows answers what a scan of people would.
    `excused` and what follows are of the staff (inside the 100 %), `high_people` and `very_high_people` of everybody
    who is not isolated, by the level that counts. Levels follow the people from today on; a day that is over keeps them
    as they stood when its unit was last touched. Of those expected whoever is neither on time, early nor late has not
    declared; `missing_both` have not for either window, and are one person each.
    No foreign keys and no floor at zero: no declaration is refused for a count; a nightly check proves them.
    """

    day = models.DateField()
    unit_id = models.BigIntegerField()
    windows = models.ForeignKey(DayWindows, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    people = models.IntegerField(default=0)
    staff = models.IntegerField(default=0)
    high_people = models.IntegerField(default=0)
    very_high_people = models.IntegerField(default=0)
    excused = models.IntegerField(default=0)
    expected = models.IntegerField(default=0)
    arrival_expected = models.IntegerField(default=0)
    arrival_on_time = models.IntegerField(default=0)
    arrival_early = models.IntegerField(default=0)
    arrival_late = models.IntegerField(default=0)
    leaving_expected = models.IntegerField(default=0)
    leaving_on_time = models.IntegerField(default=0)
    leaving_early = models.IntegerField(default=0)
    leaving_late = models.IntegerField(default=0)
    missing_both = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "unit_id", "windows"], name="unitday_once")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.unit_id}"


class TreeDay(models.Model):
    """What the people of a unit and of everything below it come to on a day, under one set of windows: what its zone
    needs, kept in the same transaction as `UnitDay`, so that a zone is read from its own row however many stand below.

    `arrival_missing` and `leaving_missing`: expected, and nothing came, late or not; `missing_both` are in both.
    """

    day = models.DateField()
    unit_id = models.BigIntegerField()
    windows = models.ForeignKey(DayWindows, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    people = models.IntegerField(default=0)
    high_people = models.IntegerField(default=0)
    very_high_people = models.IntegerField(default=0)
    arrival_missing = models.IntegerField(default=0)
    leaving_missing = models.IntegerField(default=0)
    missing_both = models.IntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "unit_id", "windows"], name="treeday_once")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.unit_id}"


class TreeDayMark(models.Model):
    """By which tree the sums of a day were made: another mark than that of the tree, and they are made anew."""

    day = models.DateField(primary_key=True)
    mark = models.CharField(max_length=32, blank=True)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class UnitZone(models.Model):
    """The colour of a unit from a moment on, with the rows that matched and the figures that they looked at."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="zones")
    day = models.DateField()
    at = models.DateTimeField()
    level = models.CharField(max_length=10, choices=ZoneLevel)
    table = models.CharField(max_length=40)
    edition = models.DateField()
    row_codes = models.JSONField(default=list)
    unknown = models.JSONField(default=list)
    figures = models.JSONField(default=dict)
    is_current = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "at"], name="zone_by_unit")]
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=Q(is_current=True), name="zone_one_current"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.level}"


def standing(user: User, role: str, principal: User | None) -> str:
    """In words: somebody, in which role and in whose stead; a role that is none is that of the duty officer."""
    words = {
        "name": user.full_name,
        "role": Role(role).label if role in Role.values else gettext("duty officer"),
        "for": principal.full_name if principal else "",
    }
    if principal is None:
        return gettext("%(name)s, %(role)s") % words
    return gettext("%(name)s, by delegation for %(role)s %(for)s") % words


class DailyReturn(models.Model):
    """The daily update of a reporting point, due before 15:00, or an unusual one, due at once.

    `number` counts the unusual returns of a day (a daily one has 1). A change after submission is a new `version`;
    the old one stays, REPLACED. `is_on_time` is a fact of the submission, never changed afterwards. `submitted_as` is
    the role in which it was sent, `submitted_for` the one in whose stead, where the role was delegated.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="returns")
    day = models.DateField()
    kind = models.CharField(max_length=10, choices=ReturnKind)
    number = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ReturnState, default=ReturnState.PREPARED)
    figures = models.JSONField(default=dict)
    cause = models.CharField(max_length=300, blank=True)
    note = models.TextField(blank=True)
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    prepared_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_as = models.CharField(max_length=20, blank=True)
    submitted_for = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_on_time = models.BooleanField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["day", "unit"], name="return_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["unit", "day", "kind", "number", "version"], name="return_version_once"),
            models.UniqueConstraint(
                fields=["unit", "day", "kind", "number"],
                condition=~Q(state=ReturnState.REPLACED),
                name="return_one_in_force",
            ),
            models.CheckConstraint(
                condition=Q(state=ReturnState.PREPARED, submitted_at__isnull=True, submitted_by__isnull=True)
                | ~Q(state=ReturnState.PREPARED)
                & Q(submitted_at__isnull=False, submitted_by__isnull=False, is_on_time__isnull=False),
                name="return_submitted_whole",
            ),
            models.CheckConstraint(
                condition=Q(submitted_for__isnull=True)
                | Q(submitted_by__isnull=False) & ~Q(submitted_for=F("submitted_by")),
                name="return_in_the_stead_of_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day:%d/%m/%Y}, {self.get_kind_display()}"

    @property
    def submitter(self) -> str:
        """Who sent it, in which role and in whose stead; needs the two accounts at hand."""
        return standing(self.submitted_by, self.submitted_as, self.submitted_for) if self.submitted_by else ""

    @property
    def minutes_taken(self) -> int | None:
        """From the event to the submission, whole minutes; None while it is open."""
        return whole_minutes(self.opened_at, self.submitted_at)


def whole_minutes(since: datetime.datetime, until: datetime.datetime | None) -> int | None:
    return int((until - since).total_seconds() // 60) if until else None


class UnusualEvent(models.Model):
    """Something that could not wait for the daily return, and the unusual return that it opened or was added to.
    `key` names the cause, so that it opens one return only, however often it is told."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    opened = models.ForeignKey(DailyReturn, models.PROTECT, related_name="events")
    code = models.CharField(max_length=20)
    key = models.CharField(max_length=120, unique=True)
    says = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["unit", "at"], name="unusualevent_by_unit")]
        constraints = [models.CheckConstraint(condition=~Q(key="") & ~Q(says=""), name="unusualevent_says_something")]

    def __str__(self) -> str:
        return self.says


class ReturnExplanation(models.Model):
    """Why a reporting point sent its daily return late or not at all, in its own words. Said again it is replaced; the
    trail keeps what was said before."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    reason = models.CharField(max_length=300)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "day"], name="returnexplanation_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="returnexplanation_says_something"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day:%d/%m/%Y}"


class ReturnReminder(models.Model):
    """Who was reminded when that the return of a unit is missing. `code` is a row of the rules of reminders."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="return_reminders")
    day = models.DateField()
    code = models.CharField(max_length=20)
    target = models.CharField(max_length=10, choices=ReminderTarget)
    reminded_at = models.DateTimeField()
    recipients = models.ManyToManyField(settings.AUTH_USER_MODEL, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "day", "code"], name="returnreminder_once")]

    def __str__(self) -> str:
        return f"{self.unit} {self.day:%d/%m/%Y} {self.code}"


class Delivery(models.Model):
    """A version of a return on its way to one receiver: written with the return, in one transaction.

    `key` is the same for every try, so that a receiver knows it again. `sequence` counts what the receiver gets from
    the unit. `payload` is what goes out, figures only, as it was when the return was sent. `delivered_at` is when the
    receiver had it: by hand, when the operator says the map was updated; `noted_at` when that was written down.
    """

    key = models.UUIDField(unique=True)
    sent_return = models.ForeignKey(DailyReturn, models.PROTECT, related_name="deliveries")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    day = models.DateField()
    receiver = models.CharField(max_length=20)
    receiver_name = models.CharField(max_length=100)
    way = models.CharField(max_length=10, choices=DeliveryWay)
    sequence = models.PositiveIntegerField()
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.WAITING)
    written_at = models.DateTimeField()
    next_at = models.DateTimeField()
    give_up_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    is_on_time = models.BooleanField(null=True, blank=True)
    noted_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answer_sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["day", "unit"], name="returndelivery_by_day"),
            models.Index(fields=["next_at"], condition=Q(state__in=["WAITING", "FAILED"]), name="returndelivery_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sent_return", "receiver"], name="returndelivery_once"),
            models.UniqueConstraint(fields=["unit", "receiver", "sequence"], name="returndelivery_in_order"),
            models.CheckConstraint(
                condition=Q(state__in=["SENT", "DONE"], delivered_at__isnull=False, is_on_time__isnull=False)
                | ~Q(state__in=["SENT", "DONE"]) & Q(delivered_at__isnull=True, is_on_time__isnull=True),
                name="returndelivery_delivered_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="DONE", way="MANUAL", noted_by__isnull=False, noted_at__isnull=False)
                | ~Q(state="DONE") & Q(noted_by__isnull=True, noted_at__isnull=True),
                name="returndelivery_by_hand_has_operator",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.day:%d/%m/%Y} {self.receiver} {self.sequence}"

    @property
    def return_kind(self) -> str:
        return self.sent_return.kind


class DeliveryProof(KeptPhotograph):
    """A screenshot of the map after the update: the same file proves nothing twice."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="proofs")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta(KeptPhotograph.Meta):
        constraints = [
            *KeptPhotograph.Meta.constraints,
            models.UniqueConstraint(
                fields=["received_sha256"], condition=Q(withdrawn_at__isnull=True), name="proof_proves_once"
            ),
        ]


class ConsistencyFinding(models.Model):
    """A declaration that does not fit with something else that is known: to be clarified, not a verdict.

    `code` is a row of the edition `edition` of the table of consistency, which also said for whom it is. `evidence`
    names the records that it was read from (kind, moment, site, id of a declaration), never an answer.
    """

    subject = models.UUIDField()
    day = models.DateField()
    unit_id = models.BigIntegerField()
    code = models.CharField(max_length=20)
    edition = models.DateField()
    reader = models.CharField(max_length=16, choices=Reader)
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=FindingState, default=FindingState.OPEN)
    found_at = models.DateTimeField()
    outcome = EncryptedTextField()
    reviewed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["day", "unit_id"], name="finding_by_unit")]
        constraints = [
            models.UniqueConstraint(fields=["subject", "day", "code"], name="finding_once_a_day"),
            models.CheckConstraint(condition=~Q(reader=Reader.NOBODY), name="finding_is_for_somebody"),
            models.CheckConstraint(
                condition=Q(state=FindingState.REVIEWED, reviewed_at__isnull=False, reviewed_by__isnull=False)
                | ~Q(state=FindingState.REVIEWED) & Q(reviewed_at__isnull=True, reviewed_by__isnull=True),
                name="finding_reviewed_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.code}"


class ConsistencyRun(models.Model):
    """When the declarations of a day were last looked through, and what could not be known then."""

    day = models.DateField(unique=True)
    at = models.DateTimeField()
    edition = models.DateField()
    people = models.PositiveIntegerField()
    unknown = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"
