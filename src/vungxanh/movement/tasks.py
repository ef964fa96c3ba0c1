"""Jobs of the movement: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.movement.operations import activities, launches, self_scores


def remind() -> None:
    """Every quarter of an hour; the rule says on which days and from when."""
    now = clock.now()
    launches.remind_of_launches(at=now)
    self_scores.remind_of_self_scores(at=now)


def erase() -> None:
    """In the night: photographs whose time is over."""
    now = clock.now()
    launches.erase_photographs(at=now)
    activities.erase_photographs(at=now)
