"""What the movement tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

CAMPAIGN_OPENED, LAUNCH_DUE, LAUNCHED = "movement.campaign_opened", "movement.launch_due", "movement.launched"
SCORES_SHOWN, SCORES_FROZEN = "movement.scores_shown", "movement.scores_frozen"
REVIEW_ASKED, REVIEW_ANSWERED = "movement.review_asked", "movement.review_answered"
TARGET_PROPOSED, TARGET_DECIDED = "movement.target_proposed", "movement.target_decided"

TOPICS = (
    Topic(
        CAMPAIGN_OPENED,
        _("Movement opened"),
        "flag",
        60,
        channels=frozenset({EMAIL}),
        outside=_("A movement is opened; your unit launches it."),
    ),
    Topic(
        LAUNCH_DUE,
        _("Movement still to be launched"),
        "clock-exclamation",
        61,
        channels=frozenset({EMAIL}),
        outside=_("Your unit has not launched the movement yet."),
    ),
    Topic(LAUNCHED, _("Unit has launched the movement"), "circle-check", 62),
    Topic(
        SCORES_SHOWN,
        _("Scores shown for now"),
        "list-check",
        63,
        channels=frozenset({EMAIL}),
        outside=_("The scores of your unit are shown for now; a review can be asked for."),
    ),
    Topic(SCORES_FROZEN, _("Scores frozen or opened again"), "list-check", 64),
    Topic(REVIEW_ASKED, _("Review of points asked for"), "help", 65),
    Topic(REVIEW_ANSWERED, _("Review of points answered"), "message", 66),
    Topic(TARGET_PROPOSED, _("Target of a unit proposed"), "help", 67),
    Topic(TARGET_DECIDED, _("Target of a unit decided"), "message", 68),
)
