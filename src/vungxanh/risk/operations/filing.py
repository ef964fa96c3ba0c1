"""Figures that a receiver fetches as files: one XLSX and one CSV of each day, written anew whenever a return came."""

import datetime
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.utils.translation import gettext as _

from vungxanh.common.posting import Answer, Outcome
from vungxanh.risk.enums import DeliveryWay
from vungxanh.risk.files import day_csv, day_workbook, write_whole
from vungxanh.risk.operations.sending import claim_due, mark
from vungxanh.risk.queries.deliveries import all_day_rows

NAME = "ban-do"
AT_ONCE = 2000
"""A file is written once for all that wait for it: at 15:00 that is every unit of a day."""


def write_due_files(folder: Path, *, at: datetime.datetime) -> int:
    """How many deliveries stand in a file now. A file always holds the whole day, so that to write it twice, or after
    a worker died between writing and marking, changes nothing."""
    written = 0
    while claimed := claim_due(DeliveryWay.FILE, at=at, most=AT_ONCE):
        for day in sorted({one.day for one in claimed}):
            answer = _write_day(folder / NAME, day)
            for one in claimed:
                if one.day == day:
                    mark(one, answer, at=at)
                    written += answer.outcome == Outcome.SENT
    return written


def _write_day(folder: Path, day: datetime.date) -> Answer:
    """What is read under the lock is written under it: an older worker never puts fewer rows over more."""
    try:
        with _alone(folder):
            rows = all_day_rows(day)
            write_whole(folder / f"{day:%Y-%m-%d}.xlsx", day_workbook(day, rows))
            write_whole(folder / f"{day:%Y-%m-%d}.csv", day_csv(rows))
    except OSError as error:
        why = error.strerror or type(error).__name__
        return Answer(Outcome.FAILED, _("The file could not be written: %(why)s.") % {"why": why})
    return Answer(Outcome.SENT)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
