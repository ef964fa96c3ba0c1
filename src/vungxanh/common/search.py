"""One search over everything: each module registers what it finds, one sees only what one may open."""

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise

from vungxanh.common.navigation import menu_for
from vungxanh.common.vietnamese import folded

Words = str | Promise
SHORTEST = 2
MOST = 8
"""So many of a kind are shown; whoever wants more goes to the list of that kind."""


@dataclass(frozen=True, slots=True)
class Hit:
    title: Words
    href: str
    note: Words = ""


@dataclass(frozen=True, slots=True)
class Source:
    """`find` gets the request, the text as typed and today, and returns at most `MOST` hits."""

    code: str
    label: Words
    icon: str
    order: int
    find: Callable[[HttpRequest, str, datetime.date], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Found:
    source: Source
    hits: Sequence[Hit]


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Registering a code again replaces the source, so that `ready()` may run twice."""
    _sources.update({source.code: source for source in sources})


def search(request: HttpRequest, text: str, *, today: datetime.date) -> list[Found]:
    """What every source finds, those with nothing left out; nothing for a text that is too short."""
    if len(folded(text).replace(" ", "")) < SHORTEST:
        return []
    found = [
        Found(source, source.find(request, text, today))
        for source in sorted(_sources.values(), key=lambda one: one.order)
    ]
    return [one for one in found if one.hits]


def matches(text: str, *names: str) -> bool:
    """Every word of the text stands in one of the names, with or without marks."""
    held = folded(" ".join(names))
    return all(word in held for word in folded(text).split())


def pages(request: HttpRequest, text: str, today: datetime.date) -> list[Hit]:
    """Pages of one's own navigation by their names."""
    links = menu_for(request).links
    return [Hit(link.label, link.href) for link in links if matches(text, str(link.label), str(link.short_label))][
        :MOST
    ]
