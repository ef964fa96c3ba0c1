"""Words of commendation."""

from django.db import models
from django.utils.translation import pgettext_lazy


class DiscoveryState(models.TextChoices):
    PUT_FORWARD = "PUT_FORWARD", pgettext_lazy("discovery", "put forward")
    PASSED_OVER = "PASSED_OVER", pgettext_lazy("discovery", "passed over")
