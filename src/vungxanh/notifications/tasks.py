"""Jobs of notifications: load, read the clock, call one operation."""

from vungxanh.common import clock
from vungxanh.notifications import operations


def send() -> None:
    operations.send_due(at=clock.now(), real=clock.real_now())


def erase() -> None:
    operations.erase_old(at=clock.now())
