"""A province sends to a ministry that runs as a server of its own: answers are lost, the ministry is killed, what comes
late comes late; each version stands once, and the newest counts."""

import contextlib
import http.client
import json
import os
import socket
import socketserver
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.factories.risk import clock, declare, make_person, make_person_day, make_unit, make_user
from tests.factories.webhooks import make_subscription
from tests.processes import kill_family
from vungxanh.federation.operations import make_rollups
from vungxanh.federation.subscribers import ROLLUP
from vungxanh.organization.enums import Role
from vungxanh.webhooks.models import WebhookDelivery
from vungxanh.webhooks.operations import send_due
from vungxanh.webhooks.operations.subscriptions import resend
from vungxanh.webhooks.signing import new_private_key, public_half

SOURCES = Path(__file__).parents[2]
pytestmark = [pytest.mark.server, pytest.mark.django_db]


class Line(socketserver.ThreadingTCPServer):
    """The way to the ministry; while `is_cut`, requests arrive there and answers do not come back."""

    allow_reuse_address = daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), Through)
        self.port, self.is_cut = port, False

    @property
    def netloc(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"


class Through(socketserver.StreamRequestHandler):
    server: Line

    def handle(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b"\r\n", b""):
            lines.append(line)
        length = next(int(one.split(b":")[1]) for one in lines if one.lower().startswith(b"content-length"))
        # The server would else keep the connection and never end its answer.
        head = b"".join(one for one in lines if not one.lower().startswith(b"connection"))
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.server.port), 5) as there:
            there.sendall(head + b"Connection: close\r\n\r\n" + self.rfile.read(length))
            answer = b"".join(iter(lambda: there.recv(65536), b""))
            if not self.server.is_cut:
                self.wfile.write(answer)


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "TEST_DATABASE_URL"}}
    paths = os.pathsep.join([str(SOURCES / "src"), str(SOURCES)])
    settings = {"DJANGO_SETTINGS_MODULE": "vungxanh.config.settings"}
    return {**kept, **settings, "VUNGXANH_HOME": str(tmp_path), "PYTHONPATH": paths}


@contextlib.contextmanager
def served(home: dict[str, str], port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "vungxanh", "serve", "--role", "pages", "--port", str(port)]
    server = subprocess.Popen(command, env=home, start_new_session=True)
    try:
        wait_for(port)
        yield
    finally:
        kill_family(server.pid)
        server.wait(timeout=20)


def wait_for(port: int) -> None:
    for _ in range(240):
        with contextlib.suppress(OSError):
            if ask(port, "/healthz")[0] == 200:
                return
        time.sleep(0.25)
    pytest.fail("the server did not come up")


def ask(port: int, path: str, **headers: str) -> tuple[int, Any]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def line() -> Iterator[Line]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with Line(port) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def standing(home: dict[str, str]) -> list[tuple[int, int]]:
    """At the ministry: versions, and which one counts."""
    with contextlib.closing(sqlite3.connect(Path(home["VUNGXANH_HOME"]) / "vungxanh.sqlite3")) as there:
        rows = there.execute("SELECT version, is_current FROM federation_receivedrollup ORDER BY version")
        return list(rows)


def run(hour: int, minute: int) -> int:
    return send_due(at=clock(hour, minute), timestamp=int(time.time()), seconds=10)


def test_a_ministry_that_is_killed_has_each_version_once(settings: Settings, home: dict[str, str], line: Line) -> None:
    private_key = new_private_key()
    command = [sys.executable, "-m", "tests.federation.world", public_half(private_key)]
    made = subprocess.run(command, env=home, cwd=SOURCES, capture_output=True, check=True, text=True)
    token = made.stdout
    root = make_unit("TINH")
    admin = make_user("quantri", Role.ADMINISTRATOR, root)
    people = [make_person(root, f"Người {number}") for number in range(3)]
    for one in people:
        make_person_day(one, root)
    settings.WEBHOOK_INTERNAL_HOSTS = [line.netloc]
    url = f"http://{line.netloc}/api/v1/federation/rollups"
    subscription = make_subscription(root, admin, url, events=[ROLLUP], secret=private_key)

    with served(home, line.port):
        assert make_rollups(at=clock(15)) == 1
        line.is_cut = True
        assert run(15, 0) == 0
        assert standing(home) == [(54000, 1)]
    # Killed: it took the first version, and nobody here knows.
    assert (run(15, 5), standing(home)) == (0, [(54000, 1)])
    line.is_cut = False

    with served(home, line.port):
        assert run(15, 30) == 1
        assert standing(home) == [(54000, 1)]
        declare(people[0], root, clock(15, 31))
        assert make_rollups(at=clock(15, 45)) == 1
        assert run(15, 45) == 1
        # An old one is sent again by hand: it comes last, and does not count.
        WebhookDelivery.objects.filter(sequence=1).update(state="GIVEN_UP", delivered_at=None, last_error="?")
        assert resend(subscription, actor=admin, at=clock(15, 50)) == 1
        assert run(15, 50) == 1
        assert standing(home) == [(54000, 0), (56700, 1)]
        status, body = ask(line.port, "/api/v1/federation/days/2021-09-20", Authorization=f"Bearer {token}")
    [sender] = json.loads(body)["senders"]
    assert (status, sender["version"], sender["versions"]) == (200, 56700, 2)
    assert (sender["total"]["people"], sender["total"]["arrival_on_time"], sender["health"]) == (3, 1, None)
    assert [one.state for one in WebhookDelivery.objects.order_by("pk")] == ["DELIVERED", "DELIVERED"]
