"""The agency that contestants start from, kept once, and a fresh copy of it for each run."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.intake.people import DAY, DAYS_BEFORE, World, read
from bench.peers import schema

ROOT = Path(__file__).parents[2]
FILE = "vungxanh.sqlite3"
OURS, DUTIES, ONE_TABLE = "ours", "duties", "one_table"
"""What a contestant starts from: our agency, the same for the peers, or one empty table."""
TABLES = {OURS: "screening_declaration", DUTIES: "declaration", ONE_TABLE: "declaration"}
AGREEING = {
    OURS: {
        "declarations": "SELECT count(*) FROM screening_declaration WHERE day = '{day}'",
        "keys": "SELECT count(*) FROM screening_accepteduuid",
        "person-days": "SELECT count(*) FROM screening_personday WHERE day = '{day}' AND arrival_id IS NOT NULL",
        "counts of units": (
            "SELECT sum(arrival_on_time + arrival_early + arrival_late) FROM risk_unitday WHERE day = '{day}'"
        ),
        "audit rows": "SELECT count(*) FROM audit_auditevent WHERE action = 'admission.submit_declaration'",
    },
    DUTIES: schema.AGREEING,
    ONE_TABLE: {},
}
"""Figures that are equal where nobody forgot a duty."""


@dataclass(frozen=True)
class Place:
    """Where one run happens: a folder with the keys, and the database as an address or as the path of a file."""

    home: Path
    database: str

    @property
    def is_postgresql(self) -> bool:
        return self.database.startswith("postgres")

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        if self.is_postgresql:
            with psycopg.connect(self.database) as connection:
                return connection.execute(statement.encode()).fetchall()
        with contextlib.closing(sqlite3.connect(self.database)) as file:
            return file.execute(statement).fetchall()


class Templates:
    """One of each kind, founded when it is first asked for: databases of `server`, or without one files in `folder`."""

    def __init__(self, folder: Path, server: str, people: int, *, days: int = len(DAYS_BEFORE)) -> None:
        self.folder, self.server = folder, server
        self.mark = f"bench_{uuid.uuid4().hex[:12]}"
        self.home = folder / OURS
        self.home.mkdir(parents=True)
        self.kept: dict[str, str] = {}
        self.world = self._found_ours(people, days)

    def close(self) -> None:
        """Files go with their folder."""
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                for kind in self.kept:
                    _execute(connection, f"DROP DATABASE {self.mark}_{kind} WITH (FORCE)")

    def _found_ours(self, people: int, days: int) -> World:
        place, told = Place(self.home, self._new(OURS)), self.folder / "people.json"
        run_in(place, "bench.intake.founding", str(people), str(told), str(days))
        return read(told)

    def _new(self, kind: str) -> str:
        """An empty one."""
        if self.server:
            with psycopg.connect(self.server, autocommit=True) as connection:
                _execute(connection, f"CREATE DATABASE {self.mark}_{kind}")
            self.kept[kind] = self._address(f"{self.mark}_{kind}")
        else:
            self.kept[kind] = str(self.home / FILE if kind == OURS else self.folder / f"{kind}.sqlite3")
        return self.kept[kind]

    def _address(self, name: str) -> str:
        return self.server.replace("/postgres?", f"/{name}?")

    def _template(self, kind: str) -> str:
        if kind not in self.kept:
            database = self._new(kind)
            if kind == DUTIES:
                schema.found(database, self.world)
            else:
                schema.found_one_table(database)
        return self.kept[kind]

    @contextlib.contextmanager
    def copy(self, kind: str) -> Iterator[Place]:
        """Gone afterwards."""
        template, name = self._template(kind), f"run_{uuid.uuid4().hex[:12]}"
        home = self.folder / name
        home.mkdir()
        for key in ("secret_key", "field_keys"):
            shutil.copy(self.home / key, home)
        try:
            if not self.server:
                shutil.copy(template, home / FILE)
                yield Place(home, str(home / FILE))
                return
            with psycopg.connect(self.server, autocommit=True) as connection:
                _execute(connection, f"CREATE DATABASE {name} TEMPLATE {self.mark}_{kind}")
                _execute(connection, "CHECKPOINT")
            try:
                yield Place(home, self._address(name))
            finally:
                # Not over the same connection: the server may have been started anew meanwhile.
                with psycopg.connect(self.server, autocommit=True) as connection:
                    _execute(connection, f"DROP DATABASE {name} WITH (FORCE)")
        finally:
            shutil.rmtree(home, ignore_errors=True)


def plain_environment() -> dict[str, str]:
    """Without what an installation or a test on this machine may have set."""
    ours = ("VUNGXANH_", "DATABASE_URL", "TEST_DATABASE_URL", "SECRET_KEY", "FIELD_KEYS_FILE", "DJANGO_SETTINGS_MODULE")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def environment_of_ours(place: Place) -> dict[str, str]:
    database = {"DATABASE_URL": place.database} if place.is_postgresql else {}
    return plain_environment() | {"VUNGXANH_HOME": str(place.home)} | database


def run_in(place: Place, module: str, *arguments: str) -> str:
    """What a module of ours tells that works in the installation."""
    environment = environment_of_ours(place) | {"DJANGO_SETTINGS_MODULE": "vungxanh.config.settings"}
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, env=environment, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout  # noqa: S603


def _execute(connection: psycopg.Connection[Any], statement: str) -> None:
    connection.execute(statement.encode())


def faults(place: Place, kind: str, acknowledged: Iterable[uuid.UUID]) -> list[str]:
    """What was acknowledged and does not stand exactly once, and duties that were forgotten."""
    where = f"WHERE day = '{DAY}'" if kind != ONE_TABLE else ""
    rows = place.query(f"SELECT client_uuid FROM {TABLES[kind]} {where}")  # noqa: S608
    standing = Counter(one if isinstance(one, uuid.UUID) else uuid.UUID(one) for (one,) in rows)
    found = [f"lost: {one}" for one in acknowledged if not standing[one]]
    found += [f"doubled: {one}" for one, count in standing.items() if count > 1]
    figures = {name: place.query(statement.format(day=DAY))[0][0] for name, statement in AGREEING[kind].items()}
    if len(set(figures.values())) > 1:
        found.append(f"figures that differ: {figures}")
    return found
