"""Jobs of the control room: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.reports import operations


def draft_papers() -> None:
    """Every five minutes of the afternoon; the rules say from what time on."""
    operations.draft_due_papers(at=clock.now())
