"""Jobs of screening: load, read the clock, call one operation."""

from vungxanh.common import clock
from vungxanh.screening.operations import erase_presence, open_day


def open_today() -> None:
    now = clock.now()
    open_day(now.date(), at=now)


def erase() -> None:
    erase_presence(at=clock.now())
