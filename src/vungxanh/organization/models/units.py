"""The tree of agencies and units as it was on any day, their sites and the groups across them."""

from django.db import models
from django.db.models import F, Q

from vungxanh.areas.models import AdministrativeUnit
from vungxanh.organization.enums import GroupKind, UnitKind


class Unit(models.Model):
    """An agency or unit for its whole life; what it was called and where it hung on a day stands in its versions."""

    code = models.CharField(max_length=40, unique=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="predecessors")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(code=""), name="unit_has_a_code")]

    def __str__(self) -> str:
        return self.code


class UnitVersion(models.Model):
    """Name, place in the tree and rights of a unit from `valid_from` until before `valid_to`.

    A phòng has no seal, account, number series or fund; a Chi cục usually has all four. A reporting point has an
    account of the national map and answers for itself and the units below it that have none.
    """

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="versions")
    parent = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="child_versions")
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=80)
    kind = models.CharField(max_length=20, choices=UnitKind)
    position = models.PositiveIntegerField(default=0)
    has_seal = models.BooleanField(default=False)
    has_account = models.BooleanField(default=False)
    has_number_series = models.BooleanField(default=False)
    has_fund = models.BooleanField(default=False)
    is_reporting_point = models.BooleanField(default=False)
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    basis = models.CharField(max_length=200, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "valid_from"], name="unitversion_one_a_day"),
            models.UniqueConstraint(
                fields=["unit"], condition=Q(valid_to__isnull=True), name="unitversion_one_without_end"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="unitversion_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("unit")), name="unitversion_not_below_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TreeMark(models.Model):
    """One row whose `mark` the database itself makes new whenever a unit or one of its versions changes.

    Whoever keeps the tree in memory asks whether it is still the same: the same mark is the same tree, also after a
    transaction that was rolled back.
    """

    mark = models.CharField(max_length=32)

    def __str__(self) -> str:
        return self.mark


class Site(models.Model):
    """A place where people work: a building, a station, a field post. Codes are unique in the whole installation."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="sites")
    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, null=True, blank=True, related_name="+")
    address = models.CharField(max_length=250, blank=True)
    closed_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Group(models.Model):
    """People across units: a trade union, a youth union, a Party cell."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=GroupKind)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="groups")

    def __str__(self) -> str:
        return self.name
