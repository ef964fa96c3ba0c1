"""What is told when a response starts, is late, or ends; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

STARTED, STEP_LATE, ENDED = "response.started", "response.step_late", "response.ended"

TOPICS = (
    Topic(
        STARTED,
        _("Response started"),
        "alert-triangle",
        12,
        channels=frozenset({EMAIL}),
        outside=_("A response or drill has started; you have something to do in it."),
    ),
    Topic(
        STEP_LATE,
        _("Step of a response is late"),
        "clock-exclamation",
        13,
        channels=frozenset({EMAIL}),
        outside=_("A step of a response is late."),
    ),
    Topic(ENDED, _("Response ended"), "circle-check", 14),
)
