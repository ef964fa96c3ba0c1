"""Words of plans."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlanKind(models.TextChoices):
    UNIT_PLAN = "UNIT_PLAN", _("plan of the unit for the movement")
    GREEN_ZONE_PLAN = "GREEN_ZONE_PLAN", _("plan to stay a Green Zone")


class PlanState(models.TextChoices):
    DRAFT = "DRAFT", pgettext_lazy("plan", "being written")
    SENT = "SENT", pgettext_lazy("plan", "waits for the Office")
    AT_DIRECTOR = "AT_DIRECTOR", pgettext_lazy("plan", "waits for the Director")
    RETURNED = "RETURNED", pgettext_lazy("plan", "returned with comments")
    ACCEPTED = "ACCEPTED", pgettext_lazy("plan", "accepted, not issued yet")
    ISSUED = "ISSUED", pgettext_lazy("plan", "issued")
    WITHDRAWN = "WITHDRAWN", pgettext_lazy("plan", "withdrawn")


class PlanVerb(models.TextChoices):
    """What is done with a plan; `EDIT` is a step only where it takes a returned plan up again."""

    DRAFT = "draft", pgettext_lazy("plan", "Drafted from the template")
    EDIT = "edit", pgettext_lazy("plan", "Taken up again")
    SEND = "send", pgettext_lazy("plan", "Sent to the Office")
    RETURN = "return", pgettext_lazy("plan", "Returned to be changed")
    ACCEPT = "accept", pgettext_lazy("plan", "Accepted")
    SUBMIT = "submit", pgettext_lazy("plan", "Submitted to the Director")
    APPROVE = "approve", pgettext_lazy("plan", "Approved by the Director")
    ISSUE = "issue", pgettext_lazy("plan", "Issued")
    WITHDRAW = "withdraw", pgettext_lazy("plan", "Withdrawn")


OPEN = (PlanState.DRAFT, PlanState.SENT, PlanState.AT_DIRECTOR, PlanState.RETURNED)
SETTLED = (PlanState.ACCEPTED, PlanState.ISSUED)
STANDING = (*OPEN, *SETTLED)
