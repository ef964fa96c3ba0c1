"""What becomes of a visit and of a meeting; who comes to a gate or stands on a list, and what became of a pass."""

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


class MeetingState(models.TextChoices):
    DRAFT = "DRAFT", _("meeting being prepared")
    CALLED = "CALLED", _("meeting called")
    CLOSED = "CLOSED", _("list of the meeting closed")
    CANCELLED = "CANCELLED", _("meeting called off")


class Attendance(models.TextChoices):
    """What the list says of somebody."""

    EXPECTED = "EXPECTED", _("not marked yet")
    PRESENT = "PRESENT", _("present")
    ABSENT = "ABSENT", _("absent")
