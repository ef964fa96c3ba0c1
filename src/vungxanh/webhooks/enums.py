"""How a subscription stands, why it was switched off, and how an event on its way to it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class SubscriptionState(models.TextChoices):
    ACTIVE = "ACTIVE", _("sent to")
    PAUSED = "PAUSED", _("paused")
    DISABLED = "DISABLED", _("switched off by the system")
    ENDED = "ENDED", _("ended")


class Reason(models.TextChoices):
    """Why the system switched a subscription off."""

    GONE = "GONE", _("the receiver says that it is gone (410)")
    FAILING = "FAILING", _("nothing went through for too long")


class DeliveryState(models.TextChoices):
    WAITING = "WAITING", _("waiting")
    FAILED = "FAILED", _("not through yet, tried again")
    DELIVERED = "DELIVERED", _("received")
    GIVEN_UP = "GIVEN_UP", _("given up")
