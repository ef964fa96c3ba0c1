"""What people are told of papers; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

DRAFTED, ISSUED, BATCH_DONE = "documents.drafted", "documents.issued", "documents.batch_done"
HANDED = "documents.handed"

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
    Topic(
        BATCH_DONE,
        _("Papers for many units"),
        "file-text",
        45,
        outside=_("Papers that were ordered for many units are made."),
    ),
    Topic(
        HANDED,
        _("Incoming paper for the unit"),
        "mail",
        26,
        channels=frozenset({EMAIL}),
        outside=_("An incoming paper has been handed to your unit."),
    ),
)
