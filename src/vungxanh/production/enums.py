"""The words of production: targets that are given to units, figures that they report."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class TargetState(models.TextChoices):
    PROPOSED = "PROPOSED", _("waits for approval")
    APPROVED = "APPROVED", _("approved")
    REFUSED = "REFUSED", _("not approved")
    REPLACED = "REPLACED", _("replaced by another")
    WITHDRAWN = "WITHDRAWN", _("taken back")


class FigureState(models.TextChoices):
    ENTERED = "ENTERED", _("waits for verification")
    VERIFIED = "VERIFIED", _("verified")
    RETURNED = "RETURNED", _("sent back")
    REPLACED = "REPLACED", _("replaced by another")
