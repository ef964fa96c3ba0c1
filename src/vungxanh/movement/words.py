"""How a unit stands that is to launch, in words."""

from django.utils.translation import pgettext_lazy

LAUNCH_WORDS = {
    "LAUNCHED": pgettext_lazy("launch", "Launched in time"),
    "LATE": pgettext_lazy("launch", "Launched late"),
    "PENDING": pgettext_lazy("launch", "Not launched yet"),
    "OVERDUE": pgettext_lazy("launch", "Not launched, overdue"),
}
