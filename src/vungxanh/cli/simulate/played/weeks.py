"""Three weeks of returns and control: who sends when, who is away, what burns, which receiver is down, and a movement
that is scored by it and closed in the days after; and the truth. What happens of it stands in `happening`.

From 20 December 2021 to 9 January 2022: a public holiday, its Saturday made up for, a head on leave with a deputy and
one with nobody, officers on duty on days off, two unusual events, a receiver that is down for a day.
"""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from vungxanh.cli.simulate.played.front_line import truth_of_front_line
from vungxanh.cli.simulate.played.groups import truth_of_groups
from vungxanh.cli.simulate.played.honours import truth_of_honours
from vungxanh.cli.simulate.played.movement import truth_of_movement
from vungxanh.cli.simulate.played.papers import truth_of_papers
from vungxanh.cli.simulate.played.plans import truth_of_plans
from vungxanh.cli.simulate.played.production import truth_of_production
from vungxanh.cli.simulate.played.response import truth_of_response
from vungxanh.cli.simulate.played.rules import HIGH, VERY_HIGH, level_of, minutes, moment
from vungxanh.cli.simulate.played.scoring import truth_of_scoring
from vungxanh.cli.simulate.played.world import ROOT, Act, Person, World

FIRST, LAST = datetime.date(2021, 12, 20), datetime.date(2022, 1, 9)
CLOSED = datetime.date(2022, 1, 19)
"""On which the interim report is issued; nobody declares any more after the three weeks."""
DAYS = [FIRST + datetime.timedelta(days=count) for count in range((LAST - FIRST).days + 1)]
HOLIDAYS = {datetime.date(2022, 1, 3)}
"""New Year's Day fell on a Saturday; Labour Code 2019, article 111.3 gives the next working day off."""
MADE_UP = datetime.date(2022, 1, 8)
DOWN = datetime.date(2021, 12, 29)
"""All day the receiver on the network answers that it is not available."""
DUE, ACTORS, SUPERIORS = "15:00", "ACTORS", "SUPERIORS"
REMINDERS = (("14:00", ACTORS), ("14:30", ACTORS), ("14:50", ACTORS), (DUE, SUPERIORS))
MOST_TIME = minutes(60)
"""For an unusual return, from the event on."""
NEVER = ""
BY_HAND, BY_NETWORK = "BAN-DO", "HTTPS"


def on(month: int, day: int) -> datetime.date:
    return datetime.date(2021 if month == 12 else 2022, month, day)


TEAMS: dict[str, tuple[str, ...]] = {
    "PA": ("UNIT_HEAD", "UNIT_CLERK", "OFFICE", "HEALTH_OFFICER", "DIRECTOR", "PARTY_COMMITTEE", "RECORDS_CLERK"),
    "PB": ("UNIT_HEAD", "UNIT_CLERK", "UNION_OFFICER", "", "PERSONNEL"),
    "TT": ("UNIT_HEAD", "", ""),
    "C1": ("UNIT_HEAD", "UNIT_DEPUTY", ""),
    "C1-H": ("", ""),
    "C1-T": ("UNIT_HEAD", ""),
    "C2": ("UNIT_HEAD", "UNIT_CLERK", "", ""),
}
ABSENCES = (
    ("C1", "UNIT_HEAD", "LEAVE", on(12, 27), on(12, 31)),
    ("TT", "UNIT_HEAD", "LEAVE", on(1, 4), on(1, 6)),
    ("PA", "DIRECTOR", "DUTY_TRAVEL", on(1, 5), on(1, 5)),
)
"""Recorded beforehand: unit, role, kind, first and last day."""
DUTY_DAYS = (on(12, 25), on(12, 26), on(1, 1), on(1, 3))
"""On which C2 has an officer on duty; the others have nobody."""
SENT: dict[tuple[str, datetime.date], str] = {
    ("TT", on(12, 21)): "14:50",
    ("PB", on(12, 22)): "15:25",
    ("PA", on(12, 23)): "14:20",
    ("C1-T", on(12, 24)): "11:10",
    ("C2", on(12, 25)): "10:30",
    ("C2", on(12, 26)): "16:00",
    ("PA", on(12, 27)): "14:59",
    ("PB", on(12, 28)): NEVER,
    ("C1", on(12, 29)): "14:52",
    ("C1", on(12, 30)): "15:05",
    ("C2", on(1, 1)): "14:40",
    ("C2", on(1, 3)): NEVER,
    ("TT", on(1, 4)): NEVER,
    ("TT", on(1, 5)): NEVER,
    ("TT", on(1, 6)): NEVER,
}
"""Where it is not some minute between 14:02 and 14:54."""
AGAIN = ("PA", on(12, 23), "15:40", "Bổ sung một người khai muộn")
ON_THE_MAP: dict[tuple[str, datetime.date], str] = {("TT", on(12, 21)): "15:08", ("C1-T", on(12, 24)): NEVER}
"""Where it is not four minutes after the return."""
REASONS = (
    ("PB", on(12, 22), on(12, 23), "Mất điện khu vực Liên Bảo từ 14 giờ đến 15 giờ 20", "302"),
    ("TT", on(1, 4), on(1, 7), "Trưởng đơn vị nghỉ phép, đơn vị không có cấp phó", "302"),
    ("TT", on(1, 5), on(1, 7), "Trưởng đơn vị nghỉ phép, đơn vị không có cấp phó", "302"),
    ("PB", on(12, 28), on(1, 6), "Nêu khi đã quá bảy ngày", "422"),
    ("PA", on(1, 4), on(1, 5), "Không muộn mà vẫn nêu", "422"),
)
"""Unit, day of the return, day of the reason, what is said, what is answered."""
SICK_ON_ARRIVAL = ("C2", 3, on(12, 28), ("contact_with_case", "cough"))
FEVERISH_WHEN_LEAVING = ("PB", 3, on(1, 5), 37.9)
LATE_ON_ARRIVAL = ("PB", 2, on(12, 23), "09:30")
FORGETS_LEAVING = ("C1-H", 0, on(1, 7))


