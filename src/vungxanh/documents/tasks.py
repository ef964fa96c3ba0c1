"""Jobs of papers: load, read the clock, call one operation. Each may run twice."""

import time

from vungxanh.common import clock
from vungxanh.documents import operations

SECONDS = 20
"""Of a minute: the worker has other jobs that wait behind this one."""


def make_papers() -> None:
    """Every minute, as long as papers are ordered; what is not made now is made in the next one."""
    until = time.monotonic() + SECONDS
    while operations.make_next_papers(at=clock.now()) and time.monotonic() < until:
        pass


def erase() -> None:
    """In the night: files of papers for many units, whose time is over."""
    operations.erase_batch_files(at=clock.now())
