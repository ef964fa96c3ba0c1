"""What becomes of a visit, what its host said to it; who comes to a gate, and what became of a pass."""

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


class ReminderTarget(models.TextChoices):
    """Who is told that a visitor waits for an answer."""

    HOST = "HOST", _("host")
    HEAD = "HEAD", _("head and deputy of the host's unit")
    OFFICE = "OFFICE", _("Office")


class SubjectKind(models.TextChoices):
    STAFF = "STAFF", _("staff")
    VISITOR = "VISITOR", _("visitor")


class RevocationReason(models.TextChoices):
    """Said to the gate only as “no longer good”."""

    LEVEL = "LEVEL", _("the level changed")
    WITHDRAWN = "WITHDRAWN", _("withdrawn")
    LEFT = "LEFT", _("the visitor left")
