"""The agency of the play, what everybody does, and what must be known of it at any moment: the truth."""

import datetime
import random
import uuid
from dataclasses import dataclass, field
from typing import Any

from vungxanh.cli.simulate.played.rules import (
    LONGEST_STAY,
    LOW,
    WEEKDAYS,
    Declared,
    Duty,
    level_of,
    moment,
    windows_of_clock,
    windows_of_shift,
)

AREAS = {"01": "RED", "27": "ORANGE"}
AREA_NAMES = {"01": "Hà Nội", "27": "tỉnh Bắc Ninh"}
ROOT = "SO"
APP, PAGE, CLERK, CALL, PAPER, KIOSK = "APP", "PAGE", "CLERK", "CALL", "PAPER", "KIOSK"
"""How somebody declares: the application of the own phone, its page, or one of the ways of those without a phone."""

OPEN_VISITS = {"INVITED", "WAITING", "HELD", "ADMITTED"}
SHOWN_AFTERWARDS = {"REFUSED", "LEFT"}


@dataclass
class Unit:
    """`site`: where its people work."""

    code: str
    name: str
    parent: str | None
    kind: str
    site: str
    reports: bool = False


@dataclass
class Place:
    """A gate, room, vehicle or field post."""

    code: str
    site: str
    name: str
    kind: str
    has_fixed_code: bool = False


@dataclass
class Person:
    """`host`: a unit to which one is seconded. `manner` and `leaving_manner`: how the declarations of the day go;
    `story`: what happens at the gate."""

    code: str
    name: str
    birth: str
    phone: str
    unit: str
    title: str = "Chuyên viên"
    contract: str = "Công chức"
    pattern: str = "Hành chính"
    role: str = ""
    host: str = ""
    shift: tuple[str, str] | None = None
    absences: list[dict[str, Any]] = field(default_factory=list)
    manner: str = "usual"
    leaving_manner: str = "usual"
    way: str = PAGE
    story: str = ""

    @property
    def stands(self) -> str:
        return self.host or self.unit

    @property
    def is_counted(self) -> bool:
        return self.contract != "Nhà cung cấp"

    @property
    def has_phone(self) -> bool:
        return self.way in (APP, PAGE)

    @property
    def is_plain(self) -> bool:
        """Nothing is planted with this person yet."""
        return (
            not (self.role or self.host or self.absences or self.story)
            and self.manner == self.leaving_manner == "usual"
            and self.pattern == "Hành chính"
            and self.is_counted
        )


@dataclass
class Act:
    """Something that somebody does by `do`; `expect` is what must be answered, in the words of the interface."""

    at: datetime.datetime
    who: str
    do: str
    expect: str
    body: dict[str, Any] = field(default_factory=dict)


@dataclass
class Stay:
    """Somebody was inside a site; the product hears of the two ends at `told_in` and `told_out`."""

    name: str
    site: str
    entered: datetime.datetime | None
    told_in: datetime.datetime | None
    left: datetime.datetime | None = None
    told_out: datetime.datetime | None = None

    def is_inside(self, at: datetime.datetime) -> bool:
        if self.entered is None or self.told_in is None or self.told_in > at or self.entered > at:
            return False
        has_left = self.left is not None and self.left <= at and self.told_out is not None and self.told_out <= at
        return not has_left and at - self.entered < LONGEST_STAY


@dataclass
class Known:
    """Something that must be shown from a moment on: a conflict of a site, a finding of a unit, a visit's state."""

    name: str
    what: str
    where: str
    since: datetime.datetime


