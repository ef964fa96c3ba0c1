"""What the details of the trail mean: the keys of all modules in one list, the words of codes said by each module.

A test reads the sources and fails where a key that is written has no words here.
"""

import datetime
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy

from vungxanh.common import formats
from vungxanh.common.duties import duties

Codes = Callable[[], Iterable[tuple[str, object]]]

KEYS: dict[str, Promise] = {
    "absent": pgettext_lazy("audit detail", "absent"),
    "added": pgettext_lazy("audit detail", "new"),
    "address_changed": pgettext_lazy("audit detail", "address changed"),
    "after": pgettext_lazy("audit detail", "afterwards"),
    "again": pgettext_lazy("audit detail", "received once more"),
    "alias": pgettext_lazy("audit detail", "other name"),
    "answer": pgettext_lazy("audit detail", "answer"),
    "attendees": pgettext_lazy("audit detail", "attendees"),
    "as": pgettext_lazy("audit detail", "as"),
    "arrival_closes": pgettext_lazy("audit detail", "arrival accepted until"),
    "arrival_due": pgettext_lazy("audit detail", "arrival on time until"),
    "arrival_opens": pgettext_lazy("audit detail", "arrival accepted from"),
    "arrival_starts": pgettext_lazy("audit detail", "arrival on time from"),
    "basis": pgettext_lazy("audit detail", "basis"),
    "before": pgettext_lazy("audit detail", "before"),
    "by": pgettext_lazy("audit detail", "by"),
    "cells": pgettext_lazy("audit detail", "cells"),
    "channel": pgettext_lazy("audit detail", "way of declaring"),
    "code": pgettext_lazy("audit detail", "code"),
    "created": pgettext_lazy("audit detail", "new"),
    "day": pgettext_lazy("audit detail", "day"),
    "days": pgettext_lazy("audit detail", "days"),
    "declarations": pgettext_lazy("audit detail", "declarations"),
    "deliveries": pgettext_lazy("audit detail", "deliveries"),
    "document": pgettext_lazy("audit detail", "document"),
    "due": pgettext_lazy("audit detail", "due"),
    "duties": pgettext_lazy("audit detail", "still open"),
    "ended": pgettext_lazy("audit detail", "ended"),
    "entered_at": pgettext_lazy("audit detail", "updated at"),
    "error": pgettext_lazy("audit detail", "what went wrong"),
    "events": pgettext_lazy("audit detail", "events"),
    "fields": pgettext_lazy("audit detail", "what was changed"),
    "first_number": pgettext_lazy("audit detail", "first number"),
    "found": pgettext_lazy("audit detail", "found"),
    "for": pgettext_lazy("audit detail", "acting for"),
    "from": pgettext_lazy("audit detail", "from"),
    "gone": pgettext_lazy("audit detail", "joined to it"),
    "host": pgettext_lazy("audit detail", "server"),
    "into": pgettext_lazy("audit detail", "merged into"),
    "items": pgettext_lazy("audit detail", "contents"),
    "kept": pgettext_lazy("audit detail", "kept"),
    "key": pgettext_lazy("audit detail", "key"),
    "kind": pgettext_lazy("audit detail", "kind"),
    "language": pgettext_lazy("audit detail", "language"),
    "leaving_closes": pgettext_lazy("audit detail", "leaving accepted until"),
    "leaving_due": pgettext_lazy("audit detail", "leaving on time until"),
    "leaving_opens": pgettext_lazy("audit detail", "leaving accepted from"),
    "leaving_starts": pgettext_lazy("audit detail", "leaving on time from"),
    "levels": pgettext_lazy("audit detail", "levels"),
    "measure": pgettext_lazy("audit detail", "measure"),
    "moved": pgettext_lazy("audit detail", "moved along"),
    "name": pgettext_lazy("audit detail", "name"),
    "notifications": pgettext_lazy("audit detail", "notifications"),
    "now": pgettext_lazy("audit detail", "now"),
    "number": pgettext_lazy("audit detail", "number"),
    "of": pgettext_lazy("audit detail", "line of the list"),
    "on_time": pgettext_lazy("audit detail", "on time"),
    "opinion": pgettext_lazy("audit detail", "opinion"),
    "own_numbers": pgettext_lazy("audit detail", "numbers given here"),
    "overrides": pgettext_lazy("audit detail", "figures changed by hand"),
    "party": pgettext_lazy("audit detail", "outside party"),
    "people": pgettext_lazy("audit detail", "people"),
    "period": pgettext_lazy("audit detail", "period"),
    "photographs": pgettext_lazy("audit detail", "photographs"),
    "pictures": pgettext_lazy("audit detail", "pictures"),
    "present": pgettext_lazy("audit detail", "present"),
    "question": pgettext_lazy("audit detail", "what was asked"),
    "reason": pgettext_lazy("audit detail", "reason"),
    "receiver": pgettext_lazy("audit detail", "receiver"),
    "recommendations": pgettext_lazy("audit detail", "recommendations"),
    "refused": pgettext_lazy("audit detail", "refused"),
    "role": pgettext_lazy("audit detail", "role"),
    "secrets": pgettext_lazy("audit detail", "old secrets"),
    "sha256": pgettext_lazy("audit detail", "checksum"),
    "sheet": pgettext_lazy("audit detail", "sheet"),
    "shifts": pgettext_lazy("audit detail", "shifts"),
    "sightings": pgettext_lazy("audit detail", "passings"),
    "state": pgettext_lazy("audit detail", "state"),
    "status": pgettext_lazy("audit detail", "answer code"),
    "symbol": pgettext_lazy("audit detail", "symbol"),
    "taken": pgettext_lazy("audit detail", "taken over"),
    "text": pgettext_lazy("audit detail", "text"),
    "texts": pgettext_lazy("audit detail", "texts"),
    "through": pgettext_lazy("audit detail", "went through"),
    "timeliness": pgettext_lazy("audit detail", "time"),
    "to": pgettext_lazy("audit detail", "to"),
    "tries": pgettext_lazy("audit detail", "tries"),
    "unchanged": pgettext_lazy("audit detail", "unchanged"),
    "updated": pgettext_lazy("audit detail", "changed"),
    "valid_from": pgettext_lazy("audit detail", "in force from"),
    "version": pgettext_lazy("audit detail", "version"),
    "visitors": pgettext_lazy("audit detail", "visitors"),
    "visits": pgettext_lazy("audit detail", "visits"),
    "was": pgettext_lazy("audit detail", "earlier"),
    "window": pgettext_lazy("audit detail", "window"),
    "words": pgettext_lazy("audit detail", "what it said"),
    "year": pgettext_lazy("audit detail", "year"),
}

