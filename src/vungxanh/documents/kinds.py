"""Which kinds of papers there are: higher modules register theirs in `apps.ready()`."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils.functional import Promise

from vungxanh.documents.content import Content

Words = str | Promise


class UnknownKindError(LookupError):
    """A paper of a kind that nobody registered."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What one paper is about. `key` stands for the cause: of one issuing unit, kind and key one draft is enough."""

    unit_id: int
    key: str
    day: datetime.date
    addressee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Kind:
    """`draft` makes the content anew from the data as they are at a moment, whoever asks. Of a kind that `is_public`
    anybody with the check code of a paper reads its type and summary; of others only that there is such a paper.
    `again`: the address where one of it is made anew, of a kind that does not leave that to the page of the paper."""

    code: str
    name: Words
    order: int
    draft: Callable[[Subject, datetime.datetime], Content]
    is_public: bool = False
    again: Callable[[Subject], str] | None = None


_kinds: dict[str, Kind] = {}


def register(*kinds: Kind) -> None:
    """Registering a code again replaces the kind, so that `ready()` may run twice."""
    _kinds.update({kind.code: kind for kind in kinds})


def kinds() -> list[Kind]:
    return sorted(_kinds.values(), key=lambda kind: kind.order)


def kind_of(code: str) -> Kind:
    try:
        return _kinds[code]
    except KeyError as error:
        raise UnknownKindError(code) from error


def name_of(code: str) -> Words:
    """Of what is stored: a kind that is gone is shown by its code."""
    return _kinds[code].name if code in _kinds else code


def made_anew_at(code: str, subject: Subject) -> str:
    """Empty where the page of the paper does it itself."""
    again = _kinds[code].again if code in _kinds else None
    return again(subject) if again else ""


def is_public(code: str) -> bool:
    """A kind that is gone is not."""
    return code in _kinds and _kinds[code].is_public
