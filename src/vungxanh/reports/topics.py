"""What the control room tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

URGED, URGE_ANSWERED = "reports.urged", "reports.urge_answered"

TOPICS = (
    Topic(
        URGED,
        _("Urged by the Office"),
        "bell-ringing",
        15,
        is_urgent=True,
        channels=frozenset({EMAIL}),
        outside=_("The Office asks your unit to finish what is due today."),
    ),
    Topic(URGE_ANSWERED, _("Answer of a unit that was urged"), "message", 16),
)