IMPLIED = frozenset({"verb", "unit"})
"""What the action, the state that it led to, or the unit of the event says already."""
HEALTH = frozenset({"level", "proposed", "cause"})
"""What a detail may hold of somebody's health; the trail keeps it and its pages do not show it."""
HEALTH_REASONS = frozenset(
    {
        "admission.correct_declaration",
        "admission.revoke_pass",
        "organization.end_front_line",
        "organization.extend_front_line",
        "organization.withdraw_front_line",
    }
)
"""Actions whose reason says something of the health of a named person, or may."""

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_codes: dict[str, list[Codes]] = defaultdict(list)


def say_codes(**codes: Codes) -> None:
    """By key, what gives each code with its words; modules say theirs in `apps.ready()`. The first words hold."""
    for key, source in codes.items():
        _codes[key].append(source)


def in_words(action: str, detail: Mapping[str, object]) -> list[tuple[str, str]]:
    """Each key and value as a reader of the trail understands them; of many people only how many."""
    hidden = IMPLIED | HEALTH | ({"reason"} if action in HEALTH_REASONS else frozenset())
    known = {key: value for key, value in detail.items() if key not in hidden and value is not None}
    return [(_key(key), _value(key, value)) for key, value in known.items()]


def _key(key: str) -> str:
    return str(KEYS.get(key, key))


def _value(key: str, value: object) -> str:
    match value:
        case bool():
            return gettext("yes") if value else gettext("no")
        case int() | float():
            return formats.number(value)
        case list() if all(str(one).isdecimal() for one in value):
            return formats.number(len(value))
        case list():
            return ", ".join(_value(key, one) for one in value)
        case dict():
            return ", ".join(f"{_key(each)} {_value(each, one)}" for each, one in value.items() if each not in IMPLIED)
    return _text(key, str(value)) if value else formats.NOTHING


def _text(key: str, text: str) -> str:
    if words := _words_of(key).get(text):
        return str(words)
    try:
        if _MOMENT.match(text):
            return formats.moment(datetime.datetime.fromisoformat(text))
        return formats.day(datetime.date.fromisoformat(text)) if _DAY.fullmatch(text) else text
    except ValueError:
        return text


def _words_of(key: str) -> dict[str, object]:
    found = {code: words for source in reversed(_codes[key]) for code, words in source()} if key in _codes else {}
    if key == "duties":
        found |= {duty.code: duty.name for duty in duties()}
    if key == "language":
        found |= dict(settings.LANGUAGES)
    return found
