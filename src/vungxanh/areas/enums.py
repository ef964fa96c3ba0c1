"""Levels of administrative units and of the epidemic in them."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class AreaTier(models.TextChoices):
    PROVINCE = "PROVINCE", _("province")
    DISTRICT = "DISTRICT", _("district")
    COMMUNE = "COMMUNE", _("commune")


class EpidemicLevel(models.TextChoices):
    """Official levels; under 2686 bình thường mới … rất cao, under 128/NQ-CP levels 1 to 4."""

    GREEN = "GREEN", _("green: new normal (level 1)")
    YELLOW = "YELLOW", _("yellow: at risk (level 2)")
    ORANGE = "ORANGE", _("orange: high risk (level 3)")
    RED = "RED", _("red: very high risk (level 4)")

    @classmethod
    def worst_of(cls, levels: Iterable[str], *, default: str = "") -> str:
        """The one of highest risk; an empty level says nothing. `default` where no level is left."""
        return max((level for level in levels if level), key=cls.values.index, default=default)
