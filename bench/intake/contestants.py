"""Who takes declarations: ours, and the peers; how each is started."""

import contextlib
import json
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bench.intake import processes
from bench.intake.databases import DUTIES, ONE_TABLE, OURS, ROOT, Place, environment_of_ours, plain_environment
from bench.intake.people import SEVEN

ADDRESS = "/api/v1/declarations"
LOG = "log"
SECONDS_TO_START = 60
GRANIAN = ["-m", "granian", "--log-level", "warning", "--no-ws"]


class StartError(RuntimeError):
    """A contestant does not serve; the message holds what it wrote."""


@dataclass(frozen=True)
class Contestant:
    """`starts_from` is the kind of database that it needs; `threads` of each worker on SQLite and on PostgreSQL, the
    fastest of 1, 2 and 4; `earlier` the requests a second of an earlier measurement
    with 64 connections, by vendor, where there is one: a declaration of 14 fields, stored and nothing else. `needs` are
    modules that only the group of packages for measuring brings."""

    name: str
    says: str
    starts_from: str
    arguments: tuple[str, ...]
    environment: tuple[tuple[str, str], ...] = ()
    threads: tuple[int, int] = (1, 1)
    needs: tuple[str, ...] = ()
    earlier: tuple[tuple[str, int], ...] = ()

    def command(self, port: int, *, is_postgresql: bool) -> list[str]:
        threads = self.threads[is_postgresql]
        return [sys.executable, *(one.format(port=port, threads=threads) for one in self.arguments)]

    @contextlib.contextmanager
    def served(self, place: Place) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
        """The port, and the process whose family serves it."""
        port = processes.free_port()
        server = self.start(place, port)
        try:
            yield port, server
        finally:
            processes.stop(server)

    def start(self, place: Place, port: int) -> subprocess.Popen[bytes]:
        """It answers; otherwise nothing of it stays, and StartError is raised."""
        log = place.home / LOG
        command = self.command(port, is_postgresql=place.is_postgresql)
        server = processes.start(command, self._environment(place), ROOT, log)
        try:
            wait_for(port, server, log)
        except BaseException:
            processes.stop(server)
            raise
        return server

    def _environment(self, place: Place) -> dict[str, str]:
        offset = round(datetime.fromisoformat(SEVEN).timestamp() - time.time())
        if self.starts_from == OURS:
            (place.home / "demonstration.json").write_text(json.dumps({"offset_seconds": offset}))
            return environment_of_ours(place)
        own = {
            "BENCH_DATABASE": place.database,
            "BENCH_SECRET": (place.home / "secret_key").read_text().strip(),
            "BENCH_FIELD_KEY": (place.home / "field_keys").read_text().strip(),
            "BENCH_OFFSET": str(offset),
        }
        return plain_environment() | own | dict(self.environment)


CONTESTANTS = (
    Contestant(
        "ours",
        "ours, `serve --role pages`",
        OURS,
        ("-m", "vungxanh", "serve", "--role", "pages", "--port", "{port}"),
    ),
    Contestant(
        "ours-intake",
        "ours, `serve --role intake`: the API alone",
        OURS,
        ("-m", "vungxanh", "serve", "--role", "intake", "--port", "{port}"),
    ),
    Contestant(
        "drf",
        "Django REST framework, gunicorn (2 workers, threads)",
        DUTIES,
        (
            *(
                "-m",
                "gunicorn",
                "--workers",
                "2",
                "--worker-class",
                "gthread",
                "--threads",
                "{threads}",
                "--keep-alive",
                "75",
            ),
            *("--bind", "127.0.0.1:{port}", "--log-level", "warning", "bench.peers.drf.wsgi:application"),
        ),
        threads=(2, 2),
        needs=("rest_framework", "gunicorn"),
        earlier=(("sqlite", 285), ("postgresql", 290)),
    ),
    Contestant(
        "plain",
        "plain Django view with SQL by hand, granian WSGI (2 workers)",
        DUTIES,
        (
            *GRANIAN,
            *("--interface", "wsgi", "--workers", "2", "--blocking-threads", "{threads}", "--port", "{port}"),
            "bench.peers.plain:application",
        ),
        threads=(1, 4),
        earlier=(("sqlite", 694), ("postgresql", 694)),
    ),
    Contestant(
        "fastapi",
        "FastAPI, SQLAlchemy async (asyncpg, aiosqlite), uvicorn (2 workers)",
        DUTIES,
        (
            *("-m", "uvicorn", "--workers", "2", "--no-access-log", "--log-level", "warning", "--port", "{port}"),
            "bench.peers.fast:application",
        ),
        needs=("fastapi", "uvicorn", "sqlalchemy", "greenlet", "asyncpg", "aiosqlite"),
        earlier=(("postgresql", 603),),
    ),
    Contestant(
        "one-table",
        "granian RSGI, msgspec, one table in groups; no duties but encryption and durability (1 worker)",
        ONE_TABLE,
        (*GRANIAN, "--interface", "rsgi", "--workers", "1", "--port", "{port}", "bench.peers.bare:application"),
        (("BENCH_STORES", "1"),),
        earlier=(("sqlite", 7720), ("postgresql", 7190)),
    ),
    Contestant(
        "nothing",
        "the same server, decoded and checked, nothing stored (1 worker)",
        ONE_TABLE,
        (*GRANIAN, "--interface", "rsgi", "--workers", "1", "--port", "{port}", "bench.peers.bare:application"),
        (("BENCH_STORES", "0"),),
        earlier=(("sqlite", 17480), ("postgresql", 17480)),
    ),
)


def wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    """Until it answers anything at all; an empty body is refused by everybody."""
    until = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{ADDRESS}", data=b"", timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise StartError(log.read_text(encoding="utf-8", errors="replace")[-3000:] or "nothing was served, nothing written")
