"""What people said and when: raw facts, no judgement. People stand here only by their pseudonym."""

import datetime

from django.db import models
from django.db.models import F, Q

from vungxanh.common.encryption import EncryptedTextField
from vungxanh.organization.models import Site, Unit
from vungxanh.screening.enums import (
    Channel,
    CorrectionReason,
    Direction,
    Excuse,
    GateState,
    Means,
    Timeliness,
    Window,
)

SENT_LATE_AFTER = datetime.timedelta(minutes=5)


class WindowSetting(models.Model):
    """Times of the two windows for a site, or for a unit and everything below it, that differ from the shipped rule."""

    unit = models.ForeignKey(Unit, models.CASCADE, null=True, blank=True, related_name="+")
    site = models.ForeignKey(Site, models.CASCADE, null=True, blank=True, related_name="+")
    arrival_opens = models.TimeField()
    arrival_starts = models.TimeField()
    arrival_due = models.TimeField()
    arrival_closes = models.TimeField()
    leaving_opens = models.TimeField()
    leaving_starts = models.TimeField()
    leaving_due = models.TimeField()
    leaving_closes = models.TimeField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True, site__isnull=False) | Q(unit__isnull=False, site__isnull=True),
                name="windowsetting_of_unit_or_site",
            ),
            models.CheckConstraint(
                condition=Q(
                    arrival_opens__lte=F("arrival_starts"),
                    arrival_starts__lt=F("arrival_due"),
                    arrival_due__lte=F("arrival_closes"),
                    leaving_opens__lte=F("leaving_starts"),
                    leaving_starts__lt=F("leaving_due"),
                    leaving_due__lte=F("leaving_closes"),
                ),
                name="windowsetting_times_in_order",
            ),
            models.UniqueConstraint(fields=["unit", "valid_from"], name="windowsetting_once_a_unit"),
            models.UniqueConstraint(fields=["site", "valid_from"], name="windowsetting_once_a_site"),
        ]

    def __str__(self) -> str:
        return f"{self.unit or self.site}: {self.arrival_due:%H:%M}, {self.leaving_due:%H:%M}"


class DayWindows(models.Model):
    """The windows of one day under one key (the shipped rule, a unit's or site's setting, a shift), as moments.

    A declaration is accepted from `opens` until `closes`; before `starts` it is early, after `due` late. Kept per day,
    so that a later change of times does not rewrite what was late.
    """

    day = models.DateField()
    key = models.CharField(max_length=40)
    arrival_opens_at = models.DateTimeField()
    arrival_starts_at = models.DateTimeField()
    arrival_due_at = models.DateTimeField()
    arrival_closes_at = models.DateTimeField()
    leaving_opens_at = models.DateTimeField()
    leaving_starts_at = models.DateTimeField()
    leaving_due_at = models.DateTimeField()
    leaving_closes_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "key"], name="daywindows_one_key_a_day")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.key}"


class PersonDay(models.Model):
    """What is expected of a person on a day and what came; written when the day opens, kept up in each commit.

    `unit_id` is where the person is counted (the host of a secondment), `home_unit_id` where it is scored.
    `is_counted`: inside the 100 % of staff; a supplier's people are not.
    No foreign keys: a nightly check proves integrity.
    """

    day = models.DateField()
    subject = models.UUIDField()
    unit_id = models.BigIntegerField()
    home_unit_id = models.BigIntegerField()
    site_id = models.BigIntegerField(null=True, blank=True)
    is_counted = models.BooleanField(default=True)
    is_remote = models.BooleanField(default=False)
    excuse = models.CharField(max_length=20, choices=Excuse, blank=True)
    expects_arrival = models.BooleanField(default=False)
    expects_leaving = models.BooleanField(default=False)
    windows = models.ForeignKey(DayWindows, models.PROTECT, related_name="+", db_constraint=False)
    arrival_id = models.BigIntegerField(null=True, blank=True)
    arrival_at = models.DateTimeField(null=True, blank=True)
    arrival_timeliness = models.CharField(max_length=10, choices=Timeliness, blank=True)
    leaving_id = models.BigIntegerField(null=True, blank=True)
    leaving_at = models.DateTimeField(null=True, blank=True)
    leaving_timeliness = models.CharField(max_length=10, choices=Timeliness, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "day"], name="personday_once"),
            models.CheckConstraint(
                condition=Q(arrival_id__isnull=True, arrival_at__isnull=True, arrival_timeliness="")
                | Q(arrival_id__isnull=False, arrival_at__isnull=False) & ~Q(arrival_timeliness=""),
                name="personday_arrival_whole",
            ),
            models.CheckConstraint(
                condition=Q(leaving_id__isnull=True, leaving_at__isnull=True, leaving_timeliness="")
                | Q(leaving_id__isnull=False, leaving_at__isnull=False) & ~Q(leaving_timeliness=""),
                name="personday_leaving_whole",
            ),
            models.CheckConstraint(
                condition=Q(excuse="") | Q(expects_arrival=False) | Q(expects_leaving=False),
                name="personday_excused_or_expected",
            ),
        ]
        indexes = [models.Index(fields=["day", "unit_id"], name="personday_by_unit")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.subject}"


