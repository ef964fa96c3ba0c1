"""What the installation is connected to: modules register their connections, the settings page shows and tries them."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise

Words = str | Promise


@dataclass(frozen=True, slots=True)
class Connection:
    """How one way in or out stands. `setting`: what switches it on. A failure is in words, `failed_at` where known.

    `page` is the URL name of its own page, where there is one.
    """

    code: str
    name: Words
    setting: str
    is_ready: bool
    waiting: int = 0
    given_up: int = 0
    succeeded_at: datetime.datetime | None = None
    failure: str = ""
    failed_at: datetime.datetime | None = None
    may_be_tried: bool = False
    page: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """Now as the installation has it, and the real moment, which signatures need; they differ in a demonstration."""

    at: datetime.datetime
    real: datetime.datetime


class TrialError(Exception):
    """A trial did not go through; the words say why and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """The connections of one module. `attempt(code, user, moment)` sends something real, says in words what became of
    it, or raises `TrialError`; it is called outside a transaction."""

    name: str
    order: int
    connections: Callable[[datetime.date], list[Connection]]
    attempt: Callable[[str, Any, Moment], str]


_sources: dict[str, Source] = {}


def register(*sources: Source) -> None:
    """Registering a name again replaces the source, so that `ready()` may run twice."""
    _sources.update({source.name: source for source in sources})


def all_connections(today: datetime.date) -> list[tuple[Source, Connection]]:
    found = sorted(_sources.values(), key=lambda source: source.order)
    return [(source, one) for source in found for one in source.connections(today)]
