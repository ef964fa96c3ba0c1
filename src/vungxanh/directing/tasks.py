"""Jobs of directing: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.directing.operations import questions, recommendations, recording


def remind() -> None:
    """Every quarter of an hour; the rules say whose turn it is."""
    now = clock.now()
    questions.remind_of_questions(at=now)
    recommendations.remind_of_recommendations(at=now)


def erase() -> None:
    """In the night: photographs whose time is over."""
    recording.erase_photographs(at=clock.now())
