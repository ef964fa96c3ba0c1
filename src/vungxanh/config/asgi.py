"""The one port: an asynchronous dispatcher in front of Django's pages.

What must be answered even when every page thread is busy is answered here by `intake`; the rest goes to Django through
WSGI, in a bounded pool of threads. A body that is too large is refused before Django sees it.
"""

from typing import cast

from a2wsgi import WSGIMiddleware
from a2wsgi.asgi_typing import HTTPScope, Receive, ReceiveEvent, Scope, Send
from a2wsgi.wsgi_typing import WSGIApp

from vungxanh.config.wsgi import application as django
from vungxanh.intake import health
from vungxanh.intake.answers import problem

PAGE_THREADS = 12
LARGEST_BODY = 12 * 1024 * 1024
"""Bytes: a staff list of some tens of thousands of rows; forms and API have smaller bounds of their own."""

pages = WSGIMiddleware(cast(WSGIApp, django), workers=PAGE_THREADS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http":
        await http(scope, receive, send)


async def http(scope: HTTPScope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/healthz":
        await health.answer(scope, send)
    elif declared_length(scope) > LARGEST_BODY:
        await problem(send, 413, "Nội dung gửi lên quá lớn; không có gì được lưu.")
    else:

        async def received() -> ReceiveEvent:
            # The server hands out futures; a2wsgi reads a body only from coroutines.
            return await receive()

        await pages(scope, received, send)


def declared_length(scope: HTTPScope) -> int:
    """Bytes that the client says it will send; without a length the server in front has refused the request."""
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


async def lifespan(receive: Receive, send: Send) -> None:
    while True:
        if (await receive())["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return
