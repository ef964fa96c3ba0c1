"""The dispatcher: what it answers itself, what it refuses before Django, what it hands on."""

import asyncio
import json
from typing import Any

import pytest

from vungxanh.config import asgi
from vungxanh.intake.bodies import BodyTooSlowError, ClientGoneError, whole_body

Event = dict[str, Any]


def scope(path: str, method: str = "GET", **headers: str) -> Any:
    listed = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    given = {"path": path, "method": method, "headers": [(b"host", b"localhost"), *listed], "query_string": b""}
    return {"type": "http", "http_version": "1.1", "scheme": "http", "server": ("localhost", 80), **given}


class Client:
    """Sends the parts it was given, then leaves; keeps what it got."""

    def __init__(self, *parts: bytes, stays: bool = True) -> None:
        self.parts, self.stays = list(parts), stays
        self.events: list[Event] = []
        self.asked = 0

    async def receive(self) -> Any:
        self.asked += 1
        if self.parts:
            part = self.parts.pop(0)
            return {"type": "http.request", "body": part, "more_body": bool(self.parts) or not self.stays}
        return {"type": "http.disconnect"}

    async def send(self, event: Any) -> None:
        self.events.append(event)

    @property
    def status(self) -> int:
        return int(self.events[0]["status"])

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode(): value.decode() for name, value in self.events[0]["headers"]}

    @property
    def body(self) -> bytes:
        return b"".join(event.get("body", b"") for event in self.events[1:])


def visit(client: Client, what: Any, application: Any = asgi.application) -> Client:
    asyncio.run(application(what, client.receive, client.send))
    return client


def test_announced_body_is_refused_unread() -> None:
    length = str(asgi.LARGEST_BODY + 1)
    client = visit(Client(b"x"), scope("/api/v1/declarations", "POST", content_length=length))
    assert (client.status, client.asked) == (413, 0)
    assert client.headers["content-type"] == "application/problem+json"
    assert json.loads(client.body)["status"] == 413
    page = visit(Client(b"x"), scope("/", "POST", content_length=length))
    assert (page.status, page.asked) == (413, 0)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["content-length"] == str(len(page.body))
    assert "Nội dung gửi lên quá lớn" in page.body.decode()


def test_body_without_length_is_refused_when_it_grows_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asgi, "LARGEST_BODY", 10)
    client = visit(Client(b"12345", b"67890", b"1", b"never read"), scope("/", "POST", transfer_encoding="chunked"))
    assert (client.status, client.asked) == (413, 3)


def test_client_that_leaves_in_its_body_reaches_nobody() -> None:
    client = visit(Client(b"half", stays=False), scope("/tai-khoan/dang-nhap/", "POST", content_length="8"))
    assert client.events == []


@pytest.mark.parametrize("name", ["x-content-type-options", "content-security-policy", "x-frame-options"])
def test_own_answers_carry_the_headers_of_the_pages(name: str) -> None:
    own = visit(Client(b""), scope("/healthz", "POST"))
    page = visit(Client(b""), scope("/"))
    assert name in own.headers
    assert name in page.headers


def test_page_is_answered_by_django() -> None:
    client = visit(Client(b""), scope("/"))
    assert client.status == 302
    assert client.headers["location"] == "/tai-khoan/dang-nhap/?next=/"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "status"), [("/", 404), ("/tai-khoan/dang-nhap/", 404), ("/fhir/R4/x", 404), ("/api/v1/units", 401)]
)
def test_process_of_the_intake_has_no_pages(path: str, status: int) -> None:
    client = visit(Client(b""), scope(path), asgi.intake)
    assert (client.status, client.headers["content-type"]) == (status, "application/problem+json")


def test_slow_body_is_given_up() -> None:
    async def never() -> Any:
        await asyncio.sleep(60)

    with pytest.raises(BodyTooSlowError):
        asyncio.run(whole_body(scope("/", "POST"), never, limit=10, seconds=0.01))


def test_parts_of_a_body_are_put_together() -> None:
    assert asyncio.run(whole_body(scope("/", "POST"), Client(b"ab", b"", b"cd").receive, limit=4)) == b"abcd"


def test_broken_body_is_told_from_an_empty_one() -> None:
    assert asyncio.run(whole_body(scope("/"), Client(b"").receive, limit=4)) == b""
    with pytest.raises(ClientGoneError):
        asyncio.run(whole_body(scope("/"), Client().receive, limit=4))


@pytest.mark.parametrize(
    ("sender", "expected"), [("10.0.0.5", ("203.0.113.7", "https")), ("10.0.0.6", ("10.0.0.6", "http"))]
)
def test_only_a_trusted_proxy_says_who_asks(
    sender: str, expected: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[str, str]] = []

    async def pages(scope: Any, _receive: Any, _send: Any) -> None:
        seen.append((scope["client"][0], scope["scheme"]))

    monkeypatch.setattr(asgi, "pages", pages)
    told = scope("/", x_forwarded_for="198.51.100.9, 203.0.113.7", x_forwarded_proto="https")
    visit(Client(b""), {**told, "client": (sender, 40000)}, asgi.behind(["10.0.0.5"]))
    assert seen == [expected]
