"""The duties of a day: what every unit owes, registered by the module that knows how it stands.

The control room draws every unit against every duty from this registry, so that a later module's duty appears there by
being registered.
"""

import datetime
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from django.utils.functional import Promise

Words = str | Promise
Found = TypeVar("Found")


class DutyState(StrEnum):
    """From worst to best; `NOTHING` where nothing is owed."""

    OVERDUE = "OVERDUE"
    BEHIND = "BEHIND"
    PENDING = "PENDING"
    DONE = "DONE"
    NOTHING = "NOTHING"


SEVERITY = {state: len(DutyState) - place for place, state in enumerate(DutyState)}


class DutyStatus(NamedTuple):
    """How one unit stands: `done` of `expected`. `tell` makes what to add in words, only where it is shown: a page
    shows fifty of thousands."""

    state: DutyState
    done: int = 0
    expected: int = 0
    tell: Callable[[], str] = str

    @property
    def says(self) -> str:
        return self.tell()


NOTHING_OWED = DutyStatus(DutyState.NOTHING)


@dataclass(frozen=True, slots=True)
class Question:
    """A day at a moment; `members`: for each unit that answers, the units for which it does."""

    day: datetime.date
    at: datetime.datetime
    members: Mapping[int, Collection[int]]
    known: dict[Callable[["Question"], Any], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, find: Callable[["Question"], Found]) -> Found:
        """What several duties need: found by the first that asks, or known to whoever put the question."""
        if find not in self.known:
            self.known[find] = find(self)
        found: Found = self.known[find]
        return found


@dataclass(frozen=True, slots=True)
class Duty:
    """`statuses` answers for all units at once, with a flat number of queries; a unit it leaves out owes nothing.

    `url_name`: the page of the duty's records for the code of a unit and a day, where it has one of its own.
    `is_urged_early`: one is urged for it before it is due; for the others only once they are behind. `spans_days`: it
    is not owed anew each day and has a page of its own; the board of a day names what is open of all such in one
    column.
    """

    code: str
    name: Words
    order: int
    statuses: Callable[[Question], Mapping[int, DutyStatus]]
    url_name: str = ""
    is_urged_early: bool = False
    spans_days: bool = False


_duties: dict[str, Duty] = {}


def register(*duties: Duty) -> None:
    """Registering a code again replaces the duty, so that `ready()` may run twice."""
    _duties.update({duty.code: duty for duty in duties})


def duties() -> list[Duty]:
    return sorted(_duties.values(), key=lambda duty: duty.order)


def declared_status(*, expected: int, declared: int, missing: int, tell: Callable[[], str] = str) -> DutyStatus:
    """Of a duty that many people carry: overdue while one is missing, pending while one may still come."""
    if not expected:
        return NOTHING_OWED
    if missing:
        return DutyStatus(DutyState.OVERDUE, declared, expected, tell)
    return DutyStatus(DutyState.DONE if declared == expected else DutyState.PENDING, declared, expected, tell)
