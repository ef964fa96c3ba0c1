"""Which errors say that the disk is full, from those who really say it, and the page that says so to people."""

import errno
import sqlite3
from pathlib import Path

import psycopg
import pytest
from django.db import OperationalError
from django.test import RequestFactory

from vungxanh.common import disk
from vungxanh.common.views.errors import server_error


def full_database(path: Path) -> sqlite3.Error:
    """What SQLite says when its file may not grow."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE one (content BLOB)")
    connection.execute("PRAGMA max_page_count = 1")
    try:
        connection.execute("INSERT INTO one VALUES (zeroblob(100000))")
    except sqlite3.Error as error:
        return error
    finally:
        connection.close()
    pytest.fail("it grew")


def test_what_says_that_the_disk_is_full(tmp_path: Path) -> None:
    error = OperationalError("as Django tells it")
    error.__cause__ = full_database(tmp_path / "one.sqlite3")
    assert disk.is_full(error)
    assert disk.is_full(OSError(errno.ENOSPC, "No space left on device"))
    assert disk.is_full(psycopg.errors.DiskFull())


def test_what_says_something_else(tmp_path: Path) -> None:
    assert not disk.is_full(None)
    assert not disk.is_full(OSError(errno.ENOENT, "No such file or directory"))
    assert not disk.is_full(psycopg.errors.DeadlockDetected())
    with pytest.raises(sqlite3.OperationalError) as caught:
        sqlite3.connect(tmp_path / "two.sqlite3").execute("SELECT * FROM nothing")
    assert not disk.is_full(caught.value)


@pytest.mark.parametrize(
    ("number", "status", "words"), [(errno.ENOSPC, 503, "Đĩa của máy chủ đã đầy"), (1, 500, "500")]
)
def test_the_page_says_so_in_words(rf: RequestFactory, number: int, status: int, words: str) -> None:
    try:
        raise OSError(number, "x")
    except OSError:
        response = server_error(rf.get("/"))
    assert (response.status_code, words in response.content.decode()) == (status, True)
    assert response.headers.get("Retry-After") == ("60" if status == 503 else None)


def test_what_only_a_program_remembers_is_written_when_there_is_space_again() -> None:
    answers = iter([OSError(errno.ENOSPC, "full"), OSError(errno.ENOSPC, "full"), "kept"])

    def write() -> str:
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    assert disk.when_there_is_space(write, pause=0) == "kept"


@pytest.mark.parametrize(("number", "within"), [(errno.ENOSPC, 0.0), (errno.ENOENT, 60.0)])
def test_a_disk_that_stays_full_and_any_other_fault_are_told(number: int, within: float) -> None:
    tries = []

    def write() -> None:
        tries.append(1)
        raise OSError(number, "x")

    with pytest.raises(OSError, match="x"):
        disk.when_there_is_space(write, within=within, pause=0)
    assert len(tries) == 1
