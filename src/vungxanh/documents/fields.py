"""Fields in the texts of a paper for many units: `{tên đơn vị}` gives the name of each."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.common.vietnamese import canonical
from vungxanh.documents.content import Content, read, stored

NAME, SHORT_NAME, CODE, ABOVE, HEAD = "tên đơn vị", "tên ngắn", "mã đơn vị", "cấp trên", "thủ trưởng"
FIELDS: dict[str, Promise] = {
    NAME: _("full name of the unit"),
    SHORT_NAME: _("its short name"),
    CODE: _("its code"),
    ABOVE: _("full name of the unit above it"),
    HEAD: _("full name of its head"),
}
FIELD = re.compile(r"\{([^{}]*)\}")


def field_named(written: str) -> str:
    """As it stands in `FIELDS`, however it was typed."""
    return canonical(written).casefold()


def fields_of(content: Content) -> list[str]:
    """Every field of a paper once, known or not, in the order in which they stand."""
    found = (field_named(one) for text in _texts(stored(content)) for one in FIELD.findall(text))
    return list(dict.fromkeys(found))


def stray_braces(content: Content) -> list[str]:
    """Texts in which a brace has no other one."""
    return [text for text in _texts(stored(content)) if re.search("[{}]", FIELD.sub("", text))]


def filled(content: Content, values: Mapping[str, str]) -> Content:
    """With a value for each field. Raises `KeyError` for a field without one."""
    return read(_mapped(stored(content), lambda text: filled_text(text, values)))


def filled_text(text: str, values: Mapping[str, str], shown: Callable[[str], str] = str) -> str:
    """`shown`: how a value is written where it comes to stand."""
    return FIELD.sub(lambda found: shown(values[field_named(found[1])]), text)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _mapped(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value)
    if isinstance(value, dict):
        return {key: _mapped(one, change) for key, one in value.items()}
    return [_mapped(one, change) for one in value] if isinstance(value, list | tuple) else value