@dataclass
class Return:
    """What was sent: the version by which it is judged has number 1."""

    unit: str
    day: datetime.date
    at: datetime.datetime
    by: Person
    kind: str = "DAILY"
    version: int = 1
    due: datetime.datetime | None = None

    @property
    def is_on_time(self) -> bool:
        return self.at < (self.due or moment(self.day, DUE))


@dataclass
class Weeks:
    """The agency, everything that is done in three weeks, and what must be known afterwards."""

    world: World
    absences: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    on_map: dict[tuple[str, datetime.date, str, int], datetime.datetime] = field(default_factory=dict)
    missed: set[tuple[str, datetime.date]] = field(default_factory=set)
    pledged: dict[str, datetime.datetime] = field(default_factory=dict)

    # --- Who -------------------------------------------------------------------------------------------------------
    @property
    def points(self) -> list[str]:
        return [unit.code for unit in self.world.units if unit.reports]

    def person(self, unit: str, role: str) -> Person | None:
        wanted = (one for one in self.world.people if one.role == role and one.unit == unit)
        return next(wanted, None)

    def officer(self, unit: str, day: datetime.date) -> Person | None:
        return self.member("C2", 2) if unit == "C2" and day in DUTY_DAYS else None

    def member(self, unit: str, place: int) -> Person:
        return [one for one in self.world.people if one.unit == unit][place]

    def is_away(self, person: Person, day: datetime.date) -> bool:
        return any(one["first"] <= day <= one["last"] for one in self.absences.get(person.code, ()))

    def is_isolating(self, person: Person, day: datetime.date) -> bool:
        return any(
            one["kind"] == "ISOLATION" and one["first"] <= day <= one["last"]
            for one in self.absences.get(person.code, ())
        )

    def works(self, person: Person, day: datetime.date) -> bool:
        is_on_duty = person is self.officer(person.unit, day)
        return (is_working(day) or is_on_duty) and not self.is_away(person, day)

    # --- Who must act ----------------------------------------------------------------------------------------------
    def owes(self, unit: str, day: datetime.date) -> bool:
        return is_working(day) or self.officer(unit, day) is not None

    def leading(self, unit: str, day: datetime.date) -> list[Person]:
        """The head who is there, else the deputy."""
        for role in ("UNIT_HEAD", "UNIT_DEPUTY"):
            person = self.person(unit, role)
            if person and self.works(person, day):
                return [person]
        return []

    def actors(self, unit: str, day: datetime.date) -> list[Person]:
        officer, clerk = self.officer(unit, day), self.person(unit, "UNIT_CLERK")
        if officer and not is_working(day):
            return [officer]
        there = [clerk] if clerk and self.works(clerk, day) else []
        return there + self.leading(unit, day) or self.superiors(unit, day)

    def superiors(self, unit: str, day: datetime.date) -> list[Person]:
        director, office = self.person("PA", "DIRECTOR"), self.person("PA", "OFFICE")
        assert director
        assert office
        above = self.leading("C1", day) if unit == "C1-T" else [director] if self.works(director, day) else []
        return [*above, office]

    # --- The truth -------------------------------------------------------------------------------------------------
    def truth(self) -> dict[str, Any]:
        """By topic, when the three weeks are over."""
        return {
            "ledger": {
                f"{day} {unit}": line for day in DAYS for unit in self.points if (line := self.entry(unit, day))
            },
            "zones": {f"{day} {unit}": self.zone(unit, day) for day in DAYS for unit in [*self.points, ROOT]},
            "escalations": {f"{day} {unit}": self.reminded(unit, day) for day in DAYS for unit in self.points},
            "deliveries": {f"{day} {unit}": self.deliveries(unit, day) for day in DAYS for unit in self.points},
            "received": {unit: self.received(unit) for unit in self.points},
            **truth_of_movement(self, DAYS),
            **truth_of_plans(self),
            **truth_of_scoring(self, DAYS),
            "frozen": truth_of_movement(self, DAYS)["scores"],
            **truth_of_papers(self, DAYS),
            **truth_of_honours(self, DAYS),
            **truth_of_groups(),
            **truth_of_production(),
            **truth_of_front_line(self),
            **truth_of_response(),
        }

    def of(self, unit: str, day: datetime.date, kind: str = "DAILY") -> list[Return]:
        return [one for one in self.returns if (one.unit, one.day, one.kind) == (unit, day, kind)]

    def entry(self, unit: str, day: datetime.date) -> list[Any]:
        """State, when and by whom it was sent first, versions, unusual ones, the reason; nothing if nothing is owed."""
        daily, unusual = self.of(unit, day), self.of(unit, day, "UNUSUAL")
        if not daily and not self.owes(unit, day):
            return []
        state = ("ON_TIME" if daily[0].is_on_time else "LATE") if daily else "MISSING"
        reasons = [words for code, of, _on, words, answer in REASONS if (code, of, answer) == (unit, day, "302")]
        sent = [f"{daily[0].at:%H:%M}", daily[0].by.name] if daily else ["", ""]
        return [state, *sent, len(daily), len(unusual), *(reasons or [""])]

    def zone(self, unit: str, day: datetime.date) -> str:
        """As the day ended."""
        below = self.world.below(unit)
        here = [one for one in self.world.people if one.unit in below]
        levels = {self.level(one, day) for one in here if not self.is_isolating(one, day)}
        if VERY_HIGH in levels:
            return "ORANGE"
        is_missing = any((one.code, day) in self.missed for one in here)
        return "YELLOW" if HIGH in levels or is_missing else "GREEN"

    def level(self, person: Person, day: datetime.date) -> str:
        said = [one for one in self.world.declared.get(person.code, []) if one.day <= day]
        return level_of(said, on=day, is_isolating=self.is_isolating(person, day))

    def reminded(self, unit: str, day: datetime.date) -> list[list[Any]]:
        """When, and whom by name."""
        if not self.owes(unit, day):
            return []
        first = next(iter(self.of(unit, day)), None)
        due = [(at, to) for at, to in REMINDERS if first is None or first.at >= moment(day, at)]
        return [[at, names(self.actors(unit, day) if to == ACTORS else self.superiors(unit, day))] for at, to in due]

    def deliveries(self, unit: str, day: datetime.date) -> list[list[Any]]:
        """To the map by hand and over the network: kind, version, where it stands, on time or not."""
        found: list[list[Any]] = []
        for one in self.returns:
            if (one.unit, one.day) != (unit, day):
                continue
            due = one.due or moment(day, DUE)
            entered = self.on_map.get((unit, day, one.kind, one.version))
            by_hand = ["DONE", entered < due] if entered else ["WAITING", None]
            found.append([BY_HAND, one.kind, one.version, *by_hand])
            found.append([BY_NETWORK, one.kind, one.version, "SENT", arrival(one) < due])
        return sorted(found, key=str)

    def received(self, unit: str) -> list[list[Any]]:
        """What the receiver on the network has, in the order in which it came, each once."""
        sent = [one for one in sorted(self.returns, key=lambda one: one.at) if one.unit == unit]
        return [[str(one.day), one.kind, one.version, str(arrival(one).date())] for one in sent]


def is_working(day: datetime.date) -> bool:
    return day == MADE_UP or (day.weekday() < 5 and day not in HOLIDAYS)


def names(people: Collection[Person]) -> list[str]:
    return sorted({one.name for one in people})


def arrival(sent: Return) -> datetime.datetime:
    """Not before the minute after it was sent; what was sent while the receiver was down comes on the next day."""
    if sent.at.date() == DOWN:
        return moment(DOWN, "00:00", plus_days=1)
    return sent.at.replace(second=0) + minutes(1)
