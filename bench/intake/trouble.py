"""What a server must stand while many declare: `python -m bench.intake.trouble [--what away|full|clock]
[--seconds 30] [--database postgresql]`.

Clients leave in the middle of a request; then for some seconds the database is away (on SQLite another program holds
the file, PostgreSQL is stopped and started again) or the disk is full, or the clock of the server is moved back and
forth. What is refused for now is sent again with the same uuid. Ends with 1 when an acknowledged declaration is lost,
one stands twice, figures differ, a refusal is a fault of the server, or the server does not come back by itself.
"""

import contextlib
import os
import shutil
import socket
import sqlite3
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import click
import psycopg

from bench.intake import load, people, processes
from bench.intake.contestants import ADDRESS
from bench.intake.crowd import Declaring, crowd
from bench.intake.databases import OURS, Templates, faults
from vungxanh.cli import postgresql

LEAVING = 64
SMALL = "1g"
MOVES = (-3600, 3600, 86_400, -86_400)
"""Seconds by which the clock is moved, one after the other."""


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it. `back_after`: seconds from the end of the trouble until everybody is served again."""

    tally: load.Tally
    rows: int
    back_after: float
    faults: list[str]


SAYS = {
    "away": "the database was away for {seconds:g} s",
    "full": "the disk was full for {seconds:g} s",
    "clock": f"the clock was moved by {', '.join(map(str, MOVES))} s",
}
Servers = list[subprocess.Popen[bytes]]
During = Callable[[Declaring], AbstractContextManager[None]]
"""Where it is entered, the trouble has lasted; where it is left, it is over."""


def trouble(templates: Templates, during: During, *, connections: int) -> Found:
    """Raises StuckError where ours does not come back."""
    with crowd(templates, connections) as declaring:
        stream, place = declaring.stream, declaring.place
        stream.wait_for(3 * connections)
        leave_in_the_middle(declaring.port, templates.world.people[0].token)
        stream.wait_for(2 * connections)
        with during(declaring):
            pass
        began = time.monotonic()
        stream.wait_for(connections + 1)
        back_after = time.monotonic() - began
        tally = declaring.over()
        rows = place.query(f"SELECT count(*) FROM screening_declaration WHERE day = '{people.DAY}'")[0][0]  # noqa: S608
        found = faults(place, OURS, tally.acknowledged)
        found += [words for words in tally.refused if not words.startswith("4")]
        if rows != len(tally.acknowledged):
            found.append(f"{rows} rows, {len(tally.acknowledged)} acknowledged")
        return Found(tally, rows, back_after, found)


def leave_in_the_middle(port: int, token: str) -> None:
    """Clients that send half a declaration and are gone."""
    head = f"POST {ADDRESS} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Length: 400\r\n"
    for _ in range(LEAVING):
        with socket.create_connection(("127.0.0.1", port)) as client:
            client.sendall(f'{head}Content-Type: application/json\r\n\r\n{{"client_uuid": "'.encode())


def away(seconds: float, started: Servers) -> During:
    """`started` gets the server of the database that the caller has to stop."""

    @contextlib.contextmanager
    def during(declaring: Declaring) -> Iterator[None]:
        place = declaring.place
        if not place.is_postgresql:
            with closing(sqlite3.connect(place.database, isolation_level=None, timeout=60)) as other:
                other.execute("BEGIN EXCLUSIVE")
                time.sleep(seconds)
                yield
                other.execute("ROLLBACK")
            return
        folder = Path(place.database.partition("host=")[2])
        postmaster = processes.postmaster_of(place.database)
        assert postmaster
        binaries = Path(f"/proc/{postmaster}/exe").readlink().parent
        processes.end(postmaster)
        time.sleep(seconds)
        yield
        started.append(postgresql.start(binaries, folder, postgresql.owner(), postgresql.OPTIONS | postgresql.DURABLE))

    return during


def full(seconds: float, disk: Path) -> During:
    """A file takes what the disk has left."""

    @contextlib.contextmanager
    def during(_declaring: Declaring) -> Iterator[None]:
        ballast = disk / "ballast"
        until = time.monotonic() + seconds
        with ballast.open("wb", buffering=0) as file:
            while time.monotonic() < until:
                with contextlib.suppress(OSError):
                    while file.write(bytes(4096)):
                        pass
                # What is freed meanwhile is taken as well.
                time.sleep(0.05)
        yield
        ballast.unlink()

    return during


def moved(answers: int, clock: Path) -> During:
    """Each move lasts for so many answers: who is refused at once comes again with somebody else."""

    @contextlib.contextmanager
    def during(declaring: Declaring) -> Iterator[None]:
        for move in MOVES:
            _move(clock, move)
            declaring.stream.wait_for(answers)
        yield
        _move(clock, 0)

    return during


def _move(clock: Path, by: int) -> None:
    """In place, since it is mapped."""
    with clock.open("r+b") as file:
        file.write(struct.pack("q", by))


@contextlib.contextmanager
def movable_clock(folder: Path) -> Iterator[Path]:
    """What is started inside has it."""
    clock, library = folder / "clock", folder / "moved_clock.so"
    clock.write_bytes(bytes(8))
    compiler = shutil.which("cc")
    if not compiler:
        raise click.ClickException("cc, a compiler of C, is needed to move the clock of one program")
    source = Path(__file__).with_name("moved_clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source], check=True)  # noqa: S603
    with mock.patch.dict(os.environ, {"LD_PRELOAD": str(library), "MOVED_CLOCK": str(clock)}):
        yield clock


@contextlib.contextmanager
def small_disk(size: str = SMALL) -> Iterator[Path]:
    """Of memory, and a mount of its own. Raises ClickException where nobody may mount."""
    folder = Path(tempfile.mkdtemp(prefix="vungxanh-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    try:
        if not shutil.which("mount") or subprocess.run(mount, capture_output=True, check=False).returncode:  # noqa: S603
            raise click.ClickException("only root may mount a disk of its own that can be filled")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)  # noqa: S603, S607
    finally:
        folder.rmdir()


@contextlib.contextmanager
def tables_on(disk: Path, templates: Templates) -> Iterator[None]:
    """The tables of a server of PostgreSQL; what is copied from the templates lies there too."""
    space = f"{templates.mark}_disk"
    tables = disk / "tables"
    tables.mkdir()
    with psycopg.connect(templates.server, autocommit=True) as server:
        [(data,)] = server.execute("SHOW data_directory").fetchall()
        shutil.copystat(data, tables)
        owner = Path(data).stat().st_uid
        os.chown(tables, owner, -1)
        disk.chmod(0o755)
        server.execute(f"CREATE TABLESPACE {space} LOCATION '{tables}'".encode())
        server.execute(f"ALTER DATABASE {templates.mark}_{OURS} SET TABLESPACE {space}".encode())
    yield
    with psycopg.connect(templates.server, autocommit=True) as server:
        server.execute(f"ALTER DATABASE {templates.mark}_{OURS} SET TABLESPACE pg_default".encode())
        server.execute(f"DROP TABLESPACE {space}".encode())


def _stop(started: Servers) -> None:
    for server in started:
        postgresql.stop(server)


@click.command()
@click.option("--what", type=click.Choice(list(SAYS)), default="away", show_default=True)
@click.option("--seconds", type=click.FloatRange(1), default=30, show_default=True)
@click.option("--connections", type=click.IntRange(1), default=64, show_default=True)
@click.option("--people", "count", type=click.IntRange(1000), default=60_000, show_default=True)
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def main(what: str, seconds: float, connections: int, count: int, database: str) -> None:
    """Say what was refused, how soon the server came back, and what was lost or doubled."""
    with ExitStack() as stack:
        durable = postgresql.temporary_server(is_durable=True)
        address = stack.enter_context(durable) if database == "postgresql" else ""
        started: Servers = []
        stack.callback(_stop, started)
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-trouble-")))
        disk = stack.enter_context(small_disk()) if what == "full" else home
        folder = home if address else disk
        templates = stack.enter_context(closing(Templates(folder / "templates", address, count, days=0)))
        if what == "full":
            if address:
                stack.enter_context(tables_on(disk, templates))
            during = full(seconds, disk)
        elif what == "clock":
            during = moved(20 * connections, stack.enter_context(movable_clock(home)))
        else:
            during = away(seconds, started)
        found = trouble(templates, during, connections=connections)
    tally = found.tally
    click.echo(
        f"{LEAVING} clients left, then {SAYS[what].format(seconds=seconds)}: "
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
