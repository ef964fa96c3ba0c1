"""The double goal in the play: targets of production proposed and approved, figures entered, sent back, corrected and
verified; one reached, one not."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from vungxanh.cli.simulate.played.steps import DONE, NOT_THERE, REFUSED, WRONG, Step, acts_of
from vungxanh.cli.simulate.played.world import Act

if TYPE_CHECKING:
    from vungxanh.cli.simulate.played.weeks import Weeks

OFFICE, CLERK, HEAD = "PA OFFICE", "PB UNIT_CLERK", "TT UNIT_HEAD"
MONTH = "2021-12"
INDICATORS = {"PB": "GIEO-TRONG", "TT": "THU-HOACH"}
RESULTS = {"PB": (120.0, 125.5), "TT": (50.0, 30.0)}
"""By unit the target, and the figure that is verified in the end."""
PROPOSED, APPROVED, ENTERED = datetime.date(2021, 12, 21), datetime.date(2021, 12, 22), datetime.date(2022, 1, 4)
VERIFIED, LATE = datetime.date(2022, 1, 5), datetime.date(2022, 1, 7)
BASIS, SOURCE = "Kế hoạch số 12/KH-STN", "Biên bản kiểm tra ruộng"


def _step(day: datetime.date, hour: str, who: str, do: str, expect: str, unit: str, **more: Any) -> Step:
    return Step(day, hour, who, do, expect, {"unit": unit, "indicator": INDICATORS[unit], **more})


STEPS = (
    _step(PROPOSED, "14:00", CLERK, "propose_target", WRONG, "PB", value="nhiều"),
    _step(PROPOSED, "14:05", CLERK, "propose_target", DONE, "PB", value="120"),
    _step(PROPOSED, "14:10", CLERK, "propose_target", NOT_THERE, "TT", value="10"),
    _step(PROPOSED, "14:20", HEAD, "propose_target", DONE, "TT", value="50"),
    _step(PROPOSED, "15:00", "PB UNIT_HEAD", "approve_target", REFUSED, "PB"),
    _step(APPROVED, "10:00", OFFICE, "approve_target", DONE, "PB"),
    _step(APPROVED, "10:05", OFFICE, "approve_target", DONE, "TT"),
    _step(ENTERED, "09:10", CLERK, "enter_figure", WRONG, "PB", value="12a"),
    _step(ENTERED, "09:15", CLERK, "enter_figure", DONE, "PB", value="12,5"),
    _step(ENTERED, "09:20", "PB UNIT_HEAD", "verify_figure", REFUSED, "PB"),
    _step(ENTERED, "10:00", OFFICE, "return_figure", WRONG, "PB", reason=""),
    _step(ENTERED, "10:05", OFFICE, "return_figure", DONE, "PB", reason="Xem lại số của xã Đại Đồng."),
    _step(ENTERED, "14:00", CLERK, "enter_figure", DONE, "PB", value="125,5"),
    _step(VERIFIED, "09:00", OFFICE, "verify_figure", DONE, "PB"),
    _step(LATE, "09:00", HEAD, "enter_figure", DONE, "TT", value="30"),
    _step(LATE, "10:00", OFFICE, "verify_figure", DONE, "TT"),
)


def acts_of_production(weeks: Weeks) -> Iterator[Act]:
    return acts_of(weeks, STEPS)


def reached(unit: str) -> list[int]:
    """Targets reached, of those whose month is over and whose figures were due by the end of the three weeks."""
    own = [figure >= target for of, (target, figure) in RESULTS.items() if of == unit]
    return [sum(own), len(own)]


def truth_of_production() -> dict[str, Any]:
    """Target, what was reached, and whether that is enough."""
    return {
        "production": {
            f"{unit} {INDICATORS[unit]}": [target, figure, "REACHED" if figure >= target else "BEHIND"]
            for unit, (target, figure) in RESULTS.items()
        }
    }
