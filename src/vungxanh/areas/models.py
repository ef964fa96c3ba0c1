"""Administrative units by date, and the epidemic levels that authorities publish for them."""

from django.db import models
from django.db.models import F, Q

from vungxanh.areas.enums import AreaTier, EpidemicLevel


class AdministrativeUnit(models.Model):
    """A province, district or commune with its code of the General Statistics Office, for the time that it exists.

    A renaming is a new row with the same code; since 01/07/2025 the two-tier tree has
    communes directly under provinces.
    """

    code = models.CharField(max_length=10)
    name = models.CharField(max_length=120)
    tier = models.CharField(max_length=10, choices=AreaTier)
    kind = models.CharField(max_length=40, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    sort_key = models.CharField(max_length=800, blank=True)
    search_name = models.CharField(max_length=120, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "tier", "valid_from"], name="area_code_once_a_day"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")), name="area_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(tier=AreaTier.PROVINCE, parent__isnull=True) | ~Q(tier=AreaTier.PROVINCE),
                name="area_province_has_no_parent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AreaLevel(models.Model):
    """A level that an authority published for an area, from a day on, with the document that says so."""

    area = models.ForeignKey(AdministrativeUnit, models.PROTECT, related_name="levels")
    level = models.CharField(max_length=10, choices=EpidemicLevel)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    document_number = models.CharField(max_length=80)
    document_date = models.DateField(null=True, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "valid_from"], name="arealevel_one_a_day"),
            models.CheckConstraint(condition=~Q(document_number=""), name="arealevel_names_its_document"),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="arealevel_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}: {self.get_level_display()}"
