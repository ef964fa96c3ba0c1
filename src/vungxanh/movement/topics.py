"""What the movement tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

CAMPAIGN_OPENED, LAUNCH_DUE, LAUNCHED = "movement.campaign_opened", "movement.launch_due", "movement.launched"
CAMPAIGN_WITHDRAWN = "movement.campaign_withdrawn"

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
)
