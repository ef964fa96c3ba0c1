"""The response plan of a unit in the play: drafted, in force, tried in a drill, and started when somebody falls ill."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.steps import DONE, NOT_THERE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import Act

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

UNIT, HEAD, CLERK, HEALTH = "C2", "C2 UNIT_HEAD", "C2 UNIT_CLERK", "PA HEALTH_OFFICER"
DRAFTED, DRILLED, ILL = datetime.date(2021, 12, 21), datetime.date(2021, 12, 23), datetime.date(2021, 12, 28)
LEARNED = "Cần để sẵn đồ bảo hộ ở phòng trực."


def _step(day: datetime.date, hour: str, who: str, do: str, expect: str = DONE, **more: Any) -> Step:
    return Step(day, hour, who, do, expect, {"unit": UNIT, **more})


STEPS = (
    _step(DRAFTED, "15:30", "PB UNIT_HEAD", "draft_response", NOT_THERE),
    _step(DRAFTED, "15:32", HEAD, "draft_response"),
    _step(DRAFTED, "15:34", CLERK, "write_response", named=()),
    _step(DRAFTED, "15:40", CLERK, "put_response_in_force", REFUSED),
    _step(DRAFTED, "15:45", HEAD, "put_response_in_force"),
    _step(DRILLED, "10:00", "C2 2", "start_response", REFUSED, drill="yes"),
    _step(DRILLED, "10:02", CLERK, "start_response", WRONG, drill=""),
    _step(DRILLED, "10:05", CLERK, "start_response", drill="yes"),
    _step(DRILLED, "10:10", CLERK, "tick_response", count=99),
    _step(DRILLED, "11:00", CLERK, "end_response", WRONG, text=""),
    _step(DRILLED, "11:05", CLERK, "end_response", text=LEARNED),
    _step(ILL, "07:15", HEALTH, "start_response", drill="no"),
    _step(ILL, "07:30", HEAD, "tick_response", count=2),
)


def acts_of_response(weeks: Weeks) -> Iterator[Act]:
    """Every duty is given to the head; the clerk stands in."""
    head, clerk = (weeks.person(UNIT, role) for role in ("UNIT_HEAD", "UNIT_CLERK"))
    assert head
    assert clerk
    named = {"named": [head.name, clerk.name]}
    return acts_of(weeks, (replace(one, body=one.body | named) if "named" in one.body else one for one in STEPS))


def truth_of_response() -> dict[str, Any]:
    """In force from, last drilled on, and how many steps are done of what really happened."""
    days = [f"{DRAFTED:%d/%m/%Y}", f"{DRILLED:%d/%m/%Y}"]
    done = sum(step.body["count"] for step in STEPS if step.do == "tick_response" and step.day == ILL)
    return {"responses": {UNIT: days, f"{UNIT} {ILL:%d/%m/%Y}": [done]}}
