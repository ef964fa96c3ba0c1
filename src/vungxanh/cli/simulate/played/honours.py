"""Whom the data must find in the play, by what people did every day, and who decides about them."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.front_line import FIRST as SERVES_FROM
from vungxanh.cli.simulate.played.front_line import LAST as SERVES_UNTIL
from vungxanh.cli.simulate.played.front_line import serving
from vungxanh.cli.simulate.played.movement import TAKING_PART, people_of
from vungxanh.cli.simulate.played.scoring import ACTIVITIES, MOST, PROPOSALS, STEPS, points_of
from vungxanh.cli.simulate.played.steps import DONE, NOT_THERE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import Act, Person

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

FEWEST_DAYS, FEWEST_TIMES, FEWEST_MEASURES = 15, 3, 5
"""Days on which everything was declared in time, days of duty on days off, measures that count."""
OFFICE = "PA OFFICE"
LAST_DAY = datetime.date(2022, 1, 18)
PUT_FORWARD, PASSED_OVER, SPOTLESS_UNIT = "PA 5", "PA UNIT_CLERK", "PA"


def _decide(hour: str, who: str, about: str, verb: str, expect: str, reason: str = "") -> Step:
    return Step(LAST_DAY, hour, who, "decide", expect, {"about": about, "verb": verb, "reason": reason})


DECISIONS = (
    _decide("15:00", OFFICE, PUT_FORWARD, "de-xuat", DONE),
    _decide("15:02", OFFICE, PASSED_OVER, "chua-xet", WRONG),
    _decide("15:04", OFFICE, PASSED_OVER, "chua-xet", DONE, "Đã khen trong đợt trước"),
    _decide("15:06", OFFICE, OFFICE, "de-xuat", REFUSED),
    _decide("15:08", "PB UNIT_HEAD", PUT_FORWARD, "de-xuat", NOT_THERE),
    _decide("15:10", "PB UNIT_CLERK", PUT_FORWARD, "de-xuat", REFUSED),
    _decide("15:12", OFFICE, SPOTLESS_UNIT, "de-xuat", DONE),
)


def acts_of_honours(weeks: Weeks) -> Iterator[Act]:
    """Whom it is about goes by staff code, or by the code of the unit."""
    told = ((one, {"about": _code_of(weeks, one.body["about"])}) for one in DECISIONS)
    return acts_of(weeks, (replace(one, body=one.body | about) for one, about in told))


def _code_of(weeks: Weeks, about: str) -> str:
    unit, _blank, role = about.partition(" ")
    if not role:
        return unit
    person = weeks.member(unit, int(role)) if role.isdecimal() else weeks.person(unit, role)
    assert person
    return person.code


def truth_of_honours(weeks: Weeks, days: list[datetime.date]) -> dict[str, Any]:
    """By staff code or code of the unit: what each is found by with its figure, and what was decided."""
    found = {one.code: by for unit in TAKING_PART for one in people_of(weeks, unit) if (by := _found(weeks, one, days))}
    found |= {unit: by for unit in TAKING_PART if (by := _found_unit(weeks, unit, days))}
    states = {"de-xuat": "PUT_FORWARD", "chua-xet": "PASSED_OVER"}
    done = [one for one in DECISIONS if one.is_done]
    decided = {_code_of(weeks, one.body["about"]): states[one.body["verb"]] for one in done}
    return {"honours": {code: [by, decided.get(code)] for code, by in found.items()}}


def _found(weeks: Weeks, person: Person, days: list[datetime.date]) -> list[list[Any]]:
    """Nobody else sends for somebody who is away in this play: what is left of that are days of duty."""
    there = [day for day in days if weeks.works(person, day)]
    said = [one for one in weeks.world.declared.get(person.code, []) if one.day in there]
    is_whole = len(said) == 2 * len(there) and all(one.timeliness != "LATE" for one in said)
    duty = sum(weeks.officer(person.unit, day) is person for day in days)
    served = (SERVES_UNTIL - SERVES_FROM).days + 1
    found: list[list[Any]] = [["FRONT_LINE", served]] if person is serving(weeks) else []
    found += [["RESCUE", duty]] if duty >= FEWEST_TIMES else []
    return found + ([["SPOTLESS_PERSON", len(there)]] if is_whole and len(there) >= FEWEST_DAYS else [])


def _found_unit(weeks: Weeks, unit: str, days: list[datetime.date]) -> list[list[Any]]:
    """All points in all that is counted, and no penalty."""
    own = (PROPOSALS, ACTIVITIES)
    counted = {measure: one for measure, one in points_of(weeks, unit, days).items() if measure not in own}
    punished = {one.body["unit"] for one in STEPS if one.do == "adjust" and one.is_done and one.body["code"][0] == "P"}
    is_whole = all(points == MOST[measure] for measure, points in counted.items())
    is_spotless = is_whole and len(counted) >= FEWEST_MEASURES and unit not in punished
    return [["SPOTLESS_UNIT", len(counted)]] if is_spotless else []
