"""What directing tells people of; the words that leave the house name nobody."""

from django.utils.translation import gettext_lazy as _

from vungxanh.notifications.channels import EMAIL
from vungxanh.notifications.topics import Topic

QUESTION_ASKED, QUESTION_ANSWERED = "directing.question_asked", "directing.question_answered"
QUESTION_DUE = "directing.question_due"
SUPERVISION_PLANNED, SUPERVISION_MINUTES = "directing.supervision_planned", "directing.supervision_minutes"
SUPERVISION_ANSWERED = "directing.supervision_answered"
RECOMMENDATION_DUE, RECOMMENDATION_REPORTED = "directing.recommendation_due", "directing.recommendation_reported"
RECOMMENDATION_DECIDED = "directing.recommendation_decided"
GUIDANCE_PUBLISHED, GUIDANCE_REMINDED = "directing.guidance_published", "directing.guidance_reminded"

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
    Topic(SUPERVISION_PLANNED, _("Supervision planned or begun"), "calendar-event", 50),
    Topic(
        SUPERVISION_MINUTES,
        _("Minutes of a supervision to confirm"),
        "file-text",
        51,
        channels=frozenset({EMAIL}),
        outside=_("Minutes wait for the word of your unit."),
    ),
    Topic(SUPERVISION_ANSWERED, _("Word of a unit on the minutes"), "message", 52),
    Topic(
        RECOMMENDATION_DUE,
        _("Recommendation to be carried out"),
        "clock-exclamation",
        53,
        channels=frozenset({EMAIL}),
        outside=_("A recommendation to your unit is due."),
    ),
    Topic(RECOMMENDATION_REPORTED, _("Recommendation reported as done"), "check", 54),
    Topic(RECOMMENDATION_DECIDED, _("Decision on a recommendation"), "gavel", 55),
    Topic(
        GUIDANCE_PUBLISHED,
        _("Guidance of the Office"),
        "book",
        45,
        channels=frozenset({EMAIL}),
        outside=_("The Office has published guidance."),
    ),
    Topic(
        GUIDANCE_REMINDED,
        _("Guidance still to be read"),
        "bell-ringing",
        46,
        channels=frozenset({EMAIL}),
        outside=_("Guidance of the Office waits to be read."),
    ),
)
