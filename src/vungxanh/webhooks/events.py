"""What is told to subscribers: modules register their events in `apps.ready()`, and publish them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise

Words = str | Promise
PING = "webhook.ping"
"""The trial of a subscription; nobody subscribes to it."""


class UnknownEventError(LookupError):
    """An event of a type that nobody registered."""


@dataclass(frozen=True, slots=True)
class EventType:
    """`story` says when it is told and what stands in it. `example` has every name of `data` and no other; counts and
    colours only, nothing of anybody."""

    code: str
    name: Words
    story: Words
    example: Mapping[str, object]
    order: int


@dataclass(frozen=True, slots=True)
class Event:
    """`key` stands for what happened: it is told once. `data` is what goes out, about the unit."""

    code: str
    key: str
    unit_id: int
    data: Mapping[str, object]


_types: dict[str, EventType] = {}


def register(*types: EventType) -> None:
    """Registering a code again replaces the type, so that `ready()` may run twice."""
    _types.update({one.code: one for one in types})


def types() -> list[EventType]:
    return sorted(_types.values(), key=lambda one: one.order)


def type_of(code: str) -> EventType:
    try:
        return _types[code]
    except KeyError as error:
        raise UnknownEventError(code) from error


def name_of(code: str) -> Words:
    """Of what is stored: a type that is gone is shown by its code."""
    return _types[code].name if code in _types else code
