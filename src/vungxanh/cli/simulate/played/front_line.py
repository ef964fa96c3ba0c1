"""Who serves at the front line in the play: sent by an order, missed by nobody meanwhile, confirmed by the receiver."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.steps import DONE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import Act, Person

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

UNIT, PLACE = "C1-H", 1
"""Of whom serves: the unit, and the place in it."""
ORDERED, FIRST, LAST = datetime.date(2022, 1, 4), datetime.date(2022, 1, 5), datetime.date(2022, 1, 9)
CONFIRMED = datetime.date(2022, 1, 10)
ORDER, POST = "05/QĐ-STN", "Chốt kiểm soát dịch số 3"


def _sent(hour: str, who: str, expect: str, *, last: datetime.date = LAST) -> Step:
    return Step(ORDERED, hour, who, "send_to_front_line", expect, {"first": str(FIRST), "last": str(last)})


def _confirmed(hour: str, who: str, expect: str, *, by: str = "Trần Văn Chốt") -> Step:
    return Step(CONFIRMED, hour, who, "confirm_front_line", expect, {"by": by, "day": str(CONFIRMED)})


STEPS = (
    _sent("14:00", "PB UNIT_HEAD", REFUSED),
    _sent("14:05", "C1 UNIT_HEAD", WRONG, last=datetime.date(2022, 1, 3)),
    _sent("14:10", "C1 UNIT_HEAD", DONE),
    _confirmed("09:00", "C1 UNIT_HEAD", WRONG, by=""),
    _confirmed("09:05", "C1 UNIT_HEAD", DONE),
)


def serving(weeks: Weeks) -> Person:
    return weeks.member(UNIT, PLACE)


def acts_of_front_line(weeks: Weeks) -> Iterator[Act]:
    person = {"person": serving(weeks).code}
    return acts_of(weeks, (replace(one, body=one.body | person) for one in STEPS))


def truth_of_front_line(weeks: Weeks) -> dict[str, Any]:
    """The order, the days, and whether the receiver has confirmed them."""
    return {"front_line": {serving(weeks).code: [ORDER, str(FIRST), str(LAST), True]}}
