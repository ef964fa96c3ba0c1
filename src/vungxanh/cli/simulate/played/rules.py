"""The rules of the day as the simulator knows them: windows, timeliness, levels."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LOW, MEDIUM, HIGH, VERY_HIGH = "LOW", "MEDIUM", "HIGH", "VERY_HIGH"
SIGNS = ("fever", "cough", "sore_throat", "breathlessness", "pneumonia", "fatigue", "taste_or_smell_lost")
EXPOSURES = ("contact_with_case", "contact_from_epidemic_area", "contact_with_symptomatic", "visited_epidemic_area")
FEVER_FROM = 37.5
EXPOSURE_DAYS, SIGN_DAYS = 14, 3
LONGEST_STAY = datetime.timedelta(hours=26)
WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")


@dataclass(frozen=True)
class Times:
    """A declaration is taken from `opens` until before `closes`; before `starts` it is early, after `due` late."""

    opens: datetime.datetime
    starts: datetime.datetime
    due: datetime.datetime
    closes: datetime.datetime

    def timeliness(self, declared: datetime.datetime) -> str:
        if declared < self.starts:
            return "EARLY"
        return "LATE" if declared > self.due else "ON_TIME"


@dataclass(frozen=True)
class Duty:
    """What somebody owes on the day, or why not."""

    windows: dict[str, Times]
    excuse: str
    owed: set[str]

    def owes(self, window: str) -> bool:
        return window in self.owed


@dataclass(frozen=True)
class Declared:
    """An accepted declaration; a correction is another one of the same window, received later."""

    uuid: str
    window: str
    declared: datetime.datetime
    received: datetime.datetime
    timeliness: str
    yes: tuple[str, ...]
    temperature: float | None
    worst: str

    @property
    def day(self) -> datetime.date:
        return self.declared.astimezone(HANOI).date()


def windows_of_clock(day: datetime.date) -> dict[str, Times]:
    """Office hours 7:30 to 17:00."""
    return {
        "ARRIVAL": _at(day, "05:00", "06:00", "07:45", "15:00"),
        "LEAVING": _at(day, "15:00", "16:30", "18:30", "23:59"),
    }


def windows_of_shift(day: datetime.date, starts: str, ends: str) -> dict[str, Times]:
    """Around the start and the end; a shift that ends at or before its start ends on the next day."""
    next_day = day if ends > starts else day + datetime.timedelta(days=1)
    return {
        "ARRIVAL": _around(moment(day, starts), -120, -60, 15, 240),
        "LEAVING": _around(moment(next_day, ends), -60, -30, 60, 300),
    }


def level_of(said: Sequence[Declared], *, on: datetime.date, is_isolating: bool) -> str:
    """By what was declared: signs of the last declaration, contacts and journeys of fourteen days."""
    counting = _newest(said)
    last = max(counting, key=lambda one: one.declared, default=None)
    signs = set()
    if last and (on - last.day).days <= SIGN_DAYS:
        signs = set(last.yes) & set(SIGNS)
        signs |= {"fever"} if last.temperature is not None and last.temperature >= FEVER_FROM else set()
    recent = [one for one in counting if (on - one.day).days <= EXPOSURE_DAYS]
    anything = {answer for one in recent for answer in one.yes}
    places = {one.worst for one in recent}
    from_epidemic = bool(anything & {"contact_from_epidemic_area", "visited_epidemic_area"})
    if signs and ("contact_with_case" in anything or from_epidemic or "RED" in places):
        return VERY_HIGH
    if "contact_with_case" in anything or is_isolating or from_epidemic or "RED" in places:
        return HIGH
    if "fever" in signs or "taste_or_smell_lost" in signs or len(signs) >= 2:
        return HIGH
    if signs or "contact_with_symptomatic" in anything or "ORANGE" in places:
        return MEDIUM
    return LOW


def _newest(said: Sequence[Declared]) -> list[Declared]:
    """The last version of each: a correction keeps the time of the first."""
    found: dict[tuple[datetime.datetime, str], Declared] = {}
    for one in sorted(said, key=lambda one: one.received):
        found[one.declared, one.window] = one
    return list(found.values())


def moment(day: datetime.date, text: str, *, plus_days: int = 0) -> datetime.datetime:
    """Of the clock in Viet Nam."""
    return datetime.datetime.combine(
        day + datetime.timedelta(days=plus_days), datetime.time.fromisoformat(text), tzinfo=HANOI
    )


def minutes(count: float) -> datetime.timedelta:
    return datetime.timedelta(minutes=count)


def _at(day: datetime.date, *texts: str) -> Times:
    return Times(*(moment(day, text) for text in texts))


def _around(middle: datetime.datetime, *offsets: int) -> Times:
    return Times(*(middle + minutes(one) for one in offsets))
