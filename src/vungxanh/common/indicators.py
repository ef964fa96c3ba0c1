"""What the movement counts by itself: indicators, registered by the module that holds their records.

The movement names an indicator by its code, with words and weights of its own; who holds the records knows what is
due, what is excused, and where one reads it again. An indicator that nobody registers is not measured.
"""

import datetime
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from django.db.models import QuerySet
from django.utils.functional import Promise

from vungxanh.common.clock import ZONE, moment

Words = str | Promise
Found = TypeVar("Found")
ONE_DAY = datetime.timedelta(days=1)
MOST = 100
"""So many records are read at once."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A period, both days included, as far as it is known at a moment; `members`: for each scored unit, the units that
    count for it. `about`: the code of the campaign, for what only a campaign itself can tell."""

    first: datetime.date
    last: datetime.date
    at: datetime.datetime
    members: Mapping[int, Collection[int]]
    about: str = ""
    known: dict[Callable[["Asked"], Any], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, find: Callable[["Asked"], Found]) -> Found:
        """What several indicators need: found by the first that asks."""
        if find not in self.known:
            self.known[find] = find(self)
        found: Found = self.known[find]
        return found

    @property
    def today(self) -> datetime.date:
        return self.at.astimezone(ZONE).date()

    @property
    def until(self) -> datetime.date:
        """The last day that has begun; before `first` where none has."""
        return min(self.last, self.today)

    @property
    def days(self) -> list[datetime.date]:
        return [self.first + offset * ONE_DAY for offset in range((self.until - self.first).days + 1)]

    @property
    def moments(self) -> tuple[datetime.datetime, datetime.datetime]:
        """Of the days: from the first, before the second."""
        return moment(self.first, datetime.time()), moment(self.until + ONE_DAY, datetime.time())

    @property
    def units(self) -> set[int]:
        """All that count for somebody."""
        return {unit for units in self.members.values() for unit in units}


class Measured(NamedTuple):
    """What was done of what was due."""

    part: int
    whole: int


class Record(NamedTuple):
    """What one day, or one thing, brought to the figure; the parts and wholes of all records are those of the figure.

    Neither names anybody nor says how somebody is: who may read more reads it at `address`, a page that looks at the
    rights of its reader itself; "" where there is none.
    """

    day: datetime.date
    unit_id: int
    what: Words
    part: int
    whole: int
    address: str = ""


@dataclass(frozen=True, slots=True)
class Records:
    """Of one unit, those first that miss most, then by day. For a paginator: counted, and cut into pages of at most
    MOST; `show` is asked for the rows of a page alone."""

    rows: Sequence[Any] | QuerySet[Any, Any]
    show: Callable[[Sequence[Any]], list[Record]]

    def __len__(self) -> int:
        return self.rows.count() if isinstance(self.rows, QuerySet) else len(self.rows)

    def __getitem__(self, page: slice) -> list[Record]:
        first = page.start or 0
        end = first + MOST if page.stop is None else min(page.stop, first + MOST)
        return self.show(list(self.rows[first:end]))


@dataclass(frozen=True, slots=True)
class Indicator:
    """`measure` answers for all scored units at once, with a flat number of queries, however long the period is. A unit
    that it leaves out has nothing to measure: neither 0 nor 100 %. `records` are those of one scored unit."""

    code: str
    measure: Callable[[Asked], Mapping[int, Measured]]
    records: Callable[[Asked, int], Records]


_indicators: dict[str, Indicator] = {}


def register(*indicators: Indicator) -> None:
    """Registering a code again replaces the indicator, so that `ready()` may run twice."""
    _indicators.update({indicator.code: indicator for indicator in indicators})


def indicators() -> list[Indicator]:
    """By code."""
    return [_indicators[code] for code in sorted(_indicators)]


def find(code: str) -> Indicator | None:
    """None: not measured."""
    return _indicators.get(code)


def summed(asked: Asked, counts: Mapping[int, Measured]) -> dict[int, Measured]:
    """Counts by unit, added up for each scored unit; those with nothing due are left out."""
    found = {}
    for scored, units in asked.members.items():
        own = [counts[unit] for unit in units if unit in counts]
        if whole := sum(one.whole for one in own):
            found[scored] = Measured(sum(one.part for one in own), whole)
    return found