@dataclass
class World:
    day: datetime.date
    seed: int
    units: list[Unit]
    people: list[Person]
    places: list[Place]
    acts: list[Act] = field(default_factory=list)
    declared: dict[str, list[Declared]] = field(default_factory=dict)
    stays: list[Stay] = field(default_factory=list)
    conflicts: list[Known] = field(default_factory=list)
    visits: list[Known] = field(default_factory=list)
    findings: list[Known] = field(default_factory=list)
    contacts: list[Known] = field(default_factory=list)
    near_misses: list[Known] = field(default_factory=list)
    returns: dict[str, dict[str, Any]] = field(default_factory=dict)
    chance: random.Random = field(default_factory=random.Random)

    def at(self, text: str, *, plus_days: int = 0) -> datetime.datetime:
        return moment(self.day, text, plus_days=plus_days)

    def uuid(self) -> str:
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def unit(self, code: str) -> Unit:
        return next(one for one in self.units if one.code == code)

    def site_of(self, person: Person) -> str:
        return self.unit(person.stands).site

    def gates_of(self, site: str) -> list[Place]:
        return [one for one in self.places if one.site == site and one.kind == "GATE"]

    def top_of(self, code: str) -> str:
        """The unit directly below the agency."""
        unit = self.unit(code)
        return code if unit.parent in (None, ROOT) else self.top_of(unit.parent)

    def holder(self, role: str, unit: str) -> Person:
        return next(one for one in self.people if one.role == role and one.unit == unit)

    def below(self, code: str) -> set[str]:
        found = {code}
        for unit in self.units:
            if unit.parent in found:
                found.add(unit.code)
        return found

    def duty_of(self, person: Person) -> Duty:
        """What the person owes on the day, by post, days of the week, shift and absences."""
        windows = windows_of_shift(self.day, *person.shift) if person.shift else windows_of_clock(self.day)
        works = person.pattern == "Hành chính" or WEEKDAYS[self.day.weekday()] in person.pattern.split()
        if not (bool(person.shift) if person.pattern == "Theo ca" else works):
            return Duty(windows, "DAY_OFF", set())
        excused = [one for one in person.absences if one["kind"] != "FIELD_WORK" and not one.get("remote")]
        free = {
            name
            for one in excused
            for name in {"MORNING": ["ARRIVAL"], "AFTERNOON": ["LEAVING"]}.get(one["part"], windows)
        }
        return Duty(windows, excused[0]["kind"] if excused else "", set(windows) - free)

    # --- The truth -----------------------------------------------------------------------------------------------

    def truth(self, at: datetime.datetime) -> dict[str, Any]:
        """By topic; every list in a fixed order, so that two truths can be compared and written down."""
        return {
            "units": {one.code: self.truth_of_unit(one.code, at) for one in self.units if one.parent},
            "people": {one.name: self.truth_of_board(one, at) for one in self.people},
            "own": {one.name: self.truth_of_own(one, at) for one in self.people if one.way == APP},
            "inside": {site: sorted(self.inside(site, at)) for site in self.sites_with_gates},
            "conflicts": {site: self.known(self.conflicts, site, at) for site in self.sites_with_gates},
            "visits": self.truth_of_visits(at),
            "contacts": {one.name: [one.where, one.what] for one in self.contacts if one.since <= at},
            "returns": {code: self.truth_of_return(one, at) for code, one in self.returns.items()},
            "calls": {"names": sorted(one.name for one in self.people if not one.role and self.missing(one, at))},
            "findings": {top: self.known(self.findings, top, at) for top in self.tops},
        }

    @property
    def sites_with_gates(self) -> list[str]:
        return sorted({one.site for one in self.places if one.kind == "GATE"})

    @property
    def tops(self) -> list[str]:
        return [one.code for one in self.units if one.parent == ROOT]

    def said(self, person: Person, at: datetime.datetime) -> list[Declared]:
        return [one for one in self.declared.get(person.code, []) if one.received <= at]

    def timeliness_of(self, person: Person, at: datetime.datetime) -> dict[str, str]:
        """Of the day, by window."""
        duty = self.duty_of(person)
        of_day = [one for one in self.said(person, at) if self.counts_for_day(one, duty)]
        return {one.window: one.timeliness for one in sorted(of_day, key=lambda one: one.window)}

    def counts_for_day(self, one: Declared, duty: Duty) -> bool:
        times = duty.windows[one.window]
        return times.opens <= one.declared < times.closes

    def level_at(self, person: Person, at: datetime.datetime) -> str:
        is_isolating = any(one["kind"] == "ISOLATION" for one in person.absences)
        return level_of(self.said(person, at), on=self.day, is_isolating=is_isolating)

    def missing(self, person: Person, at: datetime.datetime) -> list[str]:
        duty, given = self.duty_of(person), self.timeliness_of(person, at)
        late = {name for name, times in duty.windows.items() if duty.owes(name) and times.due < at}
        return sorted(name for name in late if name not in given and person.is_counted)

    def truth_of_unit(self, code: str, at: datetime.datetime) -> dict[str, Any]:
        """The unit with everything below it, as its head sees it."""
        below = self.below(code)
        here = [one for one in self.people if one.stands in below]
        staff = [(self.duty_of(one), self.timeliness_of(one, at)) for one in here if one.is_counted]

        def declared(window: str) -> int:
            return sum(duty.owes(window) and window in given for duty, given in staff)

        levels = [(one.name, self.level_at(one, at)) for one in here]
        return {
            "expected": sum(bool(duty.owed) for duty, _given in staff),
            "excused": sum(bool(duty.excuse) for duty, _given in staff),
            "declared": {"arrival": declared("ARRIVAL"), "leaving": declared("LEAVING")},
            "missing": sorted(one.name for one in here if self.missing(one, at)),
            "flagged": sorted([name, level] for name, level in levels if level != LOW),
        }

    def truth_of_board(self, person: Person, at: datetime.datetime) -> list[str]:
        """Arrival, leaving and level, as the spreadsheet of the unit's board has them."""
        given = self.timeliness_of(person, at)
        return [given.get("ARRIVAL", ""), given.get("LEAVING", ""), self.level_at(person, at)]

    def truth_of_own(self, person: Person, at: datetime.datetime) -> dict[str, str]:
        return self.timeliness_of(person, at)

    def inside(self, site: str, at: datetime.datetime) -> list[str]:
        return [stay.name for stay in self.stays if stay.site == site and stay.is_inside(at)]

    def known(self, facts: list[Known], where: str, at: datetime.datetime) -> list[list[str]]:
        return sorted([one.name, one.what] for one in facts if one.where == where and one.since <= at)

    def truth_of_visits(self, at: datetime.datetime) -> dict[str, str]:
        """As the guard's queue shows them: whoever is expected, waits or is inside, and who ended on that day."""
        begun = sorted((one for one in self.visits if one.since <= at), key=lambda one: one.since)
        last = {one.name: one for one in begun}
        return {
            name: one.what
            for name, one in sorted(last.items())
            if one.what in OPEN_VISITS or (one.what in SHOWN_AFTERWARDS and one.since.date() == at.date())
        }

    def truth_of_return(self, one: dict[str, Any], at: datetime.datetime) -> dict[str, Any]:
        sent = one["submitted_at"]
        if sent is None or datetime.datetime.fromisoformat(sent) > at:
            return {"status": "PREPARED" if at >= self.at("14:00") else "NOT_PREPARED", "on_time": None}
        return {"status": "SUBMITTED", "on_time": one["on_time"]}
