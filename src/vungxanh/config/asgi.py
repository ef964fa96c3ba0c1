"""The one port: an asynchronous dispatcher in front of Django's pages.

What must be answered even when every page thread is busy is answered here by `intake`; the rest goes to Django through
WSGI, in a bounded pool of threads. Django gets a body only when it is there whole, so a slow or broken client never
holds a thread or a transaction.
"""

import asyncio
import signal
from collections.abc import Sequence
from types import FrameType
from typing import cast

from a2wsgi import WSGIMiddleware
from a2wsgi.asgi_typing import ASGIApp, HTTPScope, Receive, ReceiveEvent, Scope, Send
from a2wsgi.wsgi_typing import WSGIApp
from django.conf import settings
from django.template.loader import render_to_string
from granian.utils.proxies import wrap_asgi_with_proxy_headers

from vungxanh.api import bounds as api
from vungxanh.config.memory import settle_memory
from vungxanh.config.wsgi import application as django
from vungxanh.intake import declarations, health, scans
from vungxanh.intake.answers import answer_page, problem
from vungxanh.intake.bodies import BodyTooLargeError, BodyTooSlowError, ClientGoneError, whole_body
from vungxanh.intake.live import live
from vungxanh.reports.queries.changes import STREAM

PAGE_THREADS = 12
LARGEST_BODY = 12 * 1024 * 1024
"""Bytes: a staff list of some tens of thousands of rows; the API and forms have smaller bounds of their own."""

DOORS = (declarations.door, scans.door)
pages = WSGIMiddleware(cast(WSGIApp, django), workers=PAGE_THREADS)
settle_memory()


async def dispatcher(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
    elif scope["type"] == "http":
        await http(scope, receive, send)


async def of_programs(scope: Scope, receive: Receive, send: Send) -> None:
    """The dispatcher of a process of its own for what phones and applications send: no pages."""
    if scope["type"] == "http" and not scope["path"].startswith(("/healthz", api.ROOT)):
        await problem(send, 404, "Cổng này chỉ tiếp nhận yêu cầu API.")
    else:
        await dispatcher(scope, receive, send)


async def http(scope: HTTPScope, receive: Receive, send: Send) -> None:
    if scope["path"] == "/healthz":
        await health.answer(scope, send)
        return
    if scope["path"] == STREAM:
        await live.answer(scope, receive, send)
        return
    is_of_programs = scope["path"].startswith((api.ROOT, api.FHIR_ROOT))
    try:
        limit = api.LARGEST_BODY if scope["path"].startswith(api.ROOT) else LARGEST_BODY
        body = await whole_body(scope, receive, limit=limit)
    except BodyTooLargeError:
        if is_of_programs:
            await problem(send, 413, "Nội dung gửi lên quá lớn; không có gì được lưu.")
        else:
            await answer_page(send, 413, await asyncio.to_thread(render_to_string, "413.html"))
    except BodyTooSlowError:
        await problem(send, 408, "Nội dung gửi lên quá chậm; không có gì được lưu.")
    except ClientGoneError:
        return
    else:
        for door in DOORS:
            if await door.answers(scope, body, send):
                return

        async def received() -> ReceiveEvent:
            return {"type": "http.request", "body": body, "more_body": False}

        await pages(scope, received, send)


async def lifespan(receive: Receive, send: Send) -> None:
    while True:
        if (await receive())["type"] == "lifespan.startup":
            close_streams_on(signal.SIGTERM, signal.SIGINT)
            await send({"type": "lifespan.startup.complete"})
        else:
            await send({"type": "lifespan.shutdown.complete"})
            return


def close_streams_on(*numbers: signal.Signals) -> None:
    """Before what the server does on a signal: it would wait for streams that never end by themselves."""
    loop = asyncio.get_running_loop()
    for number in numbers:
        before = signal.getsignal(number)

        def stop(received: int, frame: FrameType | None, before: object = before) -> None:
            loop.call_soon_threadsafe(live.close)
            if callable(before):
                before(received, frame)

        signal.signal(number, stop)


def behind(proxies: Sequence[str], of: ASGIApp = dispatcher) -> ASGIApp:
    """The dispatcher, told by these web servers in front, and by nobody else, who asks and that it is HTTPS."""
    return cast(ASGIApp, wrap_asgi_with_proxy_headers(of, list(proxies))) if proxies else of


application = behind(settings.TRUSTED_PROXIES)
intake = behind(settings.TRUSTED_PROXIES, of_programs)
