"""What the administrator is told of subscribers."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL, PUSH
from vungxanh.notifications.topics import Topic

SUBSCRIBER_OFF = "webhooks.subscriber_off"

TOPICS = (
    Topic(
        SUBSCRIBER_OFF,
        _("Receiver of events switched off"),
        "alert-triangle",
        60,
        channels=frozenset({EMAIL, PUSH}),
        outside=_("A receiver of events was switched off."),
    ),
)
