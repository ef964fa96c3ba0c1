"""Clients that stop in the middle of a body, or vanish, take nothing from those that do not."""

import contextlib
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.intake.test_kill import wait_for
from tests.processes import kill_family

SOURCE = Path(__file__).parents[2] / "src"
CLIENTS = 64
"""More than there are threads for pages: if one of these took a thread each, nobody else would be answered."""
HALF = (
    b"POST /api/v1/declarations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    b'Content-Length: 400\r\n\r\n{"client_uuid": "6f1c'
)
pytestmark = pytest.mark.server


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    environment = {**kept, "VUNGXANH_HOME": str(tmp_path), "PYTHONPATH": str(SOURCE)}
    serve = [sys.executable, "-m", "vungxanh", "serve", "--role", "pages", "--port", str(number)]
    server = subprocess.Popen(serve, env=environment)
    try:
        wait_for(number)
        yield number
    finally:
        kill_family(server.pid)
        server.wait()


def answers(port: int) -> dict[str, int]:
    found = {}
    for path in ("/healthz", "/tai-khoan/dang-nhap/", "/api/v1/units"):
        with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("GET", path)
            found[path] = connection.getresponse().status
    return found


def test_server_answers_while_many_stop_half_way_and_after_they_vanish(port: int) -> None:
    as_ever = {"/healthz": 200, "/tai-khoan/dang-nhap/": 200, "/api/v1/units": 401}
    with contextlib.ExitStack() as halves:
        for _ in range(CLIENTS):
            halves.enter_context(socket.create_connection(("127.0.0.1", port), timeout=20)).sendall(HALF)
        assert answers(port) == as_ever
    assert answers(port) == as_ever
