"""What the movement tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

CAMPAIGN_OPENED, LAUNCH_DUE, LAUNCHED = "movement.campaign_opened", "movement.launch_due", "movement.launched"
CAMPAIGN_WITHDRAWN = "movement.campaign_withdrawn"
SELF_SCORES_DUE, SELF_SCORES_SENT = "movement.self_scores_due", "movement.self_scores_sent"
SELF_SCORE_RETURNED, SELF_SCORE_APPRAISED = "movement.self_score_returned", "movement.self_score_appraised"
CHECK_ASKED, ADJUSTED = "movement.check_asked", "movement.adjusted"
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
    Topic(
        CAMPAIGN_WITHDRAWN,
        _("Movement withdrawn"),
        "minus",
        63,
        channels=frozenset({EMAIL}),
        outside=_("A movement that had been opened is withdrawn."),
    ),
    Topic(LAUNCHED, _("Unit has launched the movement"), "circle-check", 62),
    Topic(
        SELF_SCORES_DUE,
        _("Self-scores due"),
        "clock-exclamation",
        63,
        channels=frozenset({EMAIL}),
        outside=_("Self-scores of the movement are due soon."),
    ),
    Topic(SELF_SCORES_SENT, _("Unit has scored itself"), "list-check", 64),
    Topic(
        SELF_SCORE_RETURNED,
        _("Self-score returned"),
        "alert-circle",
        65,
        channels=frozenset({EMAIL}),
        outside=_("A self-score of your unit was returned."),
    ),
    Topic(SELF_SCORE_APPRAISED, _("Self-score appraised"), "circle-check", 66),
    Topic(CHECK_ASKED, _("Cross-check asked for"), "list-check", 67),
    Topic(ADJUSTED, _("Bonus or penalty points"), "flag", 68),
    Topic(
        SCORES_SHOWN,
        _("Scores shown for now"),
        "list-check",
        71,
        channels=frozenset({EMAIL}),
        outside=_("The scores of your unit are shown for now; a review can be asked for."),
    ),
    Topic(SCORES_FROZEN, _("Scores frozen or opened again"), "list-check", 72),
    Topic(REVIEW_ASKED, _("Review of points asked for"), "help", 73),
    Topic(REVIEW_ANSWERED, _("Review of points answered"), "message", 74),
    Topic(TARGET_PROPOSED, _("Target of a unit proposed"), "help", 75),
    Topic(TARGET_DECIDED, _("Target of a unit decided"), "message", 76),
)
