"""Django's SQLite, whose writers take turns.

SQLite itself lets one writer in and has the others sleep, ever longer, until they find nobody writing: where the next
one is always ready, somebody who slept too long finds the door shut again and again, for seconds. Here whoever wants to
write waits for a lock beside the database, in short steps, so that everybody has the same chance each time it is free.
Only SQLite decides who writes: a program that knows nothing of turns is waited for as ever.
"""

import contextlib
import fcntl
import os
import sqlite3
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

STEP = 0.001
"""Seconds between two looks: little beside a commit, which syncs the disk."""
WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class TurningCursor(base.SQLiteCursorWrapper):
    """A statement that writes by itself, outside a transaction, takes a turn as well."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        if self.wrapper.has_turn or not query.startswith(WRITING):
            return super().execute(query, params)
        with self.wrapper.a_turn():
            return super().execute(query, params)


class DatabaseWrapper(base.DatabaseWrapper):
    """The turn is a lock on the folder of the database, which needs no file and ends with the process at the latest."""

    folder: int | None = None
    """Open while the connection is."""
    has_turn = False

    def create_cursor(self, name: Any = None) -> TurningCursor:
        made: TurningCursor = self.connection.cursor(factory=TurningCursor)
        made.wrapper = self
        return made

    def _start_transaction_under_autocommit(self) -> None:
        self.take_turn()
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]  # not in the stubs
        except BaseException:
            self.give_turn()
            raise

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]  # not in the stubs
        finally:
            self.give_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]  # not in the stubs
        finally:
            self.give_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # not in the stubs
        finally:
            self.give_turn()
            if self.folder is not None:
                os.close(self.folder)
                self.folder = None

    @contextlib.contextmanager
    def a_turn(self) -> Iterator[None]:
        self.take_turn()
        try:
            yield
        finally:
            self.give_turn()

    def take_turn(self) -> None:
        """Raises OperationalError after as long a wait as SQLite's."""
        if self.has_turn or self.is_in_memory_db():
            return
        if self.folder is None:
            self.folder = os.open(Path(self.settings_dict["NAME"]).parent, os.O_RDONLY | os.O_DIRECTORY)
        until = time.monotonic() + self.settings_dict["OPTIONS"]["timeout"]
        while not _is_locked(self.folder):
            if time.monotonic() > until:
                with self.wrap_database_errors:
                    raise sqlite3.OperationalError("database is locked")
            time.sleep(STEP)
        self.has_turn = True

    def give_turn(self) -> None:
        if self.has_turn and self.folder is not None:
            fcntl.flock(self.folder, fcntl.LOCK_UN)
            self.has_turn = False


def _is_locked(folder: int) -> bool:
    """Whether we have the lock now."""
    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
