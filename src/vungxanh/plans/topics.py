"""What people are told of plans; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

SENT, SUBMITTED, ANSWERED, PLAN_DUE = "plans.sent", "plans.submitted", "plans.answered", "plans.due"

TOPICS = (
    Topic(SENT, _("Plan of a unit to be looked at"), "file-text", 63),
    Topic(SUBMITTED, _("Plan of a unit to be approved"), "gavel", 64, outside=_("A plan waits for your approval.")),
    Topic(
        ANSWERED,
        _("Answer to the plan of the unit"),
        "message",
        65,
        channels=frozenset({EMAIL}),
        outside=_("Your unit's plan has been answered."),
    ),
    Topic(
        PLAN_DUE,
        _("Plan still to be sent"),
        "clock-exclamation",
        66,
        channels=frozenset({EMAIL}),
        outside=_("Your unit has not sent its plan yet."),
    ),
)
