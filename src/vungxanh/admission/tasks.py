"""Jobs of admission: load, read the clock, call one operation."""

from vungxanh.admission.operations.paper import erase_photographs
from vungxanh.admission.operations.reminders import remind_of_visits
from vungxanh.admission.operations.retention import erase_lists
from vungxanh.admission.operations.visits import erase_visits, expire_visits
from vungxanh.common import clock


def remind() -> None:
    remind_of_visits(at=clock.now())


def expire() -> None:
    expire_visits(at=clock.now())


def erase() -> None:
    now = clock.now()
    erase_visits(on=now.date(), at=now)
    erase_lists(at=now)
    erase_photographs(at=now)
