"""The files of `data/` as typed values: what the agency is made of, and how one of its days goes."""

import csv
import datetime
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import msgspec

from vungxanh.common.clock import moment

DATA = Path(__file__).parent / "data"
T = TypeVar("T")
Weights = dict[str, int]


class NamesOfSex(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    middle: Weights
    given: list[str]


class NameParts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    family: Weights
    male: NamesOfSex
    female: NamesOfSex


class StaffKind(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A title that several people of a unit have; `weekdays` as in "T2 T4 T6"."""

    title: str
    contract: str
    weight: int
    weekdays: str = ""
    by_shift: bool = False
    men: float | None = None


class Staffing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who works in a kind of unit: a head, deputies, the rest by weight. `men` is their share."""

    head: str
    deputy: str
    deputies: int
    men: float
    staff: list[StaffKind]
    shifts: str = ""


class ShiftHours(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    starts: datetime.time
    ends: datetime.time


class ShiftSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """People take the letters of `cycle` in turn, each a day behind the one before; "-" is rest."""

    cycle: list[str]
    hours: dict[str, ShiftHours]


class RoleGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    role: str
    unit: str


class Account(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A demonstration account: the person at a place of a unit, or with a title there, or nobody."""

    name: str
    says: str = ""
    unit: str = ""
    place: int | None = None
    title: str = ""
    roles: list[RoleGiven] = []


class Secondment(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"valid_from": "from"}):
    unit: str
    place: int
    host: str
    site: str
    title: str
    valid_from: datetime.date


class DelegationGiven(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The head of the unit is away for `kind`; the first deputy acts."""

    unit: str
    role: str
    first_day: datetime.date
    last_day: datetime.date
    kind: str
    reason: str
    handover: str


class GroupOf(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    name: str
    kind: str
    oldest: int
    youngest: int = 0
    sex: str = ""


class Agency(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    code: str
    valid_from: datetime.date
    basis: str
    living_from: datetime.date
    today: datetime.date
    hour: datetime.time
    account: list[Account]
    secondment: list[Secondment]
    delegation: list[DelegationGiven]
    group: list[GroupOf]


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


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A row of units.csv."""

    code: str
    parent: str
    name: str
    short_name: str
    kind: str
    own_rights: bool
    reporting_point: bool
    area: str
    site: str
    site_name: str
    staffing: str
    people: int


class AskedQuestion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`published`: the question as everybody reads it; times are Vietnamese."""

    unit: str
    title: str
    text: str
    asked: datetime.datetime
    is_about_return: bool = False
    answered: datetime.datetime | None = None
    answer: str = ""
    published: str = ""

    @property
    def at(self) -> datetime.datetime:
        return moment(self.asked.date(), self.asked.time())

    @property
    def answer_at(self) -> datetime.datetime:
        assert self.answered
        return moment(self.answered.date(), self.answered.time())


class SupervisedUnit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A visit by accounts of the team; a step without a time does not happen. `not_met`: remarks by code of content."""

    unit: str
    purpose: str
    day: datetime.date
    team: list[str]
    planned: datetime.datetime
    is_announced: bool = True
    begun: datetime.datetime | None = None
    recorded: datetime.datetime | None = None
    present: str = ""
    conclusions: str = ""
    not_met: dict[str, str] = {}
    recommendation: list[str] = []
    days: int = 7
    is_sent: bool = True
    answered: datetime.datetime | None = None
    opinion: str = ""
    reported: datetime.datetime | None = None
    report: str = ""
    settled: datetime.datetime | None = None


class PublishedGuidance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`read`: the share of its readers who acknowledge it within two days."""

    title: str
    text: str
    number: str
    published: datetime.datetime
    targets: list[str]
    read: float


class SentPerson(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody who serves on the front line, sent by `sender`; times are Vietnamese. `receiver`: name, post, where."""

    sender: str
    unit: str
    place: int
    order_number: str
    order_date: datetime.date
    kind: str
    where: str
    work: str
    first_day: datetime.date
    entered: datetime.datetime
    last_day: datetime.date | None = None
    area: str = ""
    declares_remotely: bool = False
    confirmed: datetime.datetime | None = None
    receiver: tuple[str, str, str] = ("", "", "")
    note: str = ""


class FrontLine(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    assignment: list[SentPerson]


class ProducedTarget(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A target of the year with the figures of its months from January on; figures as people write them."""

    unit: str
    indicator: str
    value: str
    months: list[str] = []
    first_month: int = 1
    september: str = ""
    entered: datetime.datetime | None = None
    returned: str = ""


class Production(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    basis: str
    target: list[ProducedTarget]


class Directing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    question: list[AskedQuestion]
    supervision: list[SupervisedUnit]
    guidance: list[PublishedGuidance]


@cache
def names() -> NameParts:
    return _read("names.toml", NameParts)


@cache
def agency() -> Agency:
    return _read("agency.toml", Agency)


@cache
def days() -> Days:
    return _read("days.toml", Days)


@cache
def visitors() -> Visitors:
    return _read("visitors.toml", Visitors)


@cache
def gates() -> Gates:
    return _read("gates.toml", Gates)


@cache
def lists() -> Lists:
    return _read("lists.toml", Lists)


@cache
def directing() -> Directing:
    return _read("directing.toml", Directing)


@cache
def front_line() -> FrontLine:
    return _read("front_line.toml", FrontLine)


@cache
def production() -> Production:
    return _read("production.toml", Production)


@cache
def staffing() -> dict[str, Staffing]:
    raw = msgspec.toml.decode((DATA / "staffing.toml").read_bytes())
    kinds = {key: value for key, value in raw.items() if key not in {"shifts", "guards"}}
    return msgspec.convert(kinds, dict[str, Staffing])


@cache
def shift_sets() -> dict[str, ShiftSet]:
    raw = msgspec.toml.decode((DATA / "staffing.toml").read_bytes())
    return msgspec.convert(raw["shifts"], dict[str, ShiftSet])


@cache
def guards() -> dict[str, int]:
    raw = msgspec.toml.decode((DATA / "staffing.toml").read_bytes())
    return msgspec.convert(raw["guards"], dict[str, int])


@cache
def units() -> list[UnitLine]:
    with (DATA / "units.csv").open(encoding="utf-8", newline="") as file:
        return [_unit(row) for row in csv.DictReader(file)]


def level_files() -> list[Path]:
    """Levels of areas as published, a file for each document; its name is the day."""
    return sorted((DATA / "levels").glob("*.csv"))


def _unit(row: dict[str, str]) -> UnitLine:
    flags = {key: row.pop(key) == "1" for key in ("own_rights", "reporting_point")}
    people = int(row.pop("people"))
    return UnitLine(**row, **flags, people=people)  # type: ignore[arg-type]


def _read(name: str, shape: type[T]) -> T:
    return msgspec.toml.decode((DATA / name).read_bytes(), type=shape)
