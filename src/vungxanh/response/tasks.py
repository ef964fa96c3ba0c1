"""Jobs of responses: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.response.operations import responses


def remind() -> None:
    """Every five minutes."""
    responses.remind_of_late_steps(at=clock.now())
