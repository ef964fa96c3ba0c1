"""How a unit stands that is to launch, how a measure and a self-score stand, in words."""

from django.utils.translation import pgettext_lazy

LAUNCH_WORDS = {
    "LAUNCHED": pgettext_lazy("launch", "Launched in time"),
    "LATE": pgettext_lazy("launch", "Launched late"),
    "PENDING": pgettext_lazy("launch", "Not launched yet"),
    "OVERDUE": pgettext_lazy("launch", "Not launched, overdue"),
}
SCORE_WORDS = {
    "NOTHING_DUE": pgettext_lazy("score", "nothing was due"),
    "NOT_BUILT": pgettext_lazy("score", "not measured yet"),
    "NOT_SCORED": pgettext_lazy("score", "not scored yet"),
    "PROVISIONAL": pgettext_lazy("score", "provisional, not appraised yet"),
    "APPRAISED": pgettext_lazy("score", "appraised"),
}
SELF_SCORE_WORDS = {
    "DRAFT": pgettext_lazy("self-score", "Draft"),
    "SENT": pgettext_lazy("self-score", "Waits to be appraised"),
    "RETURNED": pgettext_lazy("self-score", "Returned"),
    "APPRAISED": pgettext_lazy("self-score", "Appraised"),
}
