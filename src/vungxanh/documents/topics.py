"""What people are told of papers; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

DRAFTED, ISSUED = "documents.drafted", "documents.issued"

TOPICS = (
    Topic(
        DRAFTED, _("Paper drafted"), "file-text", 40, outside=_("A paper has been drafted and waits to be looked at.")
    ),
    Topic(
        ISSUED,
        _("Paper for the unit"),
        "mail",
        25,
        channels=frozenset({EMAIL}),
        outside=_("A paper has been issued to your unit."),
    ),
)
