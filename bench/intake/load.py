"""The load client: a number of connections, each sends its next declaration as soon as the last one is answered.

Connections persist. What is refused with 503 or cut off is sent again with the same uuid, as a telephone would. A
declaration that is due at a moment waits for it, and whoever finds no connection free then waits as well, which counts.
"""

import asyncio
import gc
import time
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

GRACE = 30.0
"""Seconds after the end in which what was sent may still be answered."""
PAUSE = 0.05
"""Seconds until a connection that broke is opened again."""
LONGEST_PAUSE = 5.0
"""Seconds that a Retry-After may ask for at most."""
WARMING = 8
"""Connections while the server warms up."""
HEAD_ENDS = b"\r\n\r\n"


class AnswerError(RuntimeError):
    """A contestant answers in a way that this client does not read; the message holds the head of the answer."""


@dataclass(frozen=True, slots=True)
class Declaration:
    """One declaration ready to be sent: `wire` is the whole HTTP request; `due`: seconds after the beginning, else as
    soon as a connection is free."""

    client_uuid: uuid.UUID
    wire: bytes
    due: float | None = None


@dataclass(slots=True)
class Tally:
    """What came of a run. Latencies in seconds, from the first sending, or the moment at which it was due, to the
    acknowledgement; `moments` are those of the acknowledgements, in seconds after the beginning.

    `retried` counts sendings again, `own_share` is the client's part of one core.
    """

    acknowledged: list[uuid.UUID] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    retried: int = 0
    unanswered: int = 0
    seconds: float = 0.0
    own_share: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.acknowledged) / self.seconds if self.seconds else 0.0

    def latency(self, part: float) -> float:
        """The latency that this part of all acknowledged ones did not exceed: 0.5 the middle, 0.99 all but 1 %."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else 0.0


@dataclass(slots=True)
class Course:
    """What the connections of a run share."""

    port: int
    waiting: Iterator[Declaration]
    began: float
    ends_at: float
    tally: Tally
    open: int
    is_over: asyncio.Event
    unreadable: str = ""

    def next(self) -> Declaration | None:
        return next(self.waiting, None) if time.perf_counter() < self.ends_at else None

    def leave(self) -> None:
        self.open -= 1
        if not self.open:
            self.is_over.set()


class Connection(asyncio.Protocol):
    """Sends one declaration at a time over HTTP/1.1 and reads answers that tell their length."""

    def __init__(self, course: Course) -> None:
        self.course = course
        self.loop = asyncio.get_running_loop()
        self.transport: asyncio.Transport | None = None
        self.current: Declaration | None = None
        self.is_sent = False
        self.is_due = False
        self.first_sent = 0.0
        self.answer = b""
        self.is_done = False

    async def open(self) -> None:
        """Also after it broke; a server that is not there yet is asked again."""
        while not self.is_done:
            try:
                await self.loop.create_connection(lambda: self, "127.0.0.1", self.course.port)
                return
            except OSError:
                self.course.tally.retried += 1
                await asyncio.sleep(PAUSE)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.answer = transport, b""
        if self.current is None:
            self.take()
        elif self.is_due:
            self.send()

    def take(self) -> None:
        self.current = self.course.next()
        if self.current is None:
            self.end()
            return
        now, due = time.perf_counter(), self.current.due
        self.first_sent = now if due is None else self.course.began + due
        self.is_due = self.first_sent <= now
        if self.is_due:
            self.send()
        else:
            self.loop.call_later(self.first_sent - now, self.begin)

    def begin(self) -> None:
        self.is_due = True
        self.send()

    def send(self) -> None:
        """A connection that closed meanwhile opens again by itself and sends then."""
        if self.transport and self.current and not self.is_done:
            self.is_sent = True
            self.transport.write(self.current.wire)

    def data_received(self, data: bytes) -> None:
        self.answer = self.answer + data if self.answer else data
        end = self.answer.find(HEAD_ENDS)
        if end < 0:
            return
        head = self.answer[:end].lower()
        _, named, rest = head.partition(b"content-length:")
        if not named:
            self.course.unreadable = head.decode(errors="replace")
            self.course.is_over.set()
            return
        if len(self.answer) >= end + len(HEAD_ENDS) + int(rest.partition(b"\r\n")[0]):
            content, self.answer = self.answer[end + len(HEAD_ENDS) :], b""
            self.answered(int(head[9:12]), head, content)

    def answered(self, status: int, head: bytes, content: bytes) -> None:
        tally = self.course.tally
        assert self.current
        self.is_sent = False
        if status in {200, 201}:
            now = time.perf_counter()
            tally.latencies.append(now - self.first_sent)
            tally.moments.append(now - self.course.began)
            tally.acknowledged.append(self.current.client_uuid)
        elif status == 503:
            tally.retried += 1
            asked = head.partition(b"retry-after:")[2].partition(b"\r\n")[0].strip()
            self.loop.call_later(min(float(asked or PAUSE), LONGEST_PAUSE), self.send)
            return
        else:
            tally.refused[f"{status} {content[:200].decode(errors='replace')}"] += 1
        self.take()

    def connection_lost(self, _reason: Exception | None) -> None:
        self.transport = None
        if not self.is_done:
            self.course.tally.retried += self.is_sent
            self.is_sent = False
            self.loop.call_later(PAUSE, lambda: asyncio.ensure_future(self.open()))

    def end(self) -> None:
        if not self.is_done:
            self.is_done = True
            self.course.leave()
            if self.transport:
                self.transport.close()


async def _run(port: int, declarations: Iterator[Declaration], connections: int, seconds: float) -> Tally:
    tally = Tally()
    began, worked = time.perf_counter(), time.process_time()
    course = Course(port, declarations, began, began + seconds, tally, connections, asyncio.Event())
    each = [Connection(course) for _ in range(connections)]
    opening = asyncio.gather(*(one.open() for one in each))
    try:
        await asyncio.wait_for(course.is_over.wait(), seconds + GRACE)
    except TimeoutError:
        tally.unanswered = sum(one.current is not None for one in each if not one.is_done)
    tally.seconds = time.perf_counter() - began
    tally.own_share = (time.process_time() - worked) / tally.seconds
    for one in each:
        one.end()
    await opening
    if course.unreadable:
        raise AnswerError(f"an answer that does not tell its length:\n{course.unreadable}")
    return tally


def run(port: int, declarations: Iterator[Declaration], *, connections: int, seconds: float) -> Tally:
    """Until the time is over or nobody is left who has not declared; what is under way then is waited for."""
    gc.collect()
    gc.disable()
    try:
        return asyncio.run(_run(port, declarations, connections, seconds))
    finally:
        gc.enable()


def warm_up(port: int, declarations: Sequence[Declaration]) -> Tally:
    """A few requests that nobody measures: a server loads and plans at its first ones."""
    return run(port, iter(declarations), connections=min(WARMING, len(declarations)), seconds=GRACE)


def parts(declarations: Sequence[Declaration], warming: int) -> tuple[list[Declaration], Iterator[Declaration]]:
    """Those that warm up, and all others."""
    return list(declarations[:warming]), islice(declarations, warming, None)
