"""What risk tells people of; the words that leave the house name nobody and no level."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL, PUSH
from vungxanh.notifications.topics import Topic

RETURN_DUE, RETURN_MISSING = "risk.return_due", "risk.return_missing"
UNUSUAL_RETURN, TO_CLARIFY = "risk.unusual_return", "risk.to_clarify"

TOPICS = (
    Topic(
        RETURN_DUE,
        _("Daily return to be sent"),
        "clock-exclamation",
        10,
        is_urgent=True,
        channels=frozenset({EMAIL, PUSH}),
        outside=_("A daily return waits to be sent."),
    ),
    Topic(
        RETURN_MISSING,
        _("Daily return missing"),
        "alert-triangle",
        20,
        channels=frozenset({EMAIL, PUSH}),
        outside=_("A unit has not sent its daily return."),
    ),
    Topic(
        UNUSUAL_RETURN,
        _("Unusual return to be sent"),
        "alert-octagon",
        5,
        is_urgent=True,
        channels=frozenset({EMAIL, PUSH}),
    ),
    Topic(TO_CLARIFY, _("Something to clarify in declarations"), "help", 30, channels=frozenset({PUSH})),
)
