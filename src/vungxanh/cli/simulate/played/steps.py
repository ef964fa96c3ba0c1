"""A play written down line by line: on which day and hour who does what, and what must be answered."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.rules import moment
from vungxanh.cli.simulate.played.world import Act, Person

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

DONE, REFUSED, NOT_THERE, WRONG = "302", "403", "404", "422"
"""How a page answers: it was done and leads on, the role does not allow it, one does not see it, it is said why not."""


@dataclass(frozen=True)
class Step:
    """`who`: unit and role as `PB UNIT_HEAD`, or unit and place as `TT 1`."""

    day: datetime.date
    hour: str
    who: str
    do: str
    expect: str
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def is_done(self) -> bool:
        return self.expect == DONE


def who_is(weeks: Weeks, who: str) -> Person:
    unit, role = who.split(" ")
    person = weeks.member(unit, int(role)) if role.isdecimal() else weeks.person(unit, role)
    assert person
    return person


def acts_of(weeks: Weeks, steps: Iterable[Step]) -> Iterator[Act]:
    for one in steps:
        yield Act(moment(one.day, one.hour), who_is(weeks, one.who).code, one.do, one.expect, one.body)
