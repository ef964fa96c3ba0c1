"""The database of an agency that is damaged."""

import contextlib
import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg

SERVER = os.environ.get("TEST_DATABASE_URL", "")


@contextlib.contextmanager
def database(disk: Path | None = None) -> Iterator[str]:
    """Of its own on the server of the tests, its tables on the disk if one is given; nothing on SQLite, where the home
    holds it."""
    if not SERVER:
        yield ""
        return
    name = f"outage_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        if disk:
            [(data,)] = server.execute("SHOW data_directory").fetchall()
            shutil.copystat(data, disk)
            os.chown(disk, Path(data).stat().st_uid, -1)
            server.execute(f"CREATE TABLESPACE {name} LOCATION '{disk}'")
        server.execute(f"CREATE DATABASE {name} {f'TABLESPACE {name}' if disk else ''}")
        yield SERVER.replace("/postgres?", f"/{name}?")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
        if disk:
            server.execute(f"DROP TABLESPACE {name}")
