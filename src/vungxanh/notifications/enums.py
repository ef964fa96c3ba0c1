"""Where the sending of a notification stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """`SENDING`: a worker has taken it; after its lease another one may."""

    PENDING = "PENDING", _("waits to be sent")
    SENDING = "SENDING", _("being sent")
    SENT = "SENT", _("handed over")
    GIVEN_UP = "GIVEN_UP", _("given up")
    NOT_NEEDED = "NOT_NEEDED", _("not needed any more")
