"""The words of directing: questions to the Office, supervision of units, what is recommended to them, guidance."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class QuestionState(models.TextChoices):
    ASKED = "ASKED", _("asked")
    ANSWERED = "ANSWERED", _("answered")
    WITHDRAWN = "WITHDRAWN", _("taken back")


class QuestionVerb(models.TextChoices):
    """What was said in a question, or done with it."""

    ASK = "ask", _("Asked")
    ANSWER = "answer", _("Answered")
    CORRECT = "correct", _("Answer corrected")
    REOPEN = "reopen", _("Asked again")
    WITHDRAW = "withdraw", _("Withdrawn")
    PUBLISH = "publish", _("Put on the list of answered questions")
    UNPUBLISH = "unpublish", _("Taken off the list of answered questions")


class SupervisionState(models.TextChoices):
    PLANNED = "PLANNED", _("planned")
    BEGUN = "BEGUN", _("under way")
    MINUTES = "MINUTES", _("minutes with the unit")
    CONFIRMED = "CONFIRMED", _("confirmed by the unit")
    CONFIRMED_WITH_OPINION = "CONFIRMED_WITH_OPINION", _("closed with an opinion of the unit")
    CANCELLED = "CANCELLED", _("called off")


class ItemResult(models.TextChoices):
    MET = "MET", _("met")
    NOT_MET = "NOT_MET", _("not met")
    NOT_SEEN = "NOT_SEEN", _("not looked at")


class RecommendationState(models.TextChoices):
    OPEN = "OPEN", _("to be done")
    REPORTED = "REPORTED", _("reported as done")
    CLOSED = "CLOSED", _("settled")
    DROPPED = "DROPPED", _("dropped")


class RecommendationVerb(models.TextChoices):
    """What was said or done about a recommendation."""

    PROPOSE = "propose", _("Recommended")
    REPORT = "report", _("Reported as done")
    ACCEPT = "accept", _("Accepted")
    SEND_BACK = "send_back", _("Sent back")
    POSTPONE = "postpone", _("Given more time")
    DROP = "drop", _("Dropped")


class GuidanceState(models.TextChoices):
    DRAFT = "DRAFT", _("being drafted")
    PUBLISHED = "PUBLISHED", _("published")
    REPLACED = "REPLACED", _("replaced")
    WITHDRAWN = "WITHDRAWN", _("taken back")
