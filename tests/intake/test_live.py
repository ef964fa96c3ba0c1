"""Open boards hear that something changed: through the real server, and with its limits one by one."""

import asyncio
import http.client
import json
import signal
import subprocess
import sys
import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from tests.config.test_asgi import scope
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.intake.test_kill import SOURCES, Stream, environment, served
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.audit.operations import record
from vungxanh.common import clock as clocks
from vungxanh.intake import live as module
from vungxanh.intake.live import Live, admitted
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment
from vungxanh.reports.queries.changes import STREAM, all_mark
from vungxanh.risk.models import UnitZone

__all__ = ["environment"]
BACKEND = "vungxanh.accounts.backends.NameOrPhoneBackend"
PATIENCE = 60


def followed(port: int, cookie: str) -> tuple[http.client.HTTPConnection, http.client.HTTPResponse]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("GET", STREAM, headers={"Cookie": cookie})
    return connection, connection.getresponse()


def next_mark(answer: http.client.HTTPResponse) -> str:
    """Waits for it; the end of the stream is no mark."""
    while line := answer.readline():
        if line.startswith(b"data: "):
            return line[6:].decode().strip()
    return ""


@pytest.mark.server
def test_declaration_is_heard_of_on_an_open_stream_which_ends_with_the_server(
    environment: dict[str, str], tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "tests.intake.world"]
    made = subprocess.run(command, env=environment, cwd=SOURCES, capture_output=True, check=True)
    given = json.loads(made.stdout)
    with served(environment) as (port, server):
        statuses = [followed(port, given["cookies"].get(name, ""))[1].status for name in ("la", "nobody")]
        assert statuses == [403, 403]
        _connection, answer = followed(port, given["cookies"]["vanphong"])
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/event-stream")
        assert (answer.headers["X-Accel-Buffering"], answer.headers["Cache-Control"]) == ("no", "no-store")
        before = next_mark(answer)
        stream = Stream(given)
        stream.send(port, given["tokens"][0])
        assert (stream.faults, len(stream.acknowledged)) == ([], 1)
        assert next_mark(answer) not in {"", before}
        server.send_signal(signal.SIGTERM)
        while next_mark(answer):
            pass
        assert server.wait(timeout=PATIENCE) == 0


class Viewer:
    """Stays until it is told to leave; keeps what it got."""

    def __init__(self, session: str = "one") -> None:
        self.scope = scope(STREAM, cookie=f"{settings.SESSION_COOKIE_NAME}={session}")
        self.leaves = asyncio.Event()
        self.events: list[dict[str, Any]] = []

    async def receive(self) -> Any:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, event: Any) -> None:
        self.events.append(event)

    @property
    def status(self) -> int:
        return int(self.events[0]["status"])

    @property
    def text(self) -> str:
        return b"".join(event.get("body", b"") for event in self.events[1:]).decode()


class World:
    """What the streams ask: the mark, and who may know."""

    def __init__(self) -> None:
        self.mark, self.allowed, self.asked = "a", {"one", "two"}, 0
        self.live = Live(self.say, self.admit)

    def say(self) -> str:
        self.asked += 1
        if not self.mark:
            raise ConnectionError
        return self.mark

    def admit(self, sessions: Collection[str]) -> set[str]:
        return self.allowed & set(sessions)

    def open(self, viewer: Viewer) -> "asyncio.Task[None]":
        return asyncio.create_task(self.live.answer(viewer.scope, viewer.receive, viewer.send))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    for name, seconds in {"LOOK_EVERY": 0.01, "TELL_EVERY": 0.02, "BEAT_EVERY": 0.1, "VERIFY_EVERY": 0.02}.items():
        monkeypatch.setattr(module, name, seconds)
    return World()


