"""What directing tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

QUESTION_ASKED, QUESTION_ANSWERED = "directing.question_asked", "directing.question_answered"
QUESTION_DUE = "directing.question_due"

TOPICS = (
    Topic(QUESTION_ASKED, _("Question of a unit"), "help", 40),
    Topic(QUESTION_DUE, _("Question still to be answered"), "clock-exclamation", 41),
    Topic(
        QUESTION_ANSWERED,
        _("Answer of the Office"),
        "message",
        42,
        channels=frozenset({EMAIL}),
        outside=_("The Office has answered a question."),
    ),
)
