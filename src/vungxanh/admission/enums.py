"""What becomes of a visit, and what its host said to it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitState(models.TextChoices):
    INVITED = "INVITED", _("invited")
    WAITING = "WAITING", _("waiting")
    HELD = "HELD", _("held")
    ADMITTED = "ADMITTED", _("inside")
    REFUSED = "REFUSED", _("turned away")
    LEFT = "LEFT", _("left")
    CANCELLED = "CANCELLED", _("cancelled")
    EXPIRED = "EXPIRED", _("did not come")


class HostAnswer(models.TextChoices):
    PENDING = "PENDING", _("host not asked yet")
    CONFIRMED = "CONFIRMED", _("host expects the visitor")
    DECLINED = "DECLINED", _("host does not receive the visitor")


class VisitRole(models.TextChoices):
    """Who makes a move of a visit."""

    HOST = "HOST", _("host")
    VISITOR = "VISITOR", _("visitor")
    GUARD = "GUARD", _("guard")
    HEALTH_OFFICER = "HEALTH_OFFICER", _("health officer")
    SYSTEM = "SYSTEM", _("system")
