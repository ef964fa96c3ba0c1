"""The movement in the three weeks: who takes it in and opens it, who launches in time, late or never, who pledges; and
what the scorecards must count of these weeks."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.plans import has_green_plan
from vungxanh.cli.simulate.played.production import reached
from vungxanh.cli.simulate.played.rules import minutes, moment
from vungxanh.cli.simulate.played.world import Act, Person

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

CODE, PERIOD = "giu-vung-vung-xanh-2021", "ky-1"
OPENED, LAUNCH_BY, LAST_PLEDGE = datetime.date(2021, 12, 20), datetime.date(2021, 12, 24), datetime.date(2022, 1, 7)
LAUNCHED = {
    "PA": (datetime.date(2021, 12, 20), "09:30", 6),
    "C1": (datetime.date(2021, 12, 21), "14:10", 5),
    "PB": (datetime.date(2021, 12, 24), "16:40", 4),
    "TT": (datetime.date(2021, 12, 27), "08:30", 3),
}
"""Day, hour and how many took part: the third on the last day, the fourth after it; the fifth unit never launches."""
TAKING_PART = ("PA", "PB", "TT", "C1", "C2")
WILL_PLEDGE, ALL_PLEDGE = 0.7, "PA"
MEASURES = {
    "GREEN_DAYS": "1.1",
    "GREEN_PLAN": "1.2",
    "RETURNS": "2.2",
    "ASSESSED": "2.1",
    "UNUSUAL": "2.3",
    "ARRIVAL": "3.1",
    "LEAVING": "3.2",
    "IN_TIME": "3.3",
    "PRODUCTION": "4.3",
    "PLEDGED": "5.1",
}
"""What can be told from outside, by the measure of the shipped plan that counts it; of the others nothing is due, or
nobody counts them."""


def acts_of_movement(weeks: Weeks) -> Iterator[Act]:
    """In no order. Beside what is done, what is refused: a file with a fault, and those who may not."""
    office, clerk = weeks.person("PA", "OFFICE"), weeks.person("PB", "UNIT_CLERK")
    head = weeks.person("PB", "UNIT_HEAD")
    assert office
    assert clerk
    assert head
    yield Act(moment(OPENED, "07:50"), head.code, "load_campaign", "403", {"is_faulty": False})
    yield Act(moment(OPENED, "07:55"), office.code, "load_campaign", "422", {"is_faulty": True})
    yield Act(moment(OPENED, "08:00"), office.code, "load_campaign", "302", {"is_faulty": False})
    yield Act(moment(OPENED, "08:02"), clerk.code, "launch", "404", _launch("PB", 4))
    yield Act(moment(OPENED, "08:05"), office.code, "open_campaign", "302")
    yield Act(moment(OPENED, "08:20"), weeks.member("TT", 1).code, "launch", "403", _launch("TT", 3))
    yield Act(moment(OPENED, "08:25"), clerk.code, "pledge_unit", "403", {"unit": "PB"})
    for unit, (day, hour, present) in LAUNCHED.items():
        [leads] = weeks.leading(unit, day)
        yield Act(moment(day, hour), leads.code, "launch", "302", _launch(unit, present))
        yield Act(moment(day, hour) + minutes(5), leads.code, "pledge_unit", "302", {"unit": unit})
    for person, at in pledges(weeks).items():
        yield Act(at, person, "pledge", "302")


def _launch(unit: str, present: int) -> dict[str, Any]:
    return {"unit": unit, "present": present}


def pledges(weeks: Weeks) -> dict[str, datetime.datetime]:
    """By the code of a person, when; on a day on which the person works. Drawn once."""
    if not weeks.pledged:
        days = [OPENED + datetime.timedelta(days=count) for count in range(1, (LAST_PLEDGE - OPENED).days + 1)]
        for person in weeks.world.people:
            there = [day for day in days if weeks.works(person, day)]
            if weeks.world.chance.random() < WILL_PLEDGE or person.unit == ALL_PLEDGE:
                hour, minute = weeks.world.chance.randint(9, 16), weeks.world.chance.randint(0, 59)
                weeks.pledged[person.code] = moment(weeks.world.chance.choice(there), f"{hour:02}:{minute:02}")
    return weeks.pledged


def truth_of_movement(weeks: Weeks, days: list[datetime.date]) -> dict[str, Any]:
    return {
        "launches": {unit: _standing(weeks, unit) for unit in TAKING_PART},
        "scores": {
            f"{unit} {name}": counted if counted[1] else [None, None]
            for unit in TAKING_PART
            for name, counted in counted_of(weeks, unit, days)
        },
    }


def _standing(weeks: Weeks, unit: str) -> list[Any]:
    """State, day, how many took part, whether the unit has pledged, how many of its people have, how many there are."""
    people = people_of(weeks, unit)
    pledged = [sum(one.code in pledges(weeks) for one in people), len(people)]
    if unit not in LAUNCHED:
        return ["OVERDUE", None, None, False, *pledged]
    day, _hour, present = LAUNCHED[unit]
    return ["LATE" if day > LAUNCH_BY else "LAUNCHED", str(day), present, True, *pledged]


def people_of(weeks: Weeks, unit: str) -> list[Person]:
    below = weeks.world.below(unit)
    return [one for one in weeks.world.people if one.unit in below]


def counted_of(weeks: Weeks, unit: str, days: list[datetime.date]) -> Iterator[tuple[str, list[int]]]:
    """What was done, and what was due. A day is green when the unit was green all day long: whoever is late is missing
    meanwhile."""
    people, below = people_of(weeks, unit), weeks.world.below(unit)
    there = [(one, day) for one in people for day in days if weeks.works(one, day)]
    forgot = sum((one.code, day) in weeks.missed for one, day in there)
    declared = [said for one in people for said in weeks.world.declared.get(one.code, []) if said.day in days]
    late_days = [said.day for said in declared if said.timeliness == "LATE"]
    unusual = [one for one in weeks.returns if one.unit in below and one.kind == "UNUSUAL" and one.day in days]
    owed = [(point, day) for point in weeks.points if point in below for day in days if weeks.owes(point, day)]
    yield "GREEN_DAYS", [sum(weeks.zone(unit, day) == "GREEN" and day not in late_days for day in days), len(days)]
    yield "GREEN_PLAN", [int(has_green_plan(unit, days[-1])), 1]
    yield "UNUSUAL", [sum(one.is_on_time for one in unusual), len(unusual)]
    yield "RETURNS", [sum(weeks.entry(*one)[0] == "ON_TIME" for one in owed), len(owed)]
    yield "ASSESSED", [len(there), len(there)]
    yield "ARRIVAL", [len(there), len(there)]
    yield "LEAVING", [len(there) - forgot, len(there)]
    yield "IN_TIME", [2 * len(there) - forgot - len(late_days), 2 * len(there)]
    yield "PRODUCTION", reached(unit)
    yield "PLEDGED", [sum(one.code in pledges(weeks) for one in people), len(people)]
