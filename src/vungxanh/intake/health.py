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
    try:
        database = await asyncio.wait_for(asyncio.to_thread(ask_database), SECONDS)
    except TimeoutError:
        await unwell(send, f"cơ sở dữ liệu không trả lời trong {SECONDS:g} giây")
    except Exception as error:
        await unwell(send, f"cơ sở dữ liệu: {type(error).__name__}")
    else:
        content = {"status": "ok", "version": vungxanh.__version__, "database": database, "undelivered": 0}
        await answer_json(send, 200, content)


async def unwell(send: Send, reason: str) -> None:
    await answer_json(send, 503, {"status": "unavailable", "reason": reason})


def ask_database() -> str:
    """The kind of database, after one query on a connection of this thread."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
        return connection.vendor
    finally:
        connection.close()
