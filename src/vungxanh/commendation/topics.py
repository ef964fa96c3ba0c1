"""What commendation tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

PUT_FORWARD = "commendation.put_forward"

TOPICS = (
    Topic(
        PUT_FORWARD,
        _("Somebody of the unit is put forward"),
        "medal",
        65,
        channels=frozenset({EMAIL}),
        outside=_("Somebody of your unit is to be considered for commendation."),
    ),
)
