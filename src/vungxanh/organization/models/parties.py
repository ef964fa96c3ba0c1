"""Outside parties: enterprises, households, supporters, agencies that one works with, each under any of its names."""

from django.db import models
from django.db.models import F, Q

from vungxanh.accounts.models import User
from vungxanh.accounts.phones import spoken
from vungxanh.common.encryption import EncryptedTextField
from vungxanh.organization.enums import PartyKind
from vungxanh.organization.models.units import Unit


class Party(models.Model):
    """An organisation outside, as one agency knows it. `match_key` is its name as two people would write it.

    One that was merged into another stays, and its code is an alias there.
    """

    code = models.CharField(max_length=20, unique=True)
    agency = models.ForeignKey(Unit, models.PROTECT, related_name="parties")
    name = models.CharField(max_length=200)
    sort_key = models.CharField(max_length=1200)
    search_name = models.CharField(max_length=200)
    match_key = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=PartyKind)
    tax_code = models.CharField(max_length=14, blank=True)
    address = models.CharField(max_length=250, blank=True)
    contact_name = models.CharField(max_length=160, blank=True)
    phone = EncryptedTextField()
    email = models.CharField(max_length=120, blank=True)
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")

    class Meta:
        indexes = [models.Index(fields=["agency", "match_key"], name="party_by_match")]
        constraints = [
            models.CheckConstraint(condition=~Q(code="") & ~Q(name="") & ~Q(match_key=""), name="party_has_a_name"),
            models.UniqueConstraint(
                fields=["agency", "tax_code"],
                condition=~Q(tax_code="") & Q(merged_into__isnull=True),
                name="party_one_of_a_tax_code",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="party_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def spoken_phone(self) -> str:
        return spoken(self.phone)


class PartyAlias(models.Model):
    """Another name of a party: a former or short one, what visitors write, the code of one that was merged."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="aliases")
    text = models.CharField(max_length=200)
    match_key = models.CharField(max_length=200)

    class Meta:
        indexes = [models.Index(fields=["match_key"], name="partyalias_by_match")]
        constraints = [
            models.UniqueConstraint(fields=["party", "match_key"], name="partyalias_once"),
            models.CheckConstraint(condition=~Q(match_key=""), name="partyalias_says_something"),
        ]

    def __str__(self) -> str:
        return self.text


class PartyMerge(models.Model):
    """Two parties made one, with everything that went over, so that it can be taken back.

    `moved`: by link the ids of what pointed to `gone`; `taken`: fields that `keep` had not; `aliases`: keys it got.
    """

    gone = models.ForeignKey(Party, models.PROTECT, related_name="merges_away")
    keep = models.ForeignKey(Party, models.PROTECT, related_name="merges")
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    taken = models.JSONField(default=list)
    aliases = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gone"], condition=Q(undone_at__isnull=True), name="partymerge_gone_once"),
            models.CheckConstraint(condition=~Q(gone=F("keep")), name="partymerge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.gone_id} → {self.keep_id}"
