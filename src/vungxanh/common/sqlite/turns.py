"""A turn of those who want to write, among all connections of all processes."""

import fcntl
import os
import time
import weakref
from pathlib import Path

STEP = 0.001
"""Seconds between two looks: little beside a commit, which syncs the disk."""
OTHERS_FIRST = 1.5 * STEP
"""Seconds after a turn in which only others look, so that nobody who waits is passed over."""


class Turn:
    """A lock on a file beside the database, looked for in short steps; it ends with the process at the latest.

    A courtesy: who does not get it in time, or works where there is no such file, goes on without it.
    """

    def __init__(self, database: Path) -> None:
        self.file = _opened(database)
        self.is_held = False
        self.given_at = 0.0
        self.close = weakref.finalize(self, os.close, self.file) if self.file is not None else lambda: None

    def take(self, within: float) -> None:
        """Waits for it at most so many seconds."""
        if self.is_held or self.file is None:
            return
        now = time.monotonic()
        if (wait := self.given_at + OTHERS_FIRST - now) > 0:
            time.sleep(wait)
        while not (is_mine := _is_locked(self.file)) and time.monotonic() < now + within:
            time.sleep(STEP)
        self.is_held = is_mine

    def give(self) -> None:
        if self.is_held and self.file is not None:
            fcntl.flock(self.file, fcntl.LOCK_UN)
            self.is_held = False
            self.given_at = time.monotonic()


def _opened(database: Path) -> int | None:
    """Of the owner of the database, also where root comes first."""
    try:
        owner = database.stat()
        file = os.open(f"{database}-turn", os.O_RDONLY | os.O_CREAT, 0o600)
        if os.geteuid() == 0:
            os.fchown(file, owner.st_uid, owner.st_gid)
    except OSError:
        return None
    return file


def _is_locked(file: int) -> bool:
    """Whether we have it now."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
