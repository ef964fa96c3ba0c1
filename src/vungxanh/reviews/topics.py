"""What the reviews tell people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

REVIEW_DUE = "reviews.review_due"

TOPICS = (
    Topic(
        REVIEW_DUE,
        _("Report of a movement still to be issued"),
        "clock-exclamation",
        66,
        channels=frozenset({EMAIL}),
        outside=_("A report of a movement is due."),
    ),
)
