"""Jobs of plans: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.plans.operations.reminding import remind_of_plans


def remind() -> None:
    """Every quarter of an hour; the rule says on which days and from when."""
    remind_of_plans(at=clock.now())
