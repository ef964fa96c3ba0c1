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
TARGETS = {("PB", "GIEO-TRONG"): 120.0, ("TT", "THU-HOACH"): 50.0}
FIGURES = {("PB", "GIEO-TRONG"): 125.5, ("TT", "THU-HOACH"): 30.0}
"""Those that are verified in the end."""
BASIS, SOURCE = "Kế hoạch số 12/KH-STN", "Biên bản kiểm tra ruộng"


def _step(day: int, hour: str, who: str, do: str, expect: str, unit: str, **more: Any) -> Step:
    """`day` of December, or of January behind 31."""
    on = datetime.date(2021, 12, 1) + datetime.timedelta(days=day - 1)
    indicator = next(code for of, code in TARGETS if of == unit)
    return Step(on, hour, who, do, expect, {"unit": unit, "indicator": indicator, **more})


def _january(day: int) -> int:
    return 31 + day


STEPS = (
    _step(21, "14:00", CLERK, "propose_target", WRONG, "PB", value="nhiều"),
    _step(21, "14:05", CLERK, "propose_target", DONE, "PB", value="120"),
    _step(21, "14:10", CLERK, "propose_target", NOT_THERE, "TT", value="10"),
    _step(21, "14:20", HEAD, "propose_target", DONE, "TT", value="50"),
    _step(21, "15:00", "PB UNIT_HEAD", "approve_target", REFUSED, "PB"),
    _step(22, "10:00", OFFICE, "approve_target", DONE, "PB"),
    _step(22, "10:05", OFFICE, "approve_target", DONE, "TT"),
    _step(_january(4), "09:10", CLERK, "enter_figure", WRONG, "PB", value="12a"),
    _step(_january(4), "09:15", CLERK, "enter_figure", DONE, "PB", value="12,5"),
    _step(_january(4), "09:20", "PB UNIT_HEAD", "verify_figure", REFUSED, "PB"),
    _step(_january(4), "10:00", OFFICE, "return_figure", WRONG, "PB", reason=""),
    _step(_january(4), "10:05", OFFICE, "return_figure", DONE, "PB", reason="Xem lại số của xã Đại Đồng."),
    _step(_january(4), "14:00", CLERK, "enter_figure", DONE, "PB", value="125,5"),
    _step(_january(5), "09:00", OFFICE, "verify_figure", DONE, "PB"),
    _step(_january(7), "09:00", HEAD, "enter_figure", DONE, "TT", value="30"),
    _step(_january(7), "10:00", OFFICE, "verify_figure", DONE, "TT"),
)


def acts_of_production(weeks: Weeks) -> Iterator[Act]:
    return acts_of(weeks, STEPS)


def reached(unit: str) -> list[int]:
    """Targets reached, of those whose month is over and whose figures were due by the end of the three weeks."""
    own = [(FIGURES[key], target) for key, target in TARGETS.items() if key[0] == unit]
    return [sum(figure >= target for figure, target in own), len(own)]


def truth_of_production() -> dict[str, Any]:
    """Target, what was reached, and whether that is enough."""
    return {
        "production": {
            f"{unit} {indicator}": [target, figure, "REACHED" if figure >= target else "BEHIND"]
            for (unit, indicator), target in TARGETS.items()
            for figure in [FIGURES[unit, indicator]]
        }
    }
