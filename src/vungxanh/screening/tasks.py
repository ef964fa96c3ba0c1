"""Jobs of screening: load, read the clock, call one operation."""

from vungxanh.common import clock
from vungxanh.screening.operations import erase_declarations, erase_presence, make_months, open_day, renew_statistics


def open_today() -> None:
    now = clock.now()
    open_day(now.date(), at=now)


def erase() -> None:
    erase_presence(at=clock.now())


def keep_months() -> None:
    now = clock.now()
    make_months(at=now)
    erase_declarations(at=now)
    renew_statistics()
