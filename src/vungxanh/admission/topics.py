"""What admission tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import PUSH
from vungxanh.notifications.topics import Topic

VISIT_WAITING = "admission.visit_waiting"

TOPICS = (
    Topic(
        VISIT_WAITING,
        _("Visitor who waits for an answer"),
        "door-enter",
        15,
        channels=frozenset({PUSH}),
        outside=_("A visitor waits for an answer."),
    ),
)