class Declaration(models.Model):
    """One health declaration. The answers are one encrypted blob; what rules need of them are columns beside it.

    `day` is the working day that it counts for: a night shift's leaving form belongs to the day on which it began.
    A correction is a new `version` with its reason; the newest counts. It keeps the moment and the timeliness of the
    first, `received_at` is when it was corrected, and `correction_note` is for the person and the health officer only.
    `names_site`: the site was named by the sender, not taken from the post. `answers_digest` is equal where the same
    person said exactly the same with the same temperature, and tells nothing else; empty without a temperature.
    """

    client_uuid = models.UUIDField()
    content_hash = models.CharField(max_length=64)
    subject = models.UUIDField()
    unit_id = models.BigIntegerField()
    site_id = models.BigIntegerField(null=True, blank=True)
    names_site = models.BooleanField(default=False)
    day = models.DateField()
    window = models.CharField(max_length=10, choices=Window)
    version = models.PositiveSmallIntegerField(default=1)
    correction_reason = models.CharField(max_length=16, choices=CorrectionReason, blank=True)
    correction_note = EncryptedTextField()
    declared_at = models.DateTimeField()
    received_at = models.DateTimeField()
    timeliness = models.CharField(max_length=10, choices=Timeliness)
    channel = models.CharField(max_length=20, choices=Channel)
    entered_by_id = models.BigIntegerField(null=True, blank=True)
    questionnaire = models.CharField(max_length=40)
    questionnaire_version = models.CharField(max_length=20)
    answers = models.BinaryField()
    answers_digest = models.CharField(max_length=64, blank=True)
    has_fever = models.BooleanField(null=True, blank=True)
    symptom_count = models.PositiveSmallIntegerField(default=0)
    has_respiratory_sign = models.BooleanField(default=False)
    has_lost_taste_or_smell = models.BooleanField(default=False)
    had_contact_with_case = models.BooleanField(default=False)
    had_contact_with_symptomatic = models.BooleanField(default=False)
    came_from_epidemic_area = models.BooleanField(default=False)
    worst_visited_level = models.CharField(max_length=10, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["day", "unit_id", "window"], name="declaration_by_unit"),
            # Few report anything: what everybody said in two weeks is read from these few rows.
            models.Index(
                fields=["subject", "day"],
                name="declaration_reporting",
                condition=Q(has_fever=True)
                | Q(has_fever__isnull=True)
                | Q(symptom_count__gt=0)
                | Q(has_respiratory_sign=True)
                | Q(has_lost_taste_or_smell=True)
                | Q(had_contact_with_case=True)
                | Q(had_contact_with_symptomatic=True)
                | Q(came_from_epidemic_area=True)
                | Q(worst_visited_level__gt="")
                | Q(version__gt=1),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["subject", "day", "window", "version"], name="declaration_once_a_window"),
            models.CheckConstraint(
                condition=Q(version=1, correction_reason="") | Q(version__gt=1) & ~Q(correction_reason=""),
                name="declaration_correction_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.window}"

    @property
    def was_sent_late(self) -> bool:
        """Kept on a device without network, or on paper, before it came here; it counts by the time of declaring."""
        return self.received_at - self.declared_at > SENT_LATE_AFTER


class AcceptedUuid(models.Model):
    """The key of idempotency, apart from the declarations so that these can be partitioned by day later.

    A retry with the same content gets the same answer; another content under the same uuid is refused.
    """

    client_uuid = models.UUIDField(primary_key=True)
    content_hash = models.CharField(max_length=64)
    declaration_id = models.BigIntegerField()
    assessment_id = models.BigIntegerField()
    received_on = models.DateField(db_index=True)

    def __str__(self) -> str:
        return str(self.client_uuid)


class PresenceEvent(models.Model):
    """Somebody was seen at a place. Rows are only ever added; what they mean together stands in `Presence`.

    `client_uuid` comes from the device that saw it. `device_at` is what that device's clock said, `occurred_at` the
    same after correction of a clock known to be wrong. `decision` is what the gate said at that moment, `rule_decision`
    what the rules say where the two differ: a gate without network did not know better.
    """

    client_uuid = models.UUIDField(primary_key=True)
    content_hash = models.CharField(max_length=64)
    place_id = models.BigIntegerField()
    site_id = models.BigIntegerField()
    subject = models.UUIDField()
    direction = models.CharField(max_length=4, choices=Direction)
    device_at = models.DateTimeField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    means = models.CharField(max_length=12, choices=Means)
    decision = models.CharField(max_length=8, choices=GateState, blank=True)
    reason = models.CharField(max_length=24, blank=True)
    rule_decision = models.CharField(max_length=8, choices=GateState, blank=True)
    temperature_c = EncryptedTextField()
    recorded_by_id = models.BigIntegerField(null=True, blank=True)
    device = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "occurred_at"], name="presenceevent_by_subject"),
            models.Index(fields=["place_id", "occurred_at"], name="presenceevent_by_place"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision="") | Q(direction=Direction.IN), name="presenceevent_gate_judges_entry"
            ),
            models.CheckConstraint(
                condition=Q(decision__in=["", GateState.ALLOWED]) | ~Q(reason=""), name="presenceevent_no_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.occurred_at:%d/%m/%Y %H:%M} {self.direction}"


class PresenceWithdrawal(models.Model):
    """A sighting that does not count any more: the list that it came from was corrected. The sighting itself stays."""

    event = models.OneToOneField(PresenceEvent, models.CASCADE, primary_key=True, related_name="withdrawal")
    withdrawn_at = models.DateTimeField()
    withdrawn_by_id = models.BigIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class Presence(models.Model):
    """A stay computed from the events: entered, left, where. Computed again whenever an event of the person arrives.

    Without `entered_at` only the leaving is known, without `left_at` only the entering; `has_later` tells that such a
    stay is over because another entry follows. `also_at_id` is another place that saw the person at that time.
    `is_listed`: the list of a meeting or shift says so; at a gate it tells who stood there, not who passed through.
    """

    subject = models.UUIDField()
    site_id = models.BigIntegerField()
    place_id = models.BigIntegerField()
    left_place_id = models.BigIntegerField(null=True, blank=True)
    day = models.DateField()
    entered_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    entry_key = models.UUIDField(null=True, blank=True, unique=True)
    exit_key = models.UUIDField(null=True, blank=True, unique=True)
    is_weak = models.BooleanField(default=False)
    has_later = models.BooleanField(default=False)
    is_listed = models.BooleanField(default=False)
    also_at_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "day"], name="presence_by_subject"),
            # Holds all that tracing asks: whoever was in one room lies there together, elsewhere wherever they came.
            models.Index(
                fields=["site_id", "day", "place_id", "entered_at", "left_at", "subject", "is_listed"],
                name="presence_by_place",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(entered_at__isnull=False) | Q(left_at__isnull=False), name="presence_has_a_moment"
            ),
            models.CheckConstraint(
                condition=Q(entered_at__isnull=True) | Q(left_at__isnull=True) | Q(left_at__gte=F("entered_at")),
                name="presence_left_after_entered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.subject}"


class PresenceLock(models.Model):
    """A row per person who was ever seen, locked while the stays are computed: two gates wait for each other."""

    subject = models.UUIDField(primary_key=True)

    def __str__(self) -> str:
        return str(self.subject)
