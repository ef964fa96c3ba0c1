"""What a person's declarations and stays say of each other on a day: pure functions from records to facts.

A fact that the records cannot answer is None, unknown; it never counts as false.
"""

import datetime
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, takewhile

ARRIVAL = "ARRIVAL"
MINUTE = datetime.timedelta(minutes=1)
HOUR = datetime.timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Said:
    """A declaration, its newest version. `site_id` only where the sender named the site; `digest` is empty where no
    temperature was given."""

    id: int
    day: datetime.date
    window: str
    at: datetime.datetime
    site_id: int | None
    digest: str
    had_contact: bool
    has_signs: bool


@dataclass(frozen=True, slots=True)
class Stay:
    """Seen at a place of a site by something that vouches for the moment; `left_at` None: not seen leaving."""

    entered_at: datetime.datetime
    left_at: datetime.datetime | None
    site_id: int
    is_gate: bool


Record = Said | Stay


@dataclass(frozen=True, slots=True)
class Lived:
    """What is known of one person around a day: `said` of the days before as well, both in the order of time."""

    day: datetime.date
    is_absent: bool
    expects_arrival: bool
    said: Sequence[Said]
    stays: Sequence[Stay]

    @property
    def today(self) -> list[Said]:
        return [one for one in self.said if one.day == self.day]

    @property
    def arrival(self) -> Said | None:
        return next((one for one in self.today if one.window == ARRIVAL), None)

    @property
    def entry(self) -> Stay | None:
        """The first time through a gate."""
        return next((one for one in self.stays if one.is_gate), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """The value of a fact and the records that it was read from."""

    value: bool | int | float | None
    records: tuple[Record, ...] = ()


UNKNOWN = Answer(None)


def denies_contact(lived: Lived) -> Answer:
    """By the arrival form, which asks for fourteen days; the leaving form asks for the hours since."""
    return Answer(not lived.arrival.had_contact, (lived.arrival,)) if lived.arrival else UNKNOWN


def days_since_declared_contact(lived: Lived) -> Answer:
    """From the first yes of those that stand directly before the arrival form: an honest person says yes fourteen days
    long and then no."""
    if lived.arrival is None:
        return UNKNOWN
    earlier = [one for one in lived.said if one.at < lived.arrival.at and (one.window == ARRIVAL or one.had_contact)]
    yes = list(takewhile(lambda one: one.had_contact, reversed(earlier)))
    return Answer((lived.day - yes[-1].day).days, (yes[-1], yes[0]) if len(yes) > 1 else (yes[0],)) if yes else UNKNOWN


def reports_nothing(lived: Lived) -> Answer:
    newest = lived.today[-1:]
    return Answer(not any(one.had_contact or one.has_signs for one in newest), tuple(newest)) if newest else UNKNOWN


def is_absent(lived: Lived) -> Answer:
    return Answer(lived.is_absent)


def was_at_site(lived: Lived) -> Answer:
    """A declaration from home says nothing of where one is."""
    seen: tuple[Record, ...] = (*(one for one in lived.today if one.site_id), *lived.stays)
    return Answer(True, seen) if seen else UNKNOWN


def same_answers_in_a_row(lived: Lived) -> Answer:
    """Of the two windows, the longer row that ends on the day."""
    rows = [_row(lived, window) for window in dict.fromkeys(one.window for one in lived.today)]
    longest: list[Said] = max(rows, key=len, default=[])
    return Answer(len(longest), (longest[-1], longest[0])) if longest else UNKNOWN


def _row(lived: Lived, window: str) -> list[Said]:
    said = [one for one in reversed(lived.said) if one.window == window]
    return list(takewhile(lambda one: one.digest and one.digest == said[0].digest, said))


def minutes_between_sites(lived: Lived) -> Answer:
    """The shortest time in which one was at two sites; 0 where at both at once."""
    seen: list[Record] = [*(one for one in lived.today if one.site_id), *lived.stays]
    pairs = [(one, other) for one, other in combinations(seen, 2) if one.site_id != other.site_id]
    if not pairs:
        return UNKNOWN
    nearest = min(pairs, key=lambda pair: _gap(*pair))
    return Answer(_gap(*nearest) / MINUTE, nearest)


def _gap(one: Record, other: Record) -> datetime.timedelta:
    (_start, until), (then, _end) = sorted((_span(one), _span(other)))
    return max(then - until, datetime.timedelta())


def _span(record: Record) -> tuple[datetime.datetime, datetime.datetime]:
    if isinstance(record, Said):
        return record.at, record.at
    return record.entered_at, record.left_at or record.entered_at


def hours_declared_before_gate(lived: Lived) -> Answer:
    arrival, entry = lived.arrival, lived.entry
    if arrival is None or entry is None or entry.entered_at < arrival.at:
        return UNKNOWN
    return Answer((entry.entered_at - arrival.at) / HOUR, (arrival, entry))


def entered_without_declaring(lived: Lived) -> Answer:
    """Where nothing is expected on arrival, any declaration of the day will do."""
    if lived.entry is None:
        return UNKNOWN
    owed = lived.arrival if lived.expects_arrival else next(iter(lived.today), None)
    return Answer(owed is None, (lived.entry,))


ANSWERS: Mapping[str, Callable[[Lived], Answer]] = {
    answer.__name__: answer
    for answer in (
        denies_contact,
        days_since_declared_contact,
        reports_nothing,
        is_absent,
        was_at_site,
        same_answers_in_a_row,
        minutes_between_sites,
        hours_declared_before_gate,
        entered_without_declaring,
    )
}
"""By the name of the fact."""


def all_answers(lived: Lived) -> dict[str, Answer]:
    return {name: answer(lived) for name, answer in ANSWERS.items()}


def records_of(answers: Mapping[str, Answer], names: Iterator[str]) -> list[Record]:
    """What a rule that asks these facts was read from, in the order of time, each once."""
    found = dict.fromkeys(record for name in names if name in answers for record in answers[name].records)
    return sorted(found, key=lambda record: _span(record))
