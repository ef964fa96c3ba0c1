"""What the administration tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

DELEGATION = "administration.delegation"

TOPICS = (
    Topic(
        DELEGATION,
        _("Acting in absence"),
        "user-check",
        18,
        channels=frozenset({EMAIL}),
        outside=_("A role was handed over to you, or one that was handed over was taken back."),
    ),
)
