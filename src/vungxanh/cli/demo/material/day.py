"""How a day of the agency goes: declarations, returns, absences, guests, gates, meetings and shifts."""

import datetime
from functools import cache

import msgspec

from vungxanh.cli.demo.material.reading import read


class WindowHabit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When people declare, in minutes, and which share of them early, late, never, with a temperature."""

    spread_minutes: float
    early: float
    late: float
    missing: float
    temperature: float
    minutes_before_due: float = 0
    minutes_after_start: float = 0


class Habit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    forgetful_people: int
    forgetful_missing: float


class Said(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What somebody answers with yes, by linkId, where they have been, and what the thermometer showed."""

    items: list[str] = []
    places: list[str] = []
    temperature: float | None = None
    share: float = 0.0


class Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the person at a place of a unit declares on a day, or that it is forgotten; how long isolation follows."""

    day: datetime.date
    unit: str
    place: int
    window: str
    items: list[str] = []
    temperature: float | None = None
    isolation_days: int = 0
    forgets: bool = False


class AbsenceShares(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="upper"):
    leave: float
    sick_leave: float
    maternity_leave: float
    study: float
    duty_travel: float
    at_home: float
    field_work: float
    remote: float = msgspec.field(name="remote")
    half_day: float = msgspec.field(name="half_day")


class Note(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    weight: int
    text: str


class OverrideOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    level: str
    reason: str


class UnusualOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: datetime.date
    unit: str
    note: str


class LateOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    day: datetime.date
    unit: str
    minutes: int


class ReturnHabit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When units submit (minutes of the day), why late, what they decide on people who are flagged, and how many
    minutes afterwards they update the map by hand."""

    first_minute: int
    last_minute: int
    in_last_half_hour: float
    late: float
    never: float
    confirm: float
    override: float
    explained: float
    late_reason: list[str]
    answered_each_hour: float
    not_on_map: float
    map_minutes: tuple[int, int]
    unusual_note: list[str]
    note: list[Note]
    overrides: list[OverrideOf] = msgspec.field(name="reasons")
    unusual: list[UnusualOf] = []
    late_on: list[LateOf] = []


class Days(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    seed: int
    batch_minutes: int
    batch_minutes_of_the_past: int
    arrival: WindowHabit
    leaving: WindowHabit
    habit: Habit
    sign: list[Said]
    event: list[Event]
    absence: AbsenceShares
    returns: ReturnHabit


class Visitors(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many guests come to the site on a working day, and which share of them comes often or has a sign."""

    site: str
    a_day: int
    regular: float
    numbers: int
    held: float
    party: list[str]
    purpose: list[str]
    receiving_units: list[str]
    outside_party: list[dict[str, str]]


class Gate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`share`: of the people of the site, who come by this gate; the first gate of a site takes the others."""

    code: str
    site: str
    name: str
    share: float = 0.0


class Outage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A gate without network from `begins` until it sends what it kept."""

    gate: str
    day: datetime.date
    begins: datetime.time
    sent: datetime.time
    clock_behind_minutes: int


class Gates(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When people pass, in minutes, and which share of them taps twice or goes without a tap. `guard` is a title."""

    guard: str
    minutes_before_due: tuple[float, float]
    minutes_after_leaving_starts: tuple[float, float]
    comes_again_after: int
    tapped_twice: float
    not_left: float
    gate: list[Gate]
    offline: list[Outage]


class Room(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    site: str
    name: str


class WeeklyMeeting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`invited`: whole units; `heads`: whoever leads one of the agency's units. Monday is 0."""

    title: str
    unit: str
    place: str
    weekday: int
    starts: datetime.time
    ends: datetime.time
    invited: list[str] = []
    heads: bool = False


class ShiftPlace(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the guards of a unit have their shifts, and how many days later the unit confirms them."""

    unit: str
    place: str
    confirmed_after: int = 1


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rooms, meetings and shifts: when each is prepared and confirmed, and which share does not come."""

    drafted: datetime.time
    called: datetime.time
    marked_after: int
    closed_after: int
    not_come: float
    confirmed: datetime.time
    not_on_shift: float
    room: list[Room]
    meeting: list[WeeklyMeeting]
    shift: list[ShiftPlace]


@cache
def days() -> Days:
    return read("days.toml", Days)


@cache
def visitors() -> Visitors:
    return read("visitors.toml", Visitors)


@cache
def gates() -> Gates:
    return read("gates.toml", Gates)


@cache
def lists() -> Lists:
    return read("lists.toml", Lists)
