"""Jobs of directing: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.directing.operations import questions


def remind() -> None:
    """Every quarter of an hour."""
    questions.remind_of_questions(at=clock.now())
