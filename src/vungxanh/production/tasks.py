"""Jobs of production: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.production.operations import reminding


def remind() -> None:
    """Every quarter of an hour; the rule says on which days and from when."""
    reminding.remind_of_figures(at=clock.now())
