"""The words of directing: questions to the Office."""

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
