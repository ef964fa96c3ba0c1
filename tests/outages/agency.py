"""The real server with all its processes, units that submit without a pause, and a receiver that keeps a ledger."""

import contextlib
import http.client
import itertools
import json
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.factories.receivers import SECRET, Receiver
from tests.processes import family_of, kill_family
from vungxanh.common.clock import DEMONSTRATION_FILE

SOURCES = Path(__file__).parents[2]
DAY = "2021-09-20"
PAUSE = 0.15
"""Seconds between two returns of a unit."""
CLAIM_IS_OVER = 7
"""Minutes of the agency's clock."""
JOBS = ("jobs", "sentinel", "job worker", "job monitor", "job pusher")
"""In the order in which each starts the next."""
HOLDERS = ("DATABASE_URL", "TEST_DATABASE_URL", "DJANGO_SETTINGS_MODULE")


class OutageError(AssertionError):
    """The server did not come to what it must come to."""


@dataclass
class Stream:
    """What the units sent, by note: acknowledged with what was said, refused in words, or never answered."""

    acknowledged: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    unanswered: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def submit(self, port: int, unit: str, token: str) -> None:
        number = next(self.numbers)
        note = f"{unit}/{number}"
        kind = "UNUSUAL" if number % 5 == 4 else "DAILY"
        body = json.dumps({"date": DAY, "kind": kind, "note": note})
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request("POST", f"/api/v1/units/{unit}/returns", body, headers)
            answer = connection.getresponse()
            content = answer.read().decode()
        except (OSError, http.client.HTTPException):
            self.unanswered.add(note)
            return
        finally:
            connection.close()
        if answer.status == 201:
            self.acknowledged[note] = json.loads(content)
        elif answer.status == 503:
            self.refused[note] = json.loads(content)["detail"]
        else:
            self.faults.append(f"{answer.status} {content[:300]}")


