"""Our server while many declare, for those that do something to it meanwhile."""

import contextlib
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field

from bench.intake import load, people, processes
from bench.intake.contestants import ADDRESS, CONTESTANTS
from bench.intake.databases import OURS, Place, Templates

SECONDS = 3600.0
PATIENCE = 120.0
OURS_SERVED = next(one for one in CONTESTANTS if one.name == "ours")


class StuckError(RuntimeError):
    """Nothing was taken for a long time, though a server should be there."""


@dataclass(slots=True)
class Stream:
    """Declarations for the load client, until `is_over`; how many it has taken tells that the server answers."""

    waiting: Iterator[load.Declaration]
    taken: int = 0
    is_over: threading.Event = field(default_factory=threading.Event)

    def __iter__(self) -> Iterator[load.Declaration]:
        for one in self.waiting:
            if self.is_over.is_set():
                return
            self.taken += 1
            yield one

    def wait_for(self, more: int) -> None:
        """Raises StuckError."""
        wanted, until = self.taken + more, time.monotonic() + PATIENCE
        while self.taken < wanted:
            if time.monotonic() > until:
                raise StuckError(f"within {PATIENCE:g} s: {more} more are taken")
            time.sleep(0.02)


@dataclass(slots=True)
class Declaring:
    """`stream` tells how many have been taken."""

    place: Place
    port: int
    server: subprocess.Popen[bytes]
    stream: Stream
    running: Future[load.Tally]

    def start_again(self) -> None:
        processes.stop(self.server)
        self.server = OURS_SERVED.start(self.place, self.port)

    def over(self) -> load.Tally:
        """What is under way is waited for."""
        self.stream.is_over.set()
        return self.running.result()


@contextlib.contextmanager
def crowd(templates: Templates, connections: int) -> Iterator[Declaring]:
    """Nothing of it stays."""
    with templates.copy(OURS) as place, ExitStack() as stack:
        port = processes.free_port()
        stream = Stream(iter(people.declarations(templates.world, ADDRESS)))
        server = OURS_SERVED.start(place, port)
        pool = ThreadPoolExecutor(1)
        running = pool.submit(load.run, port, iter(stream), connections=connections, seconds=SECONDS)
        made = Declaring(place, port, server, stream, running)
        stack.callback(lambda: processes.stop(made.server))
        stack.enter_context(pool)
        stack.callback(stream.is_over.set)
        yield made
