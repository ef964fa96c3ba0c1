"""Words, icons and tones of coded values, so that no colour stands alone.

A family is a set of codes (`zone`, `risk`, `timeliness`, …); a module registers families of its own in `apps.ready()`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, pgettext_lazy

Words = str | Promise
TONES = ("green", "yellow", "orange", "red", "blue", "grey")


class UnknownBadgeError(LookupError):
    """A template names a family or a code that nobody registered."""


@dataclass(frozen=True, slots=True)
class Badge:
    word: Words
    icon: str
    tone: str


UNKNOWN = Badge(pgettext_lazy("badge", "Not known"), "help", "grey")

_families: dict[str, dict[str, Badge]] = {
    "zone": {
        "GREEN": Badge(pgettext_lazy("zone", "Green zone"), "leaf", "green"),
        "YELLOW": Badge(pgettext_lazy("zone", "Yellow zone"), "alert-circle", "yellow"),
        "ORANGE": Badge(pgettext_lazy("zone", "Orange zone"), "alert-triangle", "orange"),
        "RED": Badge(pgettext_lazy("zone", "Red zone"), "alert-octagon", "red"),
    },
    "risk": {
        "LOW": Badge(pgettext_lazy("risk", "Low"), "level-1", "green"),
        "MEDIUM": Badge(pgettext_lazy("risk", "Medium"), "level-2", "yellow"),
        "HIGH": Badge(pgettext_lazy("risk", "High"), "level-3", "orange"),
        "VERY_HIGH": Badge(pgettext_lazy("risk", "Very high"), "level-4", "red"),
    },
    "timeliness": {
        "ON_TIME": Badge(pgettext_lazy("timeliness", "On time"), "check", "green"),
        "EARLY": Badge(pgettext_lazy("timeliness", "Early"), "clock-up", "blue"),
        "LATE": Badge(pgettext_lazy("timeliness", "Late"), "clock-exclamation", "yellow"),
        "MISSING": Badge(pgettext_lazy("timeliness", "Missing"), "x", "red"),
        "EXCUSED": Badge(pgettext_lazy("timeliness", "Excused"), "calendar-off", "grey"),
        "PENDING": Badge(pgettext_lazy("timeliness", "Not yet"), "circle-dashed", "grey"),
    },
}


def register(family: str, badges: Mapping[str, Badge]) -> None:
    """Add codes to a family, or a family; a code that is there already is replaced."""
    _families.setdefault(family, {}).update(badges)


def badge(family: str, code: object) -> Badge:
    """The badge of a code. Nothing (None, empty) is *not known*, shown so; an unregistered code is an error."""
    if code in (None, ""):
        return UNKNOWN
    try:
        return _families[family][str(code)]
    except KeyError as error:
        raise UnknownBadgeError(f"no badge {code!s} in family {family}") from error


def drawn(family: str, code: object) -> SafeString:
    """The component `ui.badge`, drawn once for each language: a board of many units has hundreds of a few kinds."""
    return _drawn(family, str(code or ""), get_language())


@cache
def _drawn(family: str, code: str, _language: str | None) -> SafeString:
    return mark_safe(render_to_string("cotton/ui/badge.html", {"family": family, "code": code}).strip())


def family(name: str) -> dict[str, Badge]:
    return dict(_families[name])


def families() -> list[str]:
    return sorted(_families)
