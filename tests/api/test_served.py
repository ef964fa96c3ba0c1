"""The API through the real server: bodies arrive, the lock-out holds, sign-in works as in a browser."""

import http.client
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from http.cookies import SimpleCookie
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.factories.accounts import PASSWORD

SOURCES = Path(__file__).parents[2]
MAKE_ACCOUNT = "from tests.factories.accounts import make_account; make_account('lan', phone='0912345678')"
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A server of its own with one account, until the tests of this file are through."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    path = os.pathsep.join([str(SOURCES / "src"), str(SOURCES)])
    environment = {**kept, "VUNGXANH_HOME": str(tmp_path_factory.mktemp("home")), "PYTHONPATH": path}
    serve = [sys.executable, "-m", "vungxanh", "serve", "--role", "pages", "--port", str(number)]
    server = subprocess.Popen(serve, env=environment, start_new_session=True)
    try:
        wait_for(number)
        code = f"import django; django.setup(); {MAKE_ACCOUNT}"
        settings = {"DJANGO_SETTINGS_MODULE": "vungxanh.config.settings"}
        subprocess.run([sys.executable, "-c", code], env={**environment, **settings}, check=True)
        yield number
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def wait_for(port: int) -> None:
    for _ in range(240):
        try:
            if call(port, "GET", "/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server did not come up")


class Answer:
    """An answer that has been read whole."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = response.status, response.headers, response.read().decode()


def call(port: int, method: str, path: str, body: str | None = None, **headers: str) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        return Answer(connection.getresponse())
    finally:
        connection.close()


def ask_for_token(port: int, username: str, password: str = PASSWORD) -> Answer:
    content = json.dumps({"username": username, "password": password})
    return call(port, "POST", "/api/v1/tokens", content, Content_Type="application/json")


def test_token_is_asked_for_and_used(port: int) -> None:
    answer = ask_for_token(port, "0912 345 678")
    assert answer.status == 200
    token = json.loads(answer.body)["token"]
    assert call(port, "GET", "/api/v1/units", Authorization=f"Bearer {token}").status == 200


def test_form_signs_in_and_the_session_holds(port: int) -> None:
    page = call(port, "GET", "/tai-khoan/dang-nhap/")
    cookie = SimpleCookie(page.headers["Set-Cookie"])["csrftoken"].value
    [token] = re.findall(r'csrfmiddlewaretoken" value="([^"]+)"', page.body)[:1]
    form = urlencode({"csrfmiddlewaretoken": token, "username": "lan", "password": PASSWORD, "next": "/tai-khoan/"})
    kind = "application/x-www-form-urlencoded"
    done = call(port, "POST", "/tai-khoan/dang-nhap/", form, Content_Type=kind, Cookie=f"csrftoken={cookie}")
    assert (done.status, done.headers["Location"]) == (302, "/tai-khoan/")
    cookies = "; ".join(f"{one.split('=', 1)[0]}={one.split('=', 1)[1].split(';')[0]}" for one in cookies_of(done))
    account = call(port, "GET", "/tai-khoan/", Cookie=cookies)
    assert (account.status, "127.0.0.1" in account.body) == (200, True)


def cookies_of(answer: Answer) -> list[str]:
    return answer.headers.get_all("Set-Cookie") or []


def test_lock_out_holds_across_requests(port: int) -> None:
    statuses = [ask_for_token(port, "ai-do", "sai-mat-khau").status for _ in range(6)]
    assert statuses == [401, 401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    ("header", "value", "body", "status"),
    [("Content-Length", "300000", b"", 413), ("Transfer-Encoding", "chunked", b"0\r\n\r\n", 411)],
)
def test_body_is_refused_by_what_its_head_says(port: int, header: str, value: str, body: bytes, status: int) -> None:
    """What is announced as too large is refused at once: nobody waits for it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.putrequest("POST", "/api/v1/tokens")
    connection.putheader("Content-Type", "application/json")
    connection.putheader(header, value)
    connection.endheaders(body)
    answer = Answer(connection.getresponse())
    connection.close()
    assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
