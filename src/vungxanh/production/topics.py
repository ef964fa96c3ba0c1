"""What production tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

FIGURES_DUE, FIGURES_ENTERED = "production.figures_due", "production.figures_entered"
FIGURES_RETURNED = "production.figures_returned"
TARGET_PROPOSED, TARGET_DECIDED = "production.target_proposed", "production.target_decided"

TOPICS = (
    Topic(
        FIGURES_DUE,
        _("Production figures to be entered"),
        "clock-exclamation",
        70,
        channels=frozenset({EMAIL}),
        outside=_("Figures of your unit are due."),
    ),
    Topic(FIGURES_ENTERED, _("Production figures to be verified"), "clipboard-check", 71),
    Topic(
        FIGURES_RETURNED,
        _("Production figures sent back"),
        "restore",
        72,
        channels=frozenset({EMAIL}),
        outside=_("Figures of your unit were sent back."),
    ),
    Topic(TARGET_PROPOSED, _("Production target to be approved"), "clipboard-list", 73),
    Topic(TARGET_DECIDED, _("Decision on a production target"), "gavel", 74),
)
