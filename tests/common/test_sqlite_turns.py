"""Whoever writes to SQLite waits for a turn, and gives it back whatever becomes of the writing."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError
from django.db.utils import ConnectionHandler

from vungxanh.common.sqlite.base import DatabaseWrapper
from vungxanh.config import environment

pytestmark = pytest.mark.django_db
WRITE = "INSERT INTO kept VALUES (%s)"


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[DatabaseWrapper, DatabaseWrapper]]:
    """Connections to one file, as two processes have them; the second is patient, the first is not."""
    first, second = (_connection(tmp_path / "some.sqlite3", patience) for patience in (0.1, 20))
    first.cursor().execute("CREATE TABLE kept (number integer UNIQUE)")
    yield first, second
    first.close()
    second.close()


def _connection(path: Path, patience: float) -> DatabaseWrapper:
    given: dict[str, Any] = environment.sqlite(path)
    given["OPTIONS"]["timeout"] = patience
    made = ConnectionHandler({"default": given})["default"]
    assert isinstance(made, DatabaseWrapper)
    made.inc_thread_sharing()
    return made


def holds(connection: DatabaseWrapper) -> bool:
    return connection.turn is not None and connection.turn.is_held


def begin(connection: DatabaseWrapper) -> None:
    """As `transaction.atomic` does."""
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def end(connection: DatabaseWrapper, *, keep: bool) -> None:
    if keep:
        connection.commit()
    else:
        connection.rollback()
    connection.set_autocommit(True)


def kept(connection: DatabaseWrapper) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM kept ORDER BY number")
        return [number for (number,) in cursor.fetchall()]


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize("is_transaction", [True, False])
def test_who_waits_has_the_turn_when_it_is_given_back(
    two: tuple[DatabaseWrapper, DatabaseWrapper], *, keep: bool, is_transaction: bool
) -> None:
    first, second = two

    def write() -> None:
        if is_transaction:
            begin(second)
        second.cursor().execute(WRITE, [2])
        if is_transaction:
            end(second, keep=True)

    begin(first)
    first.cursor().execute(WRITE, [1])
    waiting = threading.Thread(target=write)
    waiting.start()
    time.sleep(0.05)
    assert not holds(second)
    end(first, keep=keep)
    waiting.join()
    assert kept(first) == ([1, 2] if keep else [2])
    assert not holds(first)
    assert not holds(second)


def test_who_waits_too_long_is_told_as_by_sqlite(two: tuple[DatabaseWrapper, DatabaseWrapper]) -> None:
    first, second = two
    begin(second)
    with pytest.raises(OperationalError, match="database is locked"):
        begin(first)
    with pytest.raises(OperationalError, match="database is locked"):
        first.cursor().execute(WRITE, [1])
    assert kept(first) == []
    end(second, keep=True)
    first.cursor().execute(WRITE, [1])
    assert kept(second) == [1]


def test_a_turn_ends_where_writing_fails(two: tuple[DatabaseWrapper, DatabaseWrapper]) -> None:
    first, second = two
    first.cursor().execute(WRITE, [1])
    with pytest.raises(IntegrityError):
        first.cursor().execute(WRITE, [1])
    assert not holds(first)
    begin(second)
    second.close()
    first.cursor().execute(WRITE, [2])
    assert kept(first) == [1, 2]


def test_a_turn_ends_where_none_can_begin(two: tuple[DatabaseWrapper, DatabaseWrapper]) -> None:
    """A program that knows nothing of turns holds the file."""
    first, _second = two
    with closing(sqlite3.connect(first.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OperationalError, match="database is locked"):
            begin(first)
        assert not holds(first)
        other.execute("ROLLBACK")
    first.cursor().execute(WRITE, [1])
    assert kept(first) == [1]


def test_nobody_who_waits_is_passed_over(two: tuple[DatabaseWrapper, DatabaseWrapper]) -> None:
    first, second = two
    is_over = threading.Event()
    turns = 0

    def write_without_end() -> None:
        nonlocal turns
        while not is_over.is_set():
            begin(second)
            time.sleep(0.005)
            end(second, keep=False)
            turns += 1

    busy = threading.Thread(target=write_without_end)
    busy.start()
    passed = []
    for number in range(20):
        before = turns
        first.cursor().execute(WRITE, [number])
        passed.append(turns - before)
    is_over.set()
    busy.join()
    assert sorted(passed)[len(passed) // 2] <= 2
    assert kept(first) == list(range(20))


def test_without_a_file_sqlite_alone_decides(tmp_path: Path) -> None:
    path = tmp_path / "some.sqlite3"
    Path(f"{path}-turn").mkdir()
    with closing(_connection(path, 0.1)) as other:
        other.cursor().execute("CREATE TABLE kept (number integer UNIQUE)")
        other.cursor().execute(WRITE, [1])
        begin(other)
        other.cursor().execute(WRITE, [2])
        assert not holds(other)
        end(other, keep=True)
        assert kept(other) == [1, 2]
