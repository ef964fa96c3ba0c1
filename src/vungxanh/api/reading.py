"""Reading a body strictly: JSON only, each name once, real numbers, no depth that hides something."""

import json
from math import isinf
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.parser import Parser

from vungxanh.api.problems import ProblemError

DEEPEST = 8


class StrictParser(Parser):
    """Raises ProblemError; a body that is read is an object of names, texts, numbers, lists and truth values."""

    def parse_body(self, request: HttpRequest) -> dict[str, Any]:
        if request.content_type != "application/json":
            raise ProblemError(415)
        return read_object(request.body)


def read_object(body: bytes) -> dict[str, Any]:
    """Raises ProblemError."""
    try:
        content = _decoder.decode(body.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise ProblemError(400, _("The body is not UTF-8.")) from error
    except RecursionError as error:
        raise ProblemError(400, _("The body is nested too deeply.")) from error
    except ValueError as error:
        raise ProblemError(400, _("The body is not JSON.")) from error
    if not isinstance(content, dict):
        raise ProblemError(400, _("The body must be a JSON object."))
    if not _is_plain(body):
        _look_through(content)
    return content


def _is_plain(body: bytes) -> bool:
    """Nothing but ASCII without an escape, and too few brackets to hide something deep."""
    return body.isascii() and b"\\" not in body and body.count(b"{") + body.count(b"[") <= DEEPEST


def _each_name_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ProblemError(400, _("A name stands twice in one object."))
    return found


def _no_such_number(text: str) -> None:
    raise ProblemError(400, _("NaN and Infinity are no numbers of JSON."))


def _finite(text: str) -> float:
    number = float(text)
    if isinf(number):
        raise ProblemError(400, _("A number is too large."))
    return number


_decoder = json.JSONDecoder(object_pairs_hook=_each_name_once, parse_constant=_no_such_number, parse_float=_finite)


def _look_through(content: dict[str, Any]) -> None:
    """Refuses depth, half characters and the character that no database keeps."""
    stack: list[tuple[Any, int]] = [(content, 1)]
    while stack:
        value, depth = stack.pop()
        if depth > DEEPEST:
            raise ProblemError(400, _("The body is nested too deeply."))
        if isinstance(value, dict):
            stack += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, list):
            stack += [(part, depth + 1) for part in value]
        elif isinstance(value, str) and not _is_storable(value):
            raise ProblemError(400, _("The body holds a character that cannot be kept."))


def _is_storable(text: str) -> bool:
    return "\x00" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
