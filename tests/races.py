"""Work that begins at the same moment, to see what two at once leave."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

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
