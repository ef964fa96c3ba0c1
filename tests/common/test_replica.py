"""Boards read from a real replica: never older than what was committed, and from the primary while it is away, behind,
promoted, or dies in the middle."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.http import HttpRequest, HttpResponse

from vungxanh.cli import postgresql
from vungxanh.common.replica import Router, from_replica, reading

SOURCES = Path(__file__).parents[2]
needs_server = pytest.mark.skipif(not postgresql.programs(), reason="no PostgreSQL server")


@dataclass
class Pair:
    """A primary, a replica that follows it, and the installation that reads from both."""

    folder: Path
    binaries: Path
    user: str
    server: Any
    home: Any = None

    def address(self, name: str) -> str:
        return f"postgres://tests@/postgres?host={self.folder / name}"

    def start(self) -> None:
        self.server = postgresql.start(self.binaries, self.folder / "replica", self.user, postgresql.OPTIONS)

    def stop(self) -> None:
        postgresql.stop(self.server)

    def replica(self, sql: str) -> None:
        with psycopg.connect(self.address("replica"), autocommit=True) as there:
            there.execute(sql)

    def ask(self, line: str) -> Any:
        self.home.stdin.write(f"{line}\n")
        self.home.stdin.flush()
        return json.loads(self.home.stdout.readline())


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[Pair]:
    binaries, user = postgresql.programs(), postgresql.owner()
    assert binaries
    folder = Path(tempfile.mkdtemp(prefix="vx-pair-", dir="/tmp"))
    with contextlib.ExitStack() as ends:
        ends.callback(shutil.rmtree, folder, ignore_errors=True)
        for one in (folder, folder / "primary", folder / "replica"):
            one.mkdir(exist_ok=True)
            if user:
                shutil.chown(one, user)
        binaries = postgresql.readable(binaries, folder)
        postgresql.make_cluster(binaries, folder / "primary", user)
        # As an installation has it: what is acknowledged is flushed, and that is what a page waits for.
        options = postgresql.OPTIONS | postgresql.DURABLE
        primary = postgresql.start(binaries, folder / "primary", user, options)
        ends.callback(postgresql.stop, primary)
        copy = [
            binaries / "pg_basebackup",
            "-h",
            folder / "primary",
            "-U",
            "tests",
            "-D",
            folder / "replica/data",
            "-R",
        ]
        subprocess.run(postgresql.command(user, *copy, "-c", "fast"), check=True, cwd=folder)
        made = Pair(folder, binaries, user, None)
        made.start()
        ends.callback(made.stop)
        kept = {name: value for name, value in os.environ.items() if "DATABASE" not in name}
        environment = kept | {
            "DJANGO_SETTINGS_MODULE": "vungxanh.config.settings",
            "VUNGXANH_HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join([str(SOURCES / "src"), str(SOURCES)]),
            "DATABASE_URL": made.address("primary"),
            "DATABASE_REPLICA_URL": made.address("replica"),
        }
        made.home = subprocess.Popen(
            [sys.executable, "-m", "tests.common.replica_world"],
            env=environment,
            cwd=SOURCES,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        ends.callback(made.home.wait, 20)
        ends.callback(made.home.stdin.close)
        yield made


def where(answer: Any) -> tuple[int, bool, bool]:
    return answer["status"], answer["replica"] > 0, answer["primary"] > 0


FAR, NEAR = (200, True, False), (200, False, True)


@needs_server
@pytest.mark.server
def test_a_board_is_read_from_the_replica_and_is_never_older_than_what_was_committed(pair: Pair) -> None:
    assert where(pair.ask("look")) == FAR
    for names in (["Tỉnh A"], ["Tỉnh A", "Tỉnh B"]):
        answer = pair.ask(f"write|{names[-1]}")
        assert (where(answer), answer["names"]) == (FAR, names)
    assert where(pair.ask("board")) == FAR
    assert pair.ask("save") == {"from": "replica", "now": "Tên mới"}

    # Behind: it has not what was written, and is not asked for it.
    pair.replica("SELECT pg_wal_replay_pause()")
    answer = pair.ask("write|Tỉnh C")
    assert (where(answer), answer["names"]) == (NEAR, ["Tỉnh A", "Tỉnh B", "Tỉnh C"])
    assert "chậm hơn" in pair.ask("rest")["fault"]
    pair.replica("SELECT pg_wal_replay_resume()")
    assert pair.ask("rest")["fault"] == ""
    assert where(pair.ask("look")) == FAR

    # It dies in the middle of a page, which is made again.
    assert pair.ask("cut") == {"found": "3", "begun": [True, False]}
    pair.ask("rest")
    assert where(pair.ask("look")) == FAR

    # Away, and back again.
    pair.stop()
    assert where(pair.ask("look")) == NEAR
    assert "không trả lời" in pair.ask("rest")["fault"]
    assert where(pair.ask("look")) == NEAR
    pair.start()
    pair.ask("rest")
    assert where(pair.ask("look")) == FAR

    # It became a primary of its own: what it holds from now on is something else.
    pair.replica("SELECT pg_promote()")
    assert where(pair.ask("look")) == NEAR
    assert "không phải bản sao" in pair.ask("rest")["fault"]


def test_without_a_replica_a_view_is_as_it_was() -> None:
    seen = []

    @from_replica
    def view(_request: HttpRequest, day: str) -> HttpResponse:
        seen.append(Router().db_for_read(None))
        return HttpResponse(day)

    assert (view(HttpRequest(), day="2021-09-20").content, seen) == (b"2021-09-20", ["default"])


def test_nothing_is_written_to_the_replica_nor_its_tables_made() -> None:
    router = Router()
    with reading():
        assert (router.db_for_read(None), router.db_for_write(None)) == ("replica", "default")
    assert (router.allow_migrate("default", "risk"), router.allow_migrate("replica", "risk")) == (True, False)
