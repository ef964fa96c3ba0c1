"""`GET /dieu-hanh/truc-tiep/`: tells open boards that something changed, as server-sent events.

What changed is not told: the page asks for it as ever, with its own permission. One thread asks the database once a
second for everybody who is connected here; a viewer costs no thread and no query of their own.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from http.cookies import CookieError, SimpleCookie
from typing import TypeVar

from a2wsgi.asgi_typing import HTTPScope, Receive, Send
from django.conf import settings
from django.contrib.auth import get_user
from django.db import connection
from django.http import HttpRequest

from vungxanh.accounts.models import User
from vungxanh.accounts.session_store import SessionStore
from vungxanh.admission.middleware import SESSION_KEY as KIOSK
from vungxanh.common import clock
from vungxanh.intake.answers import HEADERS, problem
from vungxanh.reports.permissions import may_see_control_room
from vungxanh.reports.queries.changes import all_mark

MOST, MOST_EACH = 400, 6
"""Streams at one time in this process, and of one session."""
LOOK_EVERY, TELL_EVERY, BEAT_EVERY = 1.0, 1.5, 15.0
VERIFY_EVERY, UNVERIFIED = 20.0, 50.0
"""A session that ended or a role that was taken away is noticed within a minute, also where the database hangs."""
PATIENCE = 5.0
Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


class Viewer:
    """One open stream; `news` wakes it."""

    def __init__(self, session: str) -> None:
        self.session = session
        self.news = asyncio.Event()
        self.verified = time.monotonic()
        self.is_gone = False

    @property
    def may_stay(self) -> bool:
        return not self.is_gone and time.monotonic() - self.verified < UNVERIFIED


class Live:
    """The streams of this process and the one task that looks for changes while there are any.

    `mark` says how things stand, `admitted` whose sessions may know that they changed.
    """

    def __init__(self, mark: Callable[[], str], admitted: Callable[[Collection[str]], Collection[str]]) -> None:
        self.mark_now, self.admitted = mark, admitted
        self.viewers: set[Viewer] = set()
        self.mark = ""
        self.is_closing = False
        self.looking: asyncio.Task[None] | None = None
        self.threads = ThreadPoolExecutor(4, thread_name_prefix="live")

    async def answer(self, scope: HTTPScope, receive: Receive, send: Send) -> None:
        if scope["method"] != "GET":
            await problem(send, 405, "Chỉ nhận GET.")
            return
        viewer = Viewer(session_of(scope))
        of_session = sum(one.session == viewer.session for one in self.viewers)
        if self.is_closing or len(self.viewers) >= MOST or of_session >= MOST_EACH:
            await problem(send, 503, "Quá nhiều trang đang mở trực tiếp.")
            return
        self.viewers.add(viewer)
        try:
            if await self.admits(viewer, send):
                await self.follow(viewer, receive, send)
        finally:
            self.viewers.discard(viewer)

    async def admits(self, viewer: Viewer, send: Send) -> bool:
        try:
            is_admitted = await asyncio.wait_for(self.ask(lambda: self.admitted({viewer.session})), PATIENCE)
        except Exception as error:
            log.warning("live: %s", type(error).__name__)
            await problem(send, 503, "Cơ sở dữ liệu không trả lời.")
            return False
        if not is_admitted:
            await problem(send, 403, "Cần đăng nhập với vai trò xem Bảng điều hành.")
        return bool(is_admitted)

    async def follow(self, viewer: Viewer, receive: Receive, send: Send) -> None:
        """Until the viewer leaves or may stay no longer, or the server stops."""
        leaving = asyncio.create_task(left(viewer, receive))
        if not self.looking or self.looking.done():
            self.looking = asyncio.create_task(self.look())
        headers = [(b"content-type", b"text/event-stream"), (b"x-accel-buffering", b"no"), *HEADERS]
        try:
            await send({"type": "http.response.start", "status": 200, "headers": headers, "trailers": False})
            await self.tell(viewer, send)
        finally:
            leaving.cancel()
        if not viewer.is_gone:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def tell(self, viewer: Viewer, send: Send) -> None:
        told = ""
        text = b"retry: 5000\n\n"
        while True:
            await send({"type": "http.response.body", "body": text, "more_body": True})
            if told:
                await asyncio.sleep(TELL_EVERY)
            if self.mark == told and not viewer.news.is_set():
                await woken(viewer)
            viewer.news.clear()
            if self.is_closing or not viewer.may_stay:
                return
            text = f"event: mark\ndata: {self.mark}\n\n".encode() if self.mark != told else b": \n\n"
            told = self.mark

    async def look(self) -> None:
        """The one loop that asks: whether anything changed, and now and then whether everybody may stay."""
        verified, is_down = time.monotonic(), False
        while self.viewers and not self.is_closing:
            try:
                self.found(await self.ask(self.mark_now))
                if time.monotonic() - verified >= VERIFY_EVERY:
                    verified = time.monotonic()
                    await self.verify()
                is_down = False
            except Exception as error:
                # Said once, whatever the driver raises: a database that is away is no news every second.
                if not is_down:
                    log.warning("live: %s", type(error).__name__)
                is_down = True
            await asyncio.sleep(LOOK_EVERY)

    def found(self, mark: str) -> None:
        if mark != self.mark:
            self.mark = mark
            self.wake()

    async def verify(self) -> None:
        began = time.monotonic()
        sessions = {viewer.session for viewer in self.viewers}
        allowed = await self.ask(lambda: self.admitted(sessions))
        for viewer in self.viewers:
            if viewer.session in allowed:
                viewer.verified = began
            elif viewer.session in sessions:
                viewer.verified = began - UNVERIFIED
                viewer.news.set()

    def wake(self) -> None:
        for viewer in self.viewers:
            viewer.news.set()

    def close(self) -> None:
        """Every stream ends, so that the server stops at once; no new one begins."""
        self.is_closing = True
        self.wake()

    async def ask(self, question: Callable[[], Answer]) -> Answer:
        """In a thread of our own, so that a database that hangs stops nobody else."""
        return await asyncio.get_running_loop().run_in_executor(self.threads, lambda: asked(question))


async def woken(viewer: Viewer) -> None:
    try:
        await asyncio.wait_for(viewer.news.wait(), BEAT_EVERY)
    except TimeoutError:
        return


async def left(viewer: Viewer, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    viewer.is_gone = True
    viewer.news.set()


def session_of(scope: HTTPScope) -> str:
    try:
        cookies = SimpleCookie(dict(scope["headers"]).get(b"cookie", b"").decode("latin-1"))
    except CookieError:
        return ""
    found = cookies.get(settings.SESSION_COOKIE_NAME)
    return found.value if found else ""


def asked(question: Callable[[], Answer]) -> Answer:
    try:
        return question()
    finally:
        connection.close()


def admitted(sessions: Collection[str]) -> set[str]:
    """Of the sessions those whose user may see the control room now; closed to all others."""
    return {key for key in sessions if key and _is_admitted(key)}


def _is_admitted(key: str) -> bool:
    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    if not isinstance(user, User) or user.must_change_password or KIOSK in request.session:
        return False
    return bool(may_see_control_room(user, on=clock.today()))


live = Live(all_mark, admitted)
