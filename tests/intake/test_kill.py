"""The server is killed in the middle of a stream of declarations: none that it acknowledged is lost, none doubled."""

import contextlib
import http.client
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.processes import kill_family

SOURCES = Path(__file__).parents[2]
CLIENTS = 6
ENOUGH = 20
"""So many acknowledgements are waited for before the kill: the stream is then in full flow."""

pytestmark = pytest.mark.server


@dataclass
class Stream:
    """What the clients sent and what was acknowledged; each declaration keeps its uuid over every retry."""

    given: dict[str, Any]
    uuids: dict[str, str] = field(default_factory=dict)
    acknowledged: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.uuids = {token: str(uuid.uuid4()) for token in self.given["tokens"]}

    def send(self, port: int, token: str) -> None:
        """One declaration; an answer that never came counts as unanswered, another refusal is a fault."""
        body = {
            "client_uuid": self.uuids[token],
            "window": "ARRIVAL",
            "declared_at": self.given["declared_at"],
            "answers": self.given["answers"],
            "attested": True,
        }
        with contextlib.suppress(OSError, http.client.HTTPException):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            connection.request("POST", "/api/v1/declarations", json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read().decode()
            if answer.status in {200, 201}:
                self.acknowledged[self.uuids[token]] = json.loads(content)["id"]
            elif answer.status != 503:
                self.faults.append(f"{answer.status} {content}")

    def run(self, port: int, tokens: list[str], stop: threading.Event | None = None) -> list[threading.Thread]:
        def client(mine: list[str]) -> None:
            for token in mine:
                if stop and stop.is_set():
                    return
                self.send(port, token)

        threads = [threading.Thread(target=client, args=(tokens[one::CLIENTS],)) for one in range(CLIENTS)]
        for thread in threads:
            thread.start()
        return threads


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEST_DATABASE_URL"}}
    paths = os.pathsep.join([str(SOURCES / "src"), str(SOURCES)])
    settings = {"DJANGO_SETTINGS_MODULE": "vungxanh.config.settings"}
    return {**kept, **settings, "VUNGXANH_HOME": str(tmp_path), "PYTHONPATH": paths}


@contextlib.contextmanager
def served(environment: dict[str, str]) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "vungxanh", "serve", "--role", "pages", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, start_new_session=True)
    try:
        wait_for(port)
        yield port, server
    finally:
        kill_family(server.pid)
        server.wait(timeout=20)


def wait_for(port: int) -> None:
    for _ in range(240):
        with contextlib.suppress(OSError):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        time.sleep(0.25)
    pytest.fail("the server did not come up")


def test_kill_in_the_middle_of_a_stream_loses_and_doubles_nothing(environment: dict[str, str], tmp_path: Path) -> None:
    made = subprocess.run(
        [sys.executable, "-m", "tests.intake.world"], env=environment, cwd=SOURCES, capture_output=True, check=True
    )
    stream = Stream(json.loads(made.stdout))
    tokens, stop = list(stream.uuids), threading.Event()

    with served(environment) as (port, server):
        threads = stream.run(port, tokens, stop)
        while len(stream.acknowledged) < ENOUGH and any(thread.is_alive() for thread in threads):
            time.sleep(0.01)
        kill_family(server.pid)
        stop.set()
        for thread in threads:
            thread.join()
    before = dict(stream.acknowledged)
    assert stream.faults == []
    assert ENOUGH <= len(before) < len(tokens)

    with served(environment) as (port, _server):
        for thread in stream.run(port, tokens):
            thread.join()
    assert stream.faults == []
    assert {one: stream.acknowledged[one] for one in before} == before

    database = sqlite3.connect(tmp_path / "vungxanh.sqlite3")
    kept = database.execute("SELECT client_uuid, id FROM screening_declaration").fetchall()
    days = database.execute("SELECT count(*) FROM screening_personday WHERE arrival_id IS NOT NULL").fetchone()
    database.close()
    assert sorted((str(uuid.UUID(one)), pk) for one, pk in kept) == sorted(stream.acknowledged.items())
    assert days == (len(tokens),) == (len(kept),)
