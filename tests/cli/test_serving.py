"""The supervisor: a dead child comes back with nothing of the old one left, a signal ends all, a taken port is told."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.processes import family_of, kill_family
from vungxanh.cli import serving
from vungxanh.cli.supervisor import tied_to_us

SOURCE = Path(__file__).parents[2] / "src"
SHELL = "trap 'exit 0' TERM; sleep 300 & wait"
"""A child with a child of its own, as the real ones have."""
SUPERVISE = f"""
from vungxanh.cli.supervisor import Supervisor
Supervisor({{"one": ["sh", "-c", {SHELL!r}], "two": ["sh", "-c", {SHELL!r}]}}).run()
"""


@pytest.fixture
def supervisor() -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", SUPERVISE], env={**os.environ, "PYTHONPATH": str(SOURCE)})
    until(lambda: len(family_of(process.pid)) == 5)
    yield process
    if process.poll() is None:
        kill_family(process.pid)
        process.wait()


def until(holds: Callable[[], bool]) -> None:
    for _ in range(200):
        if holds():
            return
        time.sleep(0.1)
    pytest.fail("it did not come to that")


def gone(pids: list[int]) -> Callable[[], bool]:
    def look() -> bool:
        listed = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
        running = {int(line.split()[0]) for line in listed.splitlines() if not line.split()[1].startswith("Z")}
        return not running & set(pids)

    return look


def test_signal_ends_the_supervisor_and_all_below_it(supervisor: subprocess.Popen[bytes]) -> None:
    family = family_of(supervisor.pid)
    supervisor.terminate()
    assert supervisor.wait(timeout=20) == 0
    assert gone(family)()


def test_child_that_is_killed_comes_back_without_its_remains(supervisor: subprocess.Popen[bytes]) -> None:
    before = family_of(supervisor.pid)
    child = before[1]
    remains = family_of(child)[1:]
    os.kill(child, signal.SIGKILL)
    until(lambda: len(set(family_of(supervisor.pid)) - set(before)) == 2)
    assert len(remains) == 1
    assert gone([child, *remains])()


def test_children_end_with_a_supervisor_that_is_killed(supervisor: subprocess.Popen[bytes]) -> None:
    if not tied_to_us():
        pytest.skip("reference data: this system has no setpriv")
    children = [pid for pid in family_of(supervisor.pid) if os.getpgid(pid) == pid and pid != supervisor.pid]
    supervisor.kill()
    supervisor.wait()
    until(gone(children))


def test_taken_port_is_told_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = CliRunner().invoke(serving.serve, ["--port", str(taken.getsockname()[1]), "--role", "pages"])
    assert (result.exit_code, "Chọn cổng khác" in result.output) == (1, True)


def test_certificate_makes_the_server_speak_tls(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "--ssl-certificate" not in serving.pages("127.0.0.1", 8000)
    monkeypatch.setenv("TLS_CERT_FILE", "/c.pem")
    monkeypatch.setenv("TLS_KEY_FILE", "/k.pem")
    command = serving.pages("127.0.0.1", 8000)
    at = command.index("--ssl-certificate")
    assert command[at : at + 4] == ["--ssl-certificate", "/c.pem", "--ssl-keyfile", "/k.pem"]


@pytest.mark.parametrize(("cores", "asked", "serve"), [(1, None, "1"), (2, None, "2"), (64, None, "2"), (2, 5, "5")])
def test_two_processes_serve_where_there_are_cores(
    monkeypatch: pytest.MonkeyPatch, cores: int, asked: int | None, serve: str
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    command = serving.pages("127.0.0.1", 8000, workers=asked)
    assert command[command.index("--workers") + 1] == serve


def test_no_process_is_no_number_of_processes() -> None:
    result = CliRunner().invoke(serving.serve, ["--workers", "0"])
    assert (result.exit_code, "--workers" in result.output) == (2, True)
