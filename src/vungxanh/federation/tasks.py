"""Jobs of the roll-ups: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.federation import operations


def make() -> None:
    """Every quarter of an hour; what is unchanged is not made again."""
    operations.make_rollups(at=clock.now())


def thin_out() -> None:
    """In the night."""
    operations.thin_out(at=clock.now())
