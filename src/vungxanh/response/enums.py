"""Words of the response to an event."""

from django.db import models
from django.utils.translation import pgettext_lazy


class PlanState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("response plan", "draft")
    IN_FORCE = "IN_FORCE", pgettext_lazy("response plan", "in force")
    REPLACED = "REPLACED", pgettext_lazy("response plan", "replaced")


class ResponseState(models.TextChoices):
    RUNNING = "RUNNING", pgettext_lazy("response", "under way")
    ENDED = "ENDED", pgettext_lazy("response", "ended")