async def until(holds: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


def test_viewers_hear_of_each_change_and_one_question_serves_all(world: World) -> None:
    async def story() -> None:
        viewers = [Viewer("one"), Viewer("two")]
        tasks = [world.open(viewer) for viewer in viewers]
        await until(lambda: all("data: a" in viewer.text for viewer in viewers))
        world.mark = "b"
        await until(lambda: all("data: b" in viewer.text for viewer in viewers))
        await until(lambda: all("\n: \n" in viewer.text for viewer in viewers))
        assert all(viewer.text.count("event: mark") == 2 for viewer in viewers)
        for viewer in viewers:
            viewer.leaves.set()
        await asyncio.wait(tasks)
        assert world.live.viewers == set()
        await until(lambda: world.live.looking and world.live.looking.done())

    asyncio.run(story())


def test_viewer_who_may_no_longer_is_let_go_of(world: World) -> None:
    async def story() -> None:
        stays, goes = Viewer("one"), Viewer("two")
        staying, going = world.open(stays), world.open(goes)
        await until(lambda: "data: a" in goes.text)
        world.allowed = {"one"}
        await asyncio.wait_for(going, PATIENCE)
        assert (goes.events[-1]["more_body"], staying.done()) == (False, False)
        world.live.close()
        await asyncio.wait_for(staying, PATIENCE)
        late = Viewer("one")
        await world.open(late)
        assert late.status == 503

    asyncio.run(story())


def test_viewer_whose_session_cannot_be_looked_at_is_let_go_of(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def story() -> None:
        viewer = Viewer("one")
        following = world.open(viewer)
        await until(lambda: "data: a" in viewer.text)
        monkeypatch.setattr(module, "UNVERIFIED", 0.2)
        world.mark = ""
        await asyncio.wait_for(following, PATIENCE)

    asyncio.run(story())
    assert [one.message for one in caplog.records if one.name == module.__name__] == ["live: ConnectionError"]


def test_streams_have_limits(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EACH", 2)
    monkeypatch.setattr(module, "MOST", 3)

    async def story() -> None:
        viewers = [Viewer("one"), Viewer("one"), Viewer("one"), Viewer("two"), Viewer("two"), Viewer("three")]
        tasks = []
        for viewer in viewers:
            tasks.append(world.open(viewer))
            await until(lambda viewer=viewer: viewer.events)
        assert [viewer.status for viewer in viewers] == [200, 200, 503, 200, 503, 503]
        world.live.close()
        await asyncio.wait(tasks)
        stranger = Viewer("three")
        world.live.is_closing = False
        await world.open(stranger)
        assert stranger.status == 403

    asyncio.run(story())


def key_of(user: User) -> str:
    client = Client()
    client.force_login(user, BACKEND)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.django_db
def test_admitted_are_those_who_may_see_the_control_room_now() -> None:
    root = make_unit("SO")
    office, head = make_user("vanphong", Role.OFFICE, root), make_user("truong", Role.UNIT_HEAD, root)
    first, again, of_head = key_of(office), key_of(office), key_of(head)
    with clocks.at(clock(9)):
        assert admitted({first, again, of_head, "", "unknown"}) == {first, again}
        client = Client()
        client.cookies[settings.SESSION_COOKIE_NAME] = first
        client.post("/tai-khoan/dang-xuat/")
        assert admitted({first, again}) == {again}
        RoleAssignment.objects.filter(user=office).update(valid_to=MONDAY)
        assert admitted({again}) == set()


@pytest.mark.django_db
def test_admitted_is_nobody_who_must_change_the_password_first_or_stands_at_a_shared_device() -> None:
    office = make_user("vanphong", Role.OFFICE, make_unit("SO"))
    client = Client()
    client.force_login(office, BACKEND)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    with clocks.at(clock(9)):
        assert admitted({key}) == {key}
        session = client.session
        session["kiosk"] = "TSC"
        session.save()
        assert admitted({key}) == set()
        del session["kiosk"]
        session.save()
        User.objects.filter(pk=office.pk).update(must_change_password=True)
        assert admitted({key}) == set()


@pytest.mark.django_db
def test_mark_changes_with_each_act_and_zone_but_not_with_readings() -> None:
    office = make_user("vanphong")
    marks = [all_mark()]
    record("risk.read_level", actor=office, at=clock(9), subject=office, is_read=True)
    marks.append(all_mark())
    record("reports.urge", actor=office, at=clock(9), subject=office)
    marks.append(all_mark())
    UnitZone.objects.create(
        unit=make_unit("CC"), day=MONDAY, at=clock(9), level="GREEN", table="unit_zone", edition=MONDAY
    )
    marks.append(all_mark())
    assert marks[0] == marks[1]
    assert len(set(marks)) == 3


@pytest.mark.django_db
def test_mark_sees_what_was_committed_after_a_newer_row() -> None:
    last = AuditEvent.objects.create(pk=1_000_002, at=clock(9), action="reports.urge", subject_type="x", subject_id="1")
    before = all_mark()
    AuditEvent.objects.create(pk=last.pk - 1, at=clock(9), action="reports.urge", subject_type="x", subject_id="2")
    assert all_mark() != before
