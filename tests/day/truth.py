"""The rules of the day as this test knows them: windows, timeliness, levels. Nothing of the product is imported."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
LOW, MEDIUM, HIGH, VERY_HIGH = "LOW", "MEDIUM", "HIGH", "VERY_HIGH"
ALL_SIGNS = {"fever", "cough", "sore_throat", "breathlessness", "pneumonia", "fatigue", "taste_or_smell_lost"}
FEVER_FROM = 37.5


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
    windows: dict[str, Times]
    excuse: str
    owed: set[str]

    def owes(self, window: str) -> bool:
        return window in self.owed


@dataclass(frozen=True)
class Declared:
    uuid: str
    window: str
    declared: datetime.datetime
    received: datetime.datetime
    timeliness: str
    yes: tuple[str, ...]
    temperature: float | None
    worst: str


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
        "ARRIVAL": _around(_moment(day, starts), -120, -60, 15, 240),
        "LEAVING": _around(_moment(next_day, ends), -60, -30, 60, 300),
    }


def level_of(said: Sequence[Declared], *, is_isolating: bool) -> str:
    """By what was declared: signs of the last declaration, contacts and journeys of all of them."""
    last = max(said, key=lambda one: one.declared, default=None)
    signs = set(last.yes) & ALL_SIGNS if last else set()
    if last and last.temperature is not None and last.temperature >= FEVER_FROM:
        signs.add("fever")
    anything = {answer for one in said for answer in one.yes}
    places = {one.worst for one in said}
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


def _moment(day: datetime.date, text: str) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time.fromisoformat(text), tzinfo=HANOI)


def _at(day: datetime.date, *texts: str) -> Times:
    return Times(*(_moment(day, text) for text in texts))


def _around(moment: datetime.datetime, *minutes: int) -> Times:
    return Times(*(moment + datetime.timedelta(minutes=one) for one in minutes))
