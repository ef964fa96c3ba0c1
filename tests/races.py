"""Work that begins at the same moment, to see what two at once leave."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connection

Given = TypeVar("Given")


def at_once(*works: Callable[[], Given]) -> list[Given]:
    """What each gave, in the order of the works; each has a thread and a connection of its own. What one raises is
    raised, once all are over."""
    barrier = threading.Barrier(len(works))

    def done(work: Callable[[], Given]) -> Given:
        barrier.wait()
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(works)) as pool:
        return [one.result() for one in [pool.submit(done, work) for work in works]]


@contextlib.contextmanager
def after_a_look_at(table: str, work: Callable[[], object]) -> Iterator[None]:
    """Inside, `work` is done once, behind the first query that reads the table and before the next one: what somebody
    else does between a look and what is made of it."""
    waiting, looked = [work], threading.Event()

    def wrapped(execute: Callable[..., Any], sql: str, *more: Any) -> Any:
        if waiting and looked.is_set():
            waiting.pop()()
        if sql.startswith("SELECT") and f'"{table}"' in sql:
            looked.set()
        return execute(sql, *more)

    with connection.execute_wrapper(wrapped):
        yield
