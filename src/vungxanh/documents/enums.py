"""States of a paper."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class PaperState(models.TextChoices):
    DRAFT = "DRAFT", _("draft")
    ISSUED = "ISSUED", _("issued")
    REPLACED = "REPLACED", _("replaced by a newer draft")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
