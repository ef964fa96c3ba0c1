"""Heavy pages that only look are read from a replica of the database, where one is set and has everything.

A page asks the primary how far it is, and reads from the replica once that has come as far: whoever wrote something or
was told of a change sees it. A replica that is away, behind, or no replica any more is left alone for a moment, and the
page is read from the primary. Writes, and whatever is not marked, never go to it.
"""

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, connection, connections
from django.http import HttpRequest, HttpResponse

PRIMARY, REPLICA = "default", "replica"
PATIENCE, STEP = 0.2, 0.01
"""So many seconds a page waits for the replica to come as far, and between two looks."""
LEFT_ALONE = 2.0
FLUSHED = "SELECT pg_current_wal_flush_lsn()"
"""Every commit that was acknowledged lies before it, unless `synchronous_commit` is off."""
HAS_COME_AS_FAR = "SELECT pg_is_in_recovery() AND pg_last_wal_replay_lsn() >= %s::pg_lsn"
Parameters = ParamSpec("Parameters")
View = Callable[Concatenate[HttpRequest, Parameters], HttpResponse]
_reads_replica: ContextVar[bool] = ContextVar("reads_replica", default=False)
_left_alone_until = 0.0


class Router:
    """Both databases hold the same rows: what was read from one stands beside what was read from the other."""

    def db_for_read(self, model: Any, **hints: Any) -> str:
        return REPLICA if _reads_replica.get() else PRIMARY

    def db_for_write(self, model: Any, **hints: Any) -> str:
        """Also of what was read from the replica."""
        return PRIMARY

    def allow_relation(self, one: Any, other: Any, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db != REPLICA


def from_replica(view: View[Parameters]) -> View[Parameters]:
    """For views that write nothing. A replica that fails in the middle costs time only: the page is made again."""

    @functools.wraps(view)
    def seen(request: HttpRequest, /, *args: Parameters.args, **kwargs: Parameters.kwargs) -> HttpResponse:
        if not is_ready():
            return view(request, *args, **kwargs)
        try:
            with reading():
                return view(request, *args, **kwargs)
        except (OperationalError, InterfaceError):
            connections[REPLICA].close()
            _leave_alone()
            return view(request, *args, **kwargs)

    return seen


@contextmanager
def reading() -> Iterator[None]:
    token = _reads_replica.set(True)
    try:
        yield
    finally:
        _reads_replica.reset(token)


def is_ready() -> bool:
    """Whether the replica has now everything that was committed when this was asked; waits a little for it.

    Within a transaction it never is: what that has written is seen by itself alone.
    """
    if REPLICA not in settings.DATABASES or time.monotonic() < _left_alone_until or connection.in_atomic_block:
        return False
    with connection.cursor() as cursor:
        cursor.execute(FLUSHED)
        [flushed] = cursor.fetchone()
    try:
        if _comes_as_far(flushed):
            return True
    except DatabaseError:
        connections[REPLICA].close()
    _leave_alone()
    return False


def fault() -> str:
    """In words, for whoever examines the installation; "" where there is no replica or it is well."""
    if REPLICA not in settings.DATABASES:
        return ""
    try:
        with connections[REPLICA].cursor() as cursor:
            cursor.execute("SELECT pg_is_in_recovery()")
            [is_replica] = cursor.fetchone()
        with connection.cursor() as cursor:
            cursor.execute(FLUSHED)
            [flushed] = cursor.fetchone()
        if not is_replica:
            return (
                "DATABASE_REPLICA_URL dẫn tới máy không phải bản sao (có thể đã thành máy chính); trang đọc ở máy chính"
            )
        return "" if _comes_as_far(flushed) else "bản sao đang chậm hơn máy chính; trang đọc ở máy chính"
    except DatabaseError as error:
        connections[REPLICA].close()
        return f"bản sao không trả lời: {error}".strip()


def _comes_as_far(flushed: str) -> bool:
    ends = time.monotonic() + PATIENCE
    with connections[REPLICA].cursor() as cursor:
        while True:
            cursor.execute(HAS_COME_AS_FAR, [flushed])
            if cursor.fetchone()[0]:
                return True
            if time.monotonic() >= ends:
                return False
            time.sleep(STEP)


def _leave_alone() -> None:
    global _left_alone_until
    _left_alone_until = time.monotonic() + LEFT_ALONE
