"""A bare granian server without duties: what a body of this form can cost at most and at least.

With BENCH_STORES=1 each body is encrypted and kept in one table, in groups that a thread of its own commits; it is
acknowledged after the commit. With BENCH_STORES=0 it is decoded, checked against the form, and forgotten.
"""

import asyncio
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any

import msgspec
import psycopg
from cryptography.fernet import Fernet

from bench.peers import duties, place

STORES = os.environ["BENCH_STORES"] == "1"
MOST, PAUSE = 512, 0.001
"""Rows of a group, and the seconds for which it waits for more."""
DECODER = msgspec.json.Decoder(duties.Sent)
ENCRYPT = Fernet(place.FIELD_KEY).encrypt
HEADERS = [("content-type", "application/json")]
Row = tuple[Any, int, bytes]
Waiting = tuple[Row, "asyncio.Future[None]"]


class Writer(threading.Thread):
    """Commits what has come together, then answers all of it."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(daemon=True)
        self.loop = loop
        self.queue: SimpleQueue[Waiting] = SimpleQueue()

    def run(self) -> None:
        keep = _keep_in_postgresql() if place.IS_POSTGRESQL else _keep_in_sqlite()
        while True:
            group = [self.queue.get()]
            time.sleep(PAUSE)
            while len(group) < MOST and not self.queue.empty():
                group.append(self.queue.get())
            try:
                keep([row for row, _waiting in group])
            except (sqlite3.Error, psycopg.Error) as error:
                self.loop.call_soon_threadsafe(_fail, group, error)
            else:
                self.loop.call_soon_threadsafe(_answer, group)


def _answer(group: list[Waiting]) -> None:
    for _row, waiting in group:
        if not waiting.done():
            waiting.set_result(None)


def _fail(group: list[Waiting], error: Exception) -> None:
    for _row, waiting in group:
        if not waiting.done():
            waiting.set_exception(error)


def _keep_in_sqlite() -> Callable[[list[Row]], None]:
    connection = sqlite3.connect(place.DATABASE, isolation_level=None)
    for pragma in place.PRAGMAS:
        connection.execute(pragma)

    def keep(rows: list[Row]) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            connection.executemany("INSERT OR IGNORE INTO declaration VALUES (?, ?, ?)", rows)
        except sqlite3.Error:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    return keep


def _keep_in_postgresql() -> Callable[[list[Row]], None]:
    connection = psycopg.connect(place.DATABASE, autocommit=True, prepare_threshold=1)

    def keep(rows: list[Row]) -> None:
        uuids, moments, answers = zip(*rows, strict=True)
        connection.execute(
            "INSERT INTO declaration SELECT * FROM unnest(%b::uuid[], %b::bigint[], %b::bytea[]) "
            "ON CONFLICT DO NOTHING",
            (list(uuids), list(moments), list(answers)),
        )

    return keep


class Application:
    """The interface of granian's own protocol (RSGI)."""

    def __init__(self) -> None:
        self.writer: Writer | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        if STORES:
            self.writer = Writer(loop)
            self.writer.start()

    async def __rsgi__(self, _scope: Any, protocol: Any) -> None:
        try:
            sent = DECODER.decode(await protocol())
            at = place.now()
            if self.writer:
                await self.keep(self.writer, sent, at)
            else:
                declared_at = duties.milliseconds(sent.declared_at)
                duties.check(declared_at, sent.answers, sent.temperature_c, sent.attested, at)
        except (msgspec.ValidationError, duties.DutyError) as error:
            protocol.response_bytes(422, HEADERS, msgspec.json.encode({"detail": str(error)}))
        else:
            protocol.response_bytes(201, HEADERS, b'{"received_at":%d}' % at)

    async def keep(self, writer: Writer, sent: duties.Sent, at: int) -> None:
        answers = ENCRYPT(msgspec.json.encode({"answers": sent.answers, "temperature_c": sent.temperature_c}))
        waiting: asyncio.Future[None] = writer.loop.create_future()
        key = sent.client_uuid if place.IS_POSTGRESQL else sent.client_uuid.hex
        writer.queue.put(((key, at, answers), waiting))
        await waiting


application = Application()
