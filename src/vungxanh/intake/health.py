"""`GET /healthz`: whether the database answers, within a time limit."""

import asyncio

from a2wsgi.asgi_typing import HTTPScope, Send
from django.db import connection

import vungxanh
from vungxanh.intake.answers import answer_json, problem

SECONDS = 3.0


async def answer(scope: HTTPScope, send: Send) -> None:
    if scope["method"] not in {"GET", "HEAD"}:
        await problem(send, 405, "Chỉ nhận GET.")
        return
    status, content = await state_of_health()
    await answer_json(send, status, content, has_body=scope["method"] == "GET")


async def state_of_health(seconds: float = SECONDS) -> tuple[int, dict[str, object]]:
    """200 with what runs here, or 503 with the reason."""
    try:
        database = await asyncio.wait_for(asyncio.to_thread(ask_database), seconds)
    except TimeoutError:
        return unwell(f"cơ sở dữ liệu không trả lời trong {seconds:g} giây")
    except Exception as error:
        # Whatever the driver raises, the one who asks needs an answer; its words could name hosts and users.
        return unwell(f"cơ sở dữ liệu: {type(error).__name__}")
    # Nothing is sent to other systems yet, so nothing can be undelivered.
    return 200, {"status": "ok", "version": vungxanh.__version__, "database": database, "undelivered": 0}


def unwell(reason: str) -> tuple[int, dict[str, object]]:
    return 503, {"status": "unavailable", "reason": reason}


def ask_database() -> str:
    """The kind of database, after reading a table: an empty or missing file must not pass for a database."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            cursor.fetchone()
        return connection.vendor
    finally:
        connection.close()
