"""The database of an agency that is damaged."""

import contextlib
import os
import uuid
from collections.abc import Iterator

import psycopg

SERVER = os.environ.get("TEST_DATABASE_URL", "")


@contextlib.contextmanager
def database() -> Iterator[str]:
    """Of its own on the server of the tests; nothing on SQLite, where the home holds it."""
    if not SERVER:
        yield ""
        return
    name = f"outage_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield SERVER.replace("/postgres?", f"/{name}?")
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")
