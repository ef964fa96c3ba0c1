"""People, their posts over time, the groups that they belong to, and the imports that brought them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from vungxanh.accounts.phones import spoken
from vungxanh.areas.models import AdministrativeUnit
from vungxanh.common.encryption import EncryptedTextField
from vungxanh.organization.enums import ContractKind, ImportStatus, PostKind, Sex, WorkPattern
from vungxanh.organization.models.units import Group, Site, Unit


class Person(models.Model):
    """Somebody who works in an agency.

    Health rows name a person only by `pseudonym`, so that a copy of them tells nothing without this table.
    """

    pseudonym = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    staff_code = models.CharField(max_length=40, unique=True)
    full_name = models.CharField(max_length=160)
    sort_key = models.CharField(max_length=1200)
    search_name = models.CharField(max_length=160)
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, choices=Sex, blank=True)
    identity_number = EncryptedTextField()
    identity_digest = models.CharField(max_length=64, blank=True)
    phone = EncryptedTextField()
    phone_digest = models.CharField(max_length=64, blank=True)
    email = models.EmailField(blank=True)
    residence = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="person")
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from", db_index=False
    )

    class Meta:
        indexes = [
            models.Index(fields=["search_name"], name="person_by_search_name"),
            models.Index(fields=["phone_digest"], name="person_by_phone"),
            models.Index(fields=["identity_digest"], name="person_by_identity"),
            # Of the few alone: with everybody else's emptiness in it, SQLite takes the index for useless.
            models.Index(fields=["merged_into"], condition=Q(merged_into__isnull=False), name="person_by_merger"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(full_name=""), name="person_has_a_name"),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="person_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def spoken_phone(self) -> str:
        return spoken(self.phone)


class Post(models.Model):
    """What a person does where, from `valid_from` until before `valid_to`.

    A secondment stands beside the home post: the person is counted at the host and scored at home.
    `weekdays` is a bit per day, Monday = 1 … Sunday = 64, used by the pattern WEEKDAYS.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts")
    kind = models.CharField(max_length=12, choices=PostKind, default=PostKind.HOME)
    title = models.CharField(max_length=120)
    rank = models.PositiveSmallIntegerField(default=100)
    contract = models.CharField(max_length=20, choices=ContractKind)
    site = models.ForeignKey(Site, models.PROTECT, null=True, blank=True, related_name="posts")
    pattern = models.CharField(max_length=10, choices=WorkPattern, default=WorkPattern.CALENDAR)
    weekdays = models.PositiveSmallIntegerField(default=31)
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["unit", "valid_from"], name="post_by_unit")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(valid_to__isnull=True), name="post_one_of_a_kind_without_end"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="post_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(weekdays__gte=0, weekdays__lte=127), name="post_weekdays_are_seven_bits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.title}"


class GroupMembership(models.Model):
    group = models.ForeignKey(Group, models.CASCADE, related_name="memberships")
    person = models.ForeignKey(Person, models.CASCADE, related_name="memberships")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "person", "valid_from"], name="membership_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="membership_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} · {self.group}"


class StaffImport(models.Model):
    """A staff list that somebody checked or applied: what it held, what it changed, what it refused.

    `content` is the file, encrypted, while a checked one waits for its confirmation; empty afterwards.
    """

    file_name = models.CharField(max_length=200)
    file_digest = models.CharField(max_length=64)
    status = models.CharField(max_length=10, choices=ImportStatus)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    rows = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)
    content = models.BinaryField(default=b"", blank=True)

    def __str__(self) -> str:
        return f"{self.file_name} {self.at:%d/%m/%Y %H:%M}"


class DuplicateCandidate(models.Model):
    """Two people who may be one; a human merges them or says that they are two."""

    first = models.ForeignKey(Person, models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, models.CASCADE, related_name="+")
    why = models.CharField(max_length=200)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    is_same = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="duplicate_pair_once"),
            models.CheckConstraint(condition=Q(first__lt=F("second")), name="duplicate_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} = {self.second}?"
