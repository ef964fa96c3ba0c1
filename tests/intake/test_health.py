"""`/healthz`: well, slow, without a database, without tables."""

import asyncio
import json
import time
from typing import Any

import pytest
from django.db import OperationalError, connection

import vungxanh
from vungxanh.intake import health


def ask(method: str = "GET", path: str = "/healthz") -> tuple[int, dict[str, str], bytes]:
    events: list[Any] = []

    async def send(event: Any) -> None:
        events.append(event)

    scope: Any = {"type": "http", "method": method, "path": path, "headers": []}
    asyncio.run(health.answer(scope, send))
    return (
        events[0]["status"],
        {name.decode(): value.decode() for name, value in events[0]["headers"]},
        events[1]["body"],
    )


@pytest.mark.django_db(transaction=True)
def test_well_installation_says_what_runs() -> None:
    status, headers, body = ask()
    expected = {"status": "ok", "version": vungxanh.__version__, "database": connection.vendor, "undelivered": 0}
    assert (status, json.loads(body)) == (200, expected)
    assert headers["cache-control"] == "no-store"


@pytest.mark.django_db(transaction=True)
def test_head_has_no_body() -> None:
    status, headers, body = ask("HEAD")
    assert (status, body, int(headers["content-length"]) > 0) == (200, b"", True)


def test_other_methods_are_refused() -> None:
    assert ask("DELETE")[0] == 405


def test_database_that_does_not_answer_in_time_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ask_database", lambda: time.sleep(0.3))
    status, content = asyncio.run(health.state_of_health(0.01))
    assert (status, content["reason"]) == (503, "cơ sở dữ liệu không trả lời trong 0.01 giây")


def test_broken_database_is_told_without_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> str:
        raise OperationalError("password of vx@db.internal")

    monkeypatch.setattr(health, "ask_database", broken)
    assert asyncio.run(health.state_of_health()) == (
        503,
        {"status": "unavailable", "reason": "cơ sở dữ liệu: OperationalError"},
    )
