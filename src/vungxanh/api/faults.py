"""The faults that pydantic finds, in our words and with a pointer each."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, Promise] = {
    "missing": _("This is missing."),
    "extra_forbidden": _("There is no such field."),
    "string_type": _("A text is needed here."),
    "bool_type": _("Only true or false."),
    "float_type": _("A number is needed here."),
    "int_type": _("A whole number is needed here."),
    "int_parsing": _("A whole number is needed here."),
    "uuid_parsing": _("A UUID is needed here."),
    "uuid_type": _("A UUID is needed here."),
    "timezone_aware": _("The time needs its offset, such as +07:00."),
    "datetime_type": _("A time such as 2021-09-20T07:30:00+07:00 is needed here."),
    "datetime_parsing": _("A time such as 2021-09-20T07:30:00+07:00 is needed here."),
    "datetime_from_date_parsing": _("A time such as 2021-09-20T07:30:00+07:00 is needed here."),
    "not_a_moment": _("A time such as 2021-09-20T07:30:00+07:00 is needed here."),
    "not_a_day": _("A day such as 2021-09-20 is needed here."),
    "not_a_period": _("A year such as 2021 or a month such as 2021-09 is needed here."),
    "dict_type": _("An object is needed here."),
    "model_type": _("An object is needed here."),
    "model_attributes_type": _("An object is needed here."),
    "list_type": _("A list is needed here."),
    "too_long": _("Too many entries."),
    "string_too_short": _("This text is too short."),
}


def faults_of(errors: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pointers and words, in the order of the fields."""
    return [(_pointer(error["loc"]), _words(error)) for error in errors]


def _pointer(place: tuple[str | int, ...]) -> str:
    """Without the first part, which says body, path or query, and without the name of the body's parameter."""
    parts = place[2:] if place[0] == "body" else place[1:]
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in parts)


def _words(error: Mapping[str, Any]) -> str:
    kind, context = error["type"], error.get("ctx", {})
    if kind in WORDS:
        return str(WORDS[kind])
    if kind in {"literal_error", "enum"}:
        return gettext("One of these is needed: %(choices)s.") % {"choices": context["expected"]}
    if kind == "string_too_long":
        return gettext("At most %(count)d characters.") % {"count": context["max_length"]}
    if kind in {"greater_than_equal", "less_than_equal"}:
        return gettext("The number lies outside what is allowed.")
    return gettext("This value cannot be used.")
