"""Processes that a measurement starts: their port, what they took of the processor, and their end."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
SECONDS_TO_STOP = 30
"""More than a supervisor gives its own children: killed before, it would leave them behind."""
FIELDS_BEFORE = 2
"""Of /proc/PID/stat, up to the name in brackets."""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def family_of(pid: int) -> list[int]:
    """The process and everything below it, parents before children."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(_fields(path)[1])
    family = [pid]
    for parent in family:
        family += [child for child, its_parent in parents.items() if its_parent == parent]
    return family


def postmaster_of(address: str) -> int | None:
    """The process that the others of a PostgreSQL on this machine belong to, where it is ours to see."""
    file = Path(address.partition("host=")[2]) / "data/postmaster.pid"
    return int(file.read_text(encoding="utf-8").split()[0]) if file.exists() else None


def _fields(path: Path) -> list[str]:
    """From the state on, which is the third."""
    return path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()


def processor_seconds(pid: int) -> float:
    """Of the family, with those of it that have ended and were waited for."""
    ticks = 0
    for one in family_of(pid):
        with contextlib.suppress(OSError):
            ticks += sum(map(int, _fields(Path(f"/proc/{one}/stat"))[11:15]))
    return ticks / TICKS


def start(command: list[str], environment: dict[str, str], folder: Path, log: Path) -> subprocess.Popen[bytes]:
    """In a session of its own, told by the system to stop when this process dies first."""
    tied = ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []
    with log.open("wb") as file:
        return subprocess.Popen(  # noqa: S603
            [*tied, *command], env=environment, cwd=folder, stdout=file, stderr=file, start_new_session=True
        )


def stop(server: subprocess.Popen[bytes]) -> None:
    """In order where it can be done in time; then nobody of the family stays."""
    family = family_of(server.pid)
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(timeout=SECONDS_TO_STOP)
    for one in reversed(family):
        with contextlib.suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)
    server.wait()
    until = time.monotonic() + SECONDS_TO_STOP
    while any(_lives(one) for one in family) and time.monotonic() < until:
        time.sleep(0.05)


def end(pid: int) -> None:
    """Asked to end as one asks PostgreSQL to end at once; returns when it has."""
    os.kill(pid, signal.SIGINT)
    until = time.monotonic() + SECONDS_TO_STOP
    while _lives(pid) and time.monotonic() < until:
        time.sleep(0.05)


def _lives(pid: int) -> bool:
    try:
        return _fields(Path(f"/proc/{pid}/stat"))[0] != "Z"
    except OSError:
        return False
