"""How a unit stands that is to launch, and why a measure brings no points, in words."""

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
}
