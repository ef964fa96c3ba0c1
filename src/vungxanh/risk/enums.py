"""Levels of a person's risk, colours of a unit's zone, kinds and states of the daily return and of its deliveries."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RiskLevel(models.TextChoices):
    LOW = "LOW", _("low")
    MEDIUM = "MEDIUM", _("medium")
    HIGH = "HIGH", _("high")
    VERY_HIGH = "VERY_HIGH", _("very high")


class ZoneLevel(models.TextChoices):
    GREEN = "GREEN", _("green")
    YELLOW = "YELLOW", _("yellow")
    ORANGE = "ORANGE", _("orange")
    RED = "RED", _("red")


class DecisionKind(models.TextChoices):
    CONFIRMED = "CONFIRMED", _("confirmed")
    OVERRIDDEN = "OVERRIDDEN", _("overridden")


class ReturnKind(models.TextChoices):
    DAILY = "DAILY", _("daily")
    UNUSUAL = "UNUSUAL", _("unusual")


class ReturnState(models.TextChoices):
    PREPARED = "PREPARED", _("prepared")
    SUBMITTED = "SUBMITTED", _("submitted")
    REPLACED = "REPLACED", _("replaced by a newer version")


class ReminderTarget(models.TextChoices):
    """Who is reminded of a daily return that has not been sent."""

    ACTORS = "ACTORS", _("who must act")
    SUPERIORS = "SUPERIORS", _("superior and Office")


class DeliveryWay(models.TextChoices):
    """How a receiver gets what is sent."""

    MANUAL = "MANUAL", _("entered by hand")
    FILE = "FILE", _("as a file")
    HTTPS = "HTTPS", _("over HTTPS")
    DHIS2 = "DHIS2", _("to DHIS2")


class DeliveryState(models.TextChoices):
    WAITING = "WAITING", _("waiting")
    FAILED = "FAILED", _("not through yet, tried again")
    SENT = "SENT", _("received")
    DONE = "DONE", _("entered")
    GIVEN_UP = "GIVEN_UP", _("given up")
    REPLACED = "REPLACED", _("replaced by a newer version")


class Reader(models.TextChoices):
    """For whom a finding about consistency is; NOBODY where there is none."""

    NOBODY = "NOBODY", _("nobody")
    HEAD = "HEAD", _("unit's head")
    HEALTH_OFFICER = "HEALTH_OFFICER", _("health officer")


class FindingState(models.TextChoices):
    OPEN = "OPEN", _("to be clarified")
    REVIEWED = "REVIEWED", _("reviewed")
    WITHDRAWN = "WITHDRAWN", _("does not hold any more")


class Cause(models.TextChoices):
    """What made the system assess again."""

    DECLARATION = "DECLARATION", _("declaration")
    ABSENCE = "ABSENCE", _("absence")
    AREA_LEVEL = "AREA_LEVEL", _("area level")
    SCHEDULE = "SCHEDULE", _("daily assessment")
    RULES = "RULES", _("new edition of the rules")
    DECISION = "DECISION", _("decision of the unit")
