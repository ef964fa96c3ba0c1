"""Django's SQLite, whose writers take turns.

SQLite itself lets one writer in and has the others sleep, ever longer, until they find nobody writing: where the next
one is always ready, somebody who slept too long finds the door shut again and again, for seconds. Only SQLite decides
who writes; but who wants to waits for a turn first.
"""

from pathlib import Path
from typing import Any

from django.db.backends.sqlite3 import base

from vungxanh.common.sqlite.turns import Turn

WRITING = ("INSERT", "UPDATE", "DELETE", "REPLACE")


class TurningCursor(base.SQLiteCursorWrapper):
    """A statement that writes by itself, outside a transaction, takes a turn as well."""

    wrapper: "DatabaseWrapper"

    def execute(self, query: str, params: Any = None) -> Any:
        if self.wrapper.in_transaction or not query.startswith(WRITING):
            return super().execute(query, params)
        self.wrapper.take_turn()
        try:
            return super().execute(query, params)
        finally:
            self.wrapper.give_turn()


class DatabaseWrapper(base.DatabaseWrapper):
    """The turn is waited for half as long as SQLite waits afterwards."""

    turn: Turn | None = None

    def create_cursor(self, name: Any = None) -> TurningCursor:
        made: TurningCursor = self.connection.cursor(factory=TurningCursor)
        made.wrapper = self
        return made

    @property
    def in_transaction(self) -> bool:
        return bool(self.connection.in_transaction)

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
            if self.turn:
                self.turn.close()
                self.turn = None

    def take_turn(self) -> None:
        if self.is_in_memory_db():
            return
        self.turn = self.turn or Turn(Path(self.settings_dict["NAME"]))
        self.turn.take(self.settings_dict["OPTIONS"]["timeout"] / 2)

    def give_turn(self) -> None:
        if self.turn:
            self.turn.give()
