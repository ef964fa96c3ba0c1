"""A disk that takes nothing more, as SQLite, PostgreSQL and the system say it."""

import errno
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

Written = TypeVar("Written")
NUMBERS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SQLITE_CODES = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})
"""Also what SQLite says when the system refused for another reason than space, such as a limit on the size of files."""
SQLSTATES = frozenset({"53100"})


def is_full(error: BaseException | None) -> bool:
    """Whether this, or what it came from, says that nothing can be written."""
    while error is not None:
        if _says_so(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def when_there_is_space(write: Callable[[], Written], *, within: float = 30.0, pause: float = 1.0) -> Written:
    """What `write` returns, tried again for so many seconds while the disk is full; any other fault goes on at once.

    For what a program alone remembers, such as that a receiver has something: nobody is there to be refused.
    """
    ends = time.monotonic() + within
    while True:
        try:
            return write()
        except Exception as error:
            if not is_full(error) or time.monotonic() >= ends:
                raise
        time.sleep(pause)


def _says_so(error: BaseException) -> bool:
    if isinstance(error, OSError):
        return error.errno in NUMBERS
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in SQLITE_CODES
    return getattr(error, "sqlstate", None) in SQLSTATES
