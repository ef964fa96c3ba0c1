"""Where a peer runs: what the measurement tells it in its environment."""

import fcntl
import os
import time
from threading import Lock

DATABASE = os.environ["BENCH_DATABASE"]
"""The path of an SQLite file, or an address of PostgreSQL."""
IS_POSTGRESQL = DATABASE.startswith("postgres")
SECRET = os.environ["BENCH_SECRET"].encode()
FIELD_KEY = os.environ["BENCH_FIELD_KEY"].encode()
OFFSET = float(os.environ["BENCH_OFFSET"])
"""Seconds from the real clock to the agency's."""
ADDRESS = "/api/v1/declarations"
PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA cache_size=-32000",
    "PRAGMA temp_store=MEMORY",
    "PRAGMA busy_timeout=20000",
)


def now() -> int:
    """The agency's moment in milliseconds since 1970, as the peers keep moments."""
    return int((time.time() + OFFSET) * 1000)


class Writer:
    """SQLite has one writer at a time. Threads and processes queue for it here, which takes microseconds, instead of
    finding the file busy and sleeping for up to a tenth of a second; PostgreSQL needs nothing of the kind."""

    def __init__(self) -> None:
        self.threads = Lock()
        self.file = None if IS_POSTGRESQL else open(f"{DATABASE}.lock", "wb")  # noqa: SIM115

    def __enter__(self) -> None:
        if self.file:
            self.threads.acquire()
            fcntl.flock(self.file, fcntl.LOCK_EX)

    def __exit__(self, *_error: object) -> None:
        if self.file:
            fcntl.flock(self.file, fcntl.LOCK_UN)
            self.threads.release()
