"""Rule files put together as text: comments stay, editions stand in the order of their days, each in its own lines."""

from __future__ import annotations

import datetime
import json
import re
import tomllib
from collections.abc import Mapping
from typing import Any

from vungxanh.common.decision_tables.faults import Fault

_EDITION = re.compile(r"^[ \t]*\[\[[ \t]*edition[ \t]*\]\]", re.MULTILINE)
_FIRST_DAY = re.compile(r"^([ \t]*in_force_from[ \t]*=[ \t]*)[^\s#]+", re.MULTILINE)
Segments = dict[datetime.date, str]


class WritingError(ValueError):
    """A text cannot be taken apart into its editions."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(str(fault))
        self.fault = fault


def taken_apart(text: str) -> tuple[str, Segments]:
    """What stands before the first edition, and the lines of each edition by its first day."""
    starts = [found.start() for found in _EDITION.finditer(text)]
    segments: Segments = {}
    for number, (start, end) in enumerate(zip(starts, [*starts[1:], len(text)], strict=True), start=1):
        lines = text[start:end].rstrip() + "\n"
        try:
            [edition] = tomllib.loads(lines)["edition"]
            segments[edition["in_force_from"]] = lines
        except (tomllib.TOMLDecodeError, ValueError, KeyError, TypeError) as error:
            words = "không tách được bản này; mỗi bản bắt đầu bằng một dòng [[edition]] và có ngày in_force_from"
            raise WritingError(Fault(f"edition[{number}]", words)) from error
    if not segments or len(segments) != len(tomllib.loads(text).get("edition", [])):
        raise WritingError(Fault("edition", "mỗi bản phải bắt đầu bằng một dòng [[edition]], mỗi ngày một bản"))
    return text[: starts[0]].rstrip() + "\n", segments


def put_together(head: str, segments: Segments) -> str:
    """Editions by their first day, oldest first."""
    return "\n".join([head, *(segments[day] for day in sorted(segments))])


def begun_on(segment: str, day: datetime.date) -> str:
    """The same edition with another first day."""
    return _FIRST_DAY.sub(rf"\g<1>{day.isoformat()}", segment, count=1)


def edition_text(edition: Mapping[str, Any]) -> str:
    """An edition of plain values as TOML; arrays of tables and tables come after the values."""
    return "\n".join(_lines("edition", edition, is_one_of_many=True)) + "\n"


def _lines(path: str, table: Mapping[str, Any], *, is_one_of_many: bool) -> list[str]:
    lines = [f"[[{path}]]" if is_one_of_many else f"[{path}]"]
    plain = {key: value for key, value in table.items() if not _is_structure(value)}
    lines += [f"{_key(key)} = {_value(value)}" for key, value in plain.items()]
    for key, value in table.items():
        if isinstance(value, Mapping):
            lines += ["", *_lines(f"{path}.{_key(key)}", value, is_one_of_many=False)]
        elif _is_structure(value):
            for one in value:
                lines += ["", *_lines(f"{path}.{_key(key)}", one, is_one_of_many=True)]
    return lines


def _is_structure(value: object) -> bool:
    is_many = isinstance(value, list) and bool(value) and all(isinstance(one, Mapping) for one in value)
    return isinstance(value, Mapping) or is_many


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else json.dumps(key, ensure_ascii=False)


def _value(value: object) -> str:
    """A string of JSON is one of TOML, but for DEL."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")
        case datetime.date() | datetime.time():
            return value.isoformat()
        case list() | tuple():
            return f"[{', '.join(_value(one) for one in value)}]"
        case Mapping():
            return f"{{ {', '.join(f'{_key(key)} = {_value(one)}' for key, one in value.items())} }}"
        case int() | float():
            return repr(value)
    raise TypeError(type(value))