@dataclass
class Agency:
    """`home` is its data folder; `database` an address, or empty for SQLite in the home."""

    home: Path
    receiver: Receiver
    database: str = ""
    stream: Stream = field(default_factory=Stream)
    tokens: dict[str, str] = field(default_factory=dict)
    server: subprocess.Popen[bytes] | None = None
    ticker: subprocess.Popen[bytes] | None = None
    sessions: set[int] = field(default_factory=set)
    port: int = 0
    open: int = -1
    failed_files: int = 0
    threads: list[threading.Thread] = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if name not in HOLDERS}
        own = {"VUNGXANH_HOME": str(self.home), "NATIONAL_MAP_URL": self.receiver.url, "NATIONAL_MAP_KEY": SECRET}
        paths = os.pathsep.join([str(SOURCES / "src"), str(SOURCES)])
        made = {**kept, **own, "DJANGO_SETTINGS_MODULE": "vungxanh.config.settings", "PYTHONPATH": paths}
        return {**made, "DATABASE_URL": self.database} if self.database else made

    def world(self, *arguments: str) -> Any:
        command = [sys.executable, "-m", "tests.outages.world", *arguments]
        ran = subprocess.run(command, env=self.environment, cwd=SOURCES, stdout=subprocess.PIPE, check=True)
        return json.loads(ran.stdout) if ran.stdout else None

    def found(self) -> None:
        self.tokens = self.world("found")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [sys.executable, "-m", "tests.outages.world", "tick"]
        self.ticker = subprocess.Popen(
            command, env=self.environment, cwd=SOURCES, start_new_session=True, stdout=subprocess.PIPE
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.ticker
        assert self.ticker.stdout
        for line in self.ticker.stdout:
            self.open, self.failed_files = map(int, line.split())

    def shift(self, minutes: int = CLAIM_IS_OVER) -> None:
        """Processes that start from now on live so much later."""
        path = self.home / DEMONSTRATION_FILE
        seconds = json.loads(path.read_text())["offset_seconds"] + minutes * 60
        path.write_text(json.dumps({"offset_seconds": seconds}))

    # --- Serving -----------------------------------------------------------------------------------------------------
    def serve(self) -> None:
        """Returns when pages are served; a server before that was killed may still hold the port for a moment."""
        until(self.is_port_free, "the port of the server that was killed is free")
        command = [sys.executable, "-m", "vungxanh", "serve", "--port", str(self.port)]
        self.server = subprocess.Popen(command, env=self.environment, cwd=SOURCES, start_new_session=True)
        until(self.is_up, "the pages are served")

    def is_port_free(self) -> bool:
        with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", self.port)):
            return True
        return False

    def is_up(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    def stop(self) -> None:
        """Also what a process that died a moment ago left behind in its session."""
        if self.server:
            kill_family(self.server.pid)
            self.server.wait(timeout=20)
        for session in self.sessions:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(session, signal.SIGKILL)
        self.sessions.clear()

    def end(self) -> None:
        self.pause()
        self.stop()
        if self.ticker:
            self.ticker.kill()
            self.ticker.communicate()

    # --- Units that submit -------------------------------------------------------------------------------------------
    def submit(self) -> None:
        """Every unit, without end, until `pause`."""
        self.is_over.clear()
        self.threads = [threading.Thread(target=self._unit, args=(unit, token)) for unit, token in self.tokens.items()]
        for thread in self.threads:
            thread.start()

    def _unit(self, unit: str, token: str) -> None:
        while not self.is_over.wait(PAUSE):
            self.stream.submit(self.port, unit, token)

    def pause(self) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()

    def wait_for_acknowledged(self, more: int) -> None:
        wanted = len(self.stream.acknowledged) + more
        until(lambda: len(self.stream.acknowledged) >= wanted, f"{more} more returns are acknowledged")

    def wait_for_received(self, more: int) -> None:
        wanted = len(self.receiver.records) + more
        until(lambda: len(self.receiver.records) >= wanted, f"{more} more deliveries are received")

    # --- Killing -----------------------------------------------------------------------------------------------------
    def processes(self) -> dict[str, int]:
        """By what they do; those that are not there yet are missing."""
        assert self.server
        found = {"supervisor": self.server.pid}
        for pid in family_of(self.server.pid)[1:]:
            if not _leads_a_session(pid):
                continue
            self.sessions.add(pid)
            below = [one for one in family_of(pid)[1:] if "resource_tracker" not in command_of(one)]
            names = ("pages", "page worker") if "granian" in command_of(pid) else JOBS
            found |= dict(zip(names, [pid, *below], strict=False))
        return found

    def kill(self, name: str, chance: random.Random) -> None:
        """At a random moment, while returns are submitted and sent; then all is as before, without anybody's help
        unless it was the supervisor that died."""
        is_of_pages = "page" in name
        self.wait_for_acknowledged(3)
        if not is_of_pages:
            self.wait_for_received(2)
            self.shift()
        until(lambda: name in self.processes(), f"there is a {name}")
        time.sleep(chance.uniform(0, 0.6))
        os.kill(self.processes()[name], signal.SIGKILL)
        if name == "supervisor":
            assert self.server
            self.server.wait(timeout=20)
            self.serve()
        self.wait_for_acknowledged(3)
        self.wait_for_received(1 if is_of_pages else 2)

    def kill_all(self) -> None:
        assert self.server
        self.wait_for_received(2)
        kill_family(self.server.pid)
        self.server.wait(timeout=20)
        self.shift()
        self.serve()

    # --- What stands afterwards --------------------------------------------------------------------------------------
    def settle(self) -> dict[str, Any]:
        """Nobody submits any more; whatever is open goes out. Returns what stands then."""
        self.pause()
        for _ in range(4):
            self.stop()
            self.shift()
            self.serve()
            with contextlib.suppress(OutageError):
                self.open = -1
                until(lambda: self.open == 0, "everything is sent", seconds=40)
                break
        self.stop()
        found: dict[str, Any] = self.world("read")
        return found

    def faults(self, stands: dict[str, Any]) -> list[str]:
        """Everything that was lost, doubled, or came in another order; empty when all is well."""
        return [
            *self.stream.faults,
            *stands["faults"],
            *_faults_of_returns(self.stream, stands["returns"]),
            *_faults_of_deliveries(self.receiver, stands),
            *_faults_of_order(self.receiver),
        ]


def _faults_of_returns(stream: Stream, returns: list[list[Any]]) -> Iterator[str]:
    kept = Counter(note for note, *_which in returns)
    which = {note: rest[:4] for note, *rest in returns}
    for note, said in stream.acknowledged.items():
        if which.get(note) != [said["unit"], said["kind"], said["number"], said["version"]]:
            yield f"acknowledged {note} {said}, but {which.get(note)} stands"
    for note, count in kept.items():
        if count > 1:
            yield f"{note} stands {count} times"
        if note in stream.refused:
            yield f"{note} was refused and stands"
        if note not in stream.acknowledged and note not in stream.unanswered and note not in stream.refused:
            yield f"{note} stands and nobody sent it"


def _faults_of_deliveries(receiver: Receiver, stands: dict[str, Any]) -> Iterator[str]:
    own = [one for one in stands["deliveries"] if one[3] == "HTTPS"]
    of = Counter(one[1] for one in own)
    for note, *_which, pk in stands["returns"]:
        if of[pk] != 1:
            yield f"{note} has {of[pk]} deliveries"
    for _key, _of, unit, way, sequence, state in stands["deliveries"]:
        if way == "FILE" and state != "SENT":
            yield f"{unit} {sequence} is {state} for the file"
    for key, _of, unit, _way, sequence, state in own:
        if state != "SENT":
            yield f"{unit} {sequence} is {state}"
        if key not in receiver.records:
            yield f"{unit} {sequence} was lost"
    for key in receiver.records.keys() - {one[0] for one in own}:
        yield f"the receiver has {key}, which nobody wrote"


def _faults_of_order(receiver: Receiver) -> Iterator[str]:
    sequences: dict[str, list[int]] = {}
    for one in receiver.records.values():
        sequences.setdefault(one["unit"], []).append(one["sequence"])
    for unit, found in sequences.items():
        if found != list(range(1, len(found) + 1)):
            yield f"{unit} came as {found}"
    bodies: dict[str, set[bytes]] = {}
    for request in receiver.requests:
        bodies.setdefault(request.key, set()).add(request.body)
    for key, different in bodies.items():
        if len(different) > 1:
            yield f"{key} came with {len(different)} bodies"


def _leads_a_session(pid: int) -> bool:
    """Not one that is gone since it was listed."""
    with contextlib.suppress(ProcessLookupError):
        return os.getsid(pid) == pid
    return False


def command_of(pid: int) -> str:
    listed = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return listed.stdout


def until(holds: Callable[[], bool], what: str, seconds: float = 120) -> None:
    """Raises `OutageError` when it has not come to that."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise OutageError(f"within {seconds:g} s: {what}")
        time.sleep(0.05)
