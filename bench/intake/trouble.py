"""What a server must stand while many declare: clients that leave in the middle of a request, and a database that is
away: `python -m bench.intake.trouble [--seconds 30] [--database postgresql]`.

On SQLite another program holds the file; PostgreSQL is stopped and started again. What is refused for now is sent again
with the same uuid. Ends with 1 when an acknowledged declaration is lost, one stands twice, figures differ, or the
server does not come back by itself.
"""

import contextlib
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import click

from bench.intake import load, people, processes
from bench.intake.contestants import ADDRESS
from bench.intake.crowd import crowd
from bench.intake.databases import OURS, Place, Templates, faults
from vungxanh.cli import postgresql

LEAVING = 64


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it. `back_after`: seconds from the return of the database until everybody is served again."""

    tally: load.Tally
    rows: int
    back_after: float
    faults: list[str]


Servers = list[subprocess.Popen[bytes]]


def trouble(templates: Templates, *, seconds: float, connections: int, started: Servers) -> Found:
    """`started` gets the server of the database that the caller has to stop. Raises StuckError where ours does not come
    back."""
    with crowd(templates, connections) as declaring:
        stream, place = declaring.stream, declaring.place
        stream.wait_for(3 * connections)
        leave_in_the_middle(declaring.port, templates.world.people[0].token)
        stream.wait_for(2 * connections)
        with _away(place, started):
            time.sleep(seconds)
        began = time.monotonic()
        stream.wait_for(connections + 1)
        back_after = time.monotonic() - began
        tally = declaring.over()
        rows = place.query(f"SELECT count(*) FROM screening_declaration WHERE day = '{people.DAY}'")[0][0]  # noqa: S608
        found = faults(place, OURS, tally.acknowledged)
        if rows != len(tally.acknowledged):
            found.append(f"{rows} rows, {len(tally.acknowledged)} acknowledged")
        return Found(tally, rows, back_after, found)


def leave_in_the_middle(port: int, token: str) -> None:
    """Clients that send half a declaration and are gone."""
    head = f"POST {ADDRESS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Length: 400\r\n"
    for _ in range(LEAVING):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f'{head}Content-Type: application/json\r\n\r\n{{"client_uuid": "'.encode())


@contextlib.contextmanager
def _away(place: Place, started: Servers) -> Iterator[None]:
    if not place.is_postgresql:
        with closing(sqlite3.connect(place.database, isolation_level=None, timeout=60)) as other:
            other.execute("BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")
        return
    folder = Path(place.database.partition("host=")[2])
    postmaster = processes.postmaster_of(place.database)
    assert postmaster
    binaries = Path(f"/proc/{postmaster}/exe").readlink().parent
    processes.end(postmaster)
    yield
    started.append(postgresql.start(binaries, folder, postgresql.owner(), postgresql.OPTIONS | postgresql.DURABLE))


def _stop(started: Servers) -> None:
    for server in started:
        postgresql.stop(server)


@click.command()
@click.option("--seconds", type=click.FloatRange(1), default=30, show_default=True)
@click.option("--connections", type=click.IntRange(1), default=64, show_default=True)
@click.option("--people", "count", type=click.IntRange(1000), default=60_000, show_default=True)
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def main(seconds: float, connections: int, count: int, database: str) -> None:
    """Say what was refused, how soon the server came back, and what was lost or doubled."""
    with ExitStack() as stack:
        durable = postgresql.temporary_server(is_durable=True)
        address = stack.enter_context(durable) if database == "postgresql" else ""
        started: Servers = []
        stack.callback(_stop, started)
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-trouble-")))
        templates = stack.enter_context(closing(Templates(home / "templates", address, count, days=0)))
        found = trouble(templates, seconds=seconds, connections=connections, started=started)
    tally = found.tally
    click.echo(
        f"{LEAVING} clients left, the database was away for {seconds:g} s: "
        f"{len(tally.acknowledged)} acknowledged, {found.rows} rows, {tally.retried} tried again, "
        f"{tally.refused.total()} refused, {tally.unanswered} never answered; back after {found.back_after:.1f} s"
    )
    for words, times in tally.refused.items():
        click.echo(f"{times} x {words}", err=True)
    for fault in found.faults:
        click.echo(fault, err=True)
    sys.exit(1 if found.faults or tally.unanswered else 0)


if __name__ == "__main__":
    main()
