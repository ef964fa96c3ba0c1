"""Words of how a target stands, for screens and spreadsheets."""

from django.utils.translation import pgettext_lazy

STANDING_WORDS = {
    "REACHED": pgettext_lazy("production", "Reached so far"),
    "BEHIND": pgettext_lazy("production", "Behind"),
    "RUNNING": pgettext_lazy("production", "Not due yet"),
}
