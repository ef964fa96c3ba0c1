"""Which reviews there are."""

from django.db import models
from django.utils.translation import pgettext_lazy


class ReviewKind(models.TextChoices):
    LAUNCH = "LAUNCH", pgettext_lazy("review", "report on the launch")
    INTERIM = "INTERIM", pgettext_lazy("review", "interim review")
    ANNUAL = "ANNUAL", pgettext_lazy("review", "annual report")
    FINAL = "FINAL", pgettext_lazy("review", "final review")
