"""Plays three weeks of returns and a movement to its interim report through the interface, with a receiver on the
network, and compares with the truth."""

import contextlib
import datetime
import http.server
import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from croniter import croniter
from django.conf import settings
from django.utils.module_loading import import_string

from vungxanh.accounts.models import User
from vungxanh.cli.installation import prepare_database
from vungxanh.cli.simulate import (
    founding,
    front_line,
    groups,
    honours,
    movement,
    papers,
    plans,
    production,
    response,
    scoring,
    state,
)
from vungxanh.cli.simulate.acting import Moment, Told
from vungxanh.cli.simulate.checking import compared
from vungxanh.cli.simulate.outcome import Outcome, Step
from vungxanh.cli.simulate.played.groups import GROUP, GROUP_NAME, OF_UNIT
from vungxanh.cli.simulate.played.rules import moment
from vungxanh.cli.simulate.played.weeks import CLOSED, DAYS, DOWN, DUTY_DAYS, FIRST, LAST, MADE_UP, Weeks
from vungxanh.cli.simulate.played.world import ROOT, Act
from vungxanh.cli.simulate.server import PlayedServer
from vungxanh.cli.simulate.wire import Browser
from vungxanh.cli.simulate.words import DELIVERIES, KINDS, LEDGER, RECEIVERS, TIMELY, plain
from vungxanh.common import clock, schedule
from vungxanh.common.codes import fresh_code
from vungxanh.organization.enums import AbsenceKind, CalendarDayKind, GroupKind, RosterKind
from vungxanh.organization.models import Person, Unit
from vungxanh.organization.operations.places import found_group
from vungxanh.organization.operations.workdays import record_absence, set_calendar_day, set_roster

EVERY_MINUTE = "* * * * *"
CLOSELY = (datetime.time(13, 58), datetime.time(15, 31))
"""When what runs every minute is run every minute; at other hours four times an hour, and once the three weeks are over
whatever runs more often is run every hour, which leaves the same behind."""
ISOLATION = AbsenceKind.ISOLATION.value
PLAYED = {ISOLATION, "FRONT_LINE"}
"""Absences that are written down in the play, not beforehand."""
LAST_LOOK = moment(CLOSED, "22:00")
ENTRY = re.compile(r'action="(/nguy-co/ban-do/ban/[0-9a-f-]+/da-cap-nhat/)"')
EVENT = re.compile(r'<li class="vx-event">(.*?)</li>', re.DOTALL)


def play_weeks(weeks: Weeks, *, step: Step = lambda _words: None, told: Told = lambda: None) -> Outcome:
    """Into an empty installation, which is marked at once as one that holds no real agency."""
    started, password = time.monotonic(), fresh_code()
    state.keep(state.Kept(password))
    clock.keep_demonstration_offset(LAST_LOOK - clock.real_now())
    with clock.at(founding.before(weeks.world)):
        step("Chuẩn bị cơ sở dữ liệu")
        prepare_database()
        step("Lập cơ quan")
        founding.found(weeks.world, password=password)
        _give_days(weeks)
    server = PlayedServer()
    with server.running() as port, receiver(server) as ledger:
        play = WeeksPlay(weeks.world, server, port, weeks=weeks)
        step("Kích hoạt điện thoại")
        play.sign_everybody_in(password, told=told)
        founding.give_roles(weeks.world)
        step("Diễn ba tuần")
        play.run_weeks(told)
        step("So sánh với sự thật")
        server.set_hour(LAST_LOOK)
        truth = json.loads(json.dumps(weeks.truth()))
        found = {**Reader(play, weeks).found(), "received": ledger.found(weeks.points)}
        differences = compared(truth, found, at="")
    counted = Counter({topic: len(facts) for topic, facts in truth.items()}) + Counter(answers=len(weeks.acts))
    clock.keep_demonstration_offset(LAST_LOOK - clock.real_now())
    return Outcome(counted, play.differences + differences, server.requests, time.monotonic() - started)


def _give_days(weeks: Weeks) -> None:
    """What Personnel writes down beforehand: leave, officers on duty, the Saturday made up for, a union."""
    at, actor = founding.before(weeks.world), User.objects.get(username=founding.ADMINISTRATOR)
    given: dict[str, Any] = {"actor": actor, "at": at}
    root = Unit.objects.get(code=ROOT)
    words = "Làm bù"
    set_calendar_day(MADE_UP, kind=CalendarDayKind.WORKING, unit=root, reason=words, **given)
    for code, absences in weeks.absences.items():
        for one in absences:
            if one["kind"] not in PLAYED:
                _record(code, one, **given)
    unit = Unit.objects.get(code=OF_UNIT)
    found_group(GROUP, unit=unit, name=GROUP_NAME, kind=GroupKind.TRADE_UNION, **given)
    for day in DUTY_DAYS:
        officer = weeks.officer("C2", day)
        assert officer
        known, unit = Person.objects.get(staff_code=officer.code), Unit.objects.get(code=officer.unit)
        set_roster(known, day, kind=RosterKind.DUTY, unit=unit, **given)


def _record(code: str, absence: dict[str, Any], *, actor: User, at: datetime.datetime) -> None:
    known, days = Person.objects.get(staff_code=code), {"first_day": absence["first"], "last_day": absence["last"]}
    record_absence(known, kind=AbsenceKind(absence["kind"]), actor=actor, at=at, **days)


@dataclass
class WeeksPlay(
    movement.MovementPlay,
    groups.GroupsPlay,
    production.ProductionPlay,
    front_line.FrontLinePlay,
    response.ResponsePlay,
    scoring.ScoringPlay,
    papers.PapersPlay,
    honours.HonoursPlay,
):
    """Beside declarations and returns: the map by hand, reasons, an isolation."""

    weeks: Weeks = field(kw_only=True)

    def run_weeks(self, told: Told) -> None:
        moments: list[Moment] = []
        moments += [(act.at, 1, partial(self.do, act, told)) for act in self.weeks.acts]
        for job in schedule.jobs():
            happens = import_string(job.path)
            moments += [(at, 0, happens) for at in _times(job) if at < LAST_LOOK]
        self.follow(moments)

    def update_map(self, act: Act) -> str:
        """The oldest that waits to be entered, at the minute of the clock."""
        browser = self.browsers[act.who]
        page = browser.get(f"/nguy-co/ban-do/{act.body['unit']}/{act.body['day']}/").text
        found = ENTRY.search(page)
        return str(browser.post(found[1], {"entered_at": f"{act.at:%Y-%m-%dT%H:%M}"}).status) if found else "nothing"

    def explain(self, act: Act) -> str:
        path = f"/nguy-co/bao-cao/{act.body['unit']}/{act.body['day']}/"
        return str(self.browsers[act.who].fill(path, {"reason": act.body["reason"]}, to=f"{path}ly-do/").status)

    def isolate(self, act: Act) -> str:
        """Personnel writes it down for the days to come."""
        [absence] = [one for one in self.weeks.absences[act.who] if one["kind"] == ISOLATION]
        _record(act.who, absence, actor=User.objects.get(username=founding.ADMINISTRATOR), at=act.at)
        return "recorded"


def _times(job: schedule.Job) -> Iterator[datetime.datetime]:
    times = croniter(job.cron, moment(FIRST, "00:00") - datetime.timedelta(minutes=1))
    while (at := times.get_next(datetime.datetime)) < LAST_LOOK:
        if _is_played(job, at):
            yield at


def _is_played(job: schedule.Job, at: datetime.datetime) -> bool:
    if at.date() > LAST and job.cron.startswith("*"):
        return at.minute == 0
    return job.cron != EVERY_MINUTE or at.minute % 15 == 0 or CLOSELY[0] <= at.time() < CLOSELY[1]


# --- The receiver --------------------------------------------------------------------------------------------------
@dataclass
class Ledger:
    """What a receiver on the network has, in the order in which it came; a key that comes again is answered alike."""

    server: PlayedServer
    rows: dict[str, tuple[str, list[Any]]] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)

    def take(self, payload: dict[str, Any]) -> int:
        hour, key = self.server.hour, payload["key"]
        if hour.date() == DOWN:
            return 503
        row = [payload["day"], payload["kind"], payload["version"], str(hour.date())]
        if key in self.rows:
            self.doubled.append(key)
        self.rows.setdefault(key, (payload["unit"], row))
        return 200

    def found(self, units: list[str]) -> dict[str, list[list[Any]]]:
        """What was sent twice is there twice, so that it is told."""
        rows = [*self.rows.values(), *(self.rows[key] for key in self.doubled)]
        return {unit: [row for code, row in rows if code == unit] for unit in units}


@contextlib.contextmanager
def receiver(server: PlayedServer) -> Iterator[Ledger]:
    """A real one of this machine, on `NATIONAL_MAP_URL` as long as it runs; on the day that it is down it says so."""
    ledger = Ledger(server)

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            payload = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(ledger.take(payload))
            self.send_header("Idempotency-Key", payload["key"])
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    listening = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    before = settings.NATIONAL_MAP_URL, settings.NATIONAL_MAP_KEY
    settings.NATIONAL_MAP_URL, settings.NATIONAL_MAP_KEY = f"http://127.0.0.1:{listening.server_port}/", fresh_code()
    try:
        yield ledger
    finally:
        settings.NATIONAL_MAP_URL, settings.NATIONAL_MAP_KEY = before
        listening.shutdown()
        thread.join()
        listening.server_close()


# --- What the product knows ----------------------------------------------------------------------------------------
@dataclass
class Reader:
    """The Office and the Director read it in spreadsheets, pages and the API."""

    play: WeeksPlay
    weeks: Weeks

    def found(self) -> dict[str, Any]:
        return {
            "ledger": {name: line for month in ("2021-12", "2022-01") for name, line in self.ledger(month)},
            "zones": dict(pair for day in DAYS for pair in self.zones(day)),
            "escalations": {f"{day} {unit}": self.reminded(unit, day) for day in DAYS for unit in self.weeks.points},
            "deliveries": dict(pair for day in DAYS for pair in self.deliveries(day)),
            **movement.found(self.holder("OFFICE")),
            **plans.found(self.play, self.holder("OFFICE")),
            **groups.found(self.play, self.holder("OFFICE")),
            **production.found(self.holder("OFFICE")),
            **front_line.found(self.holder("OFFICE")),
            **response.found(self.play, self.holder("OFFICE")),
            **scoring.found(self.holder("OFFICE")),
            **papers.found(self.play, self.holder("OFFICE")),
            **honours.found(self.holder("OFFICE")),
        }

    def holder(self, role: str) -> Browser:
        person = self.weeks.person("PA", role)
        assert person
        return self.play.browsers[person.code]

    def ledger(self, month: str) -> Iterator[tuple[str, list[Any]]]:
        """The sheet that has a row for each day."""
        for _name, code, day, state_words, sent_at, by, versions, unusual, reason in self.rows(
            f"/so-bao-cao/xlsx/?thang={month}", 1
        ):
            at = f"{sent_at:%H:%M}" if isinstance(sent_at, datetime.datetime) else ""
            # Behind the name stands the role in which it was sent.
            name = by.partition(", ")[0]
            line = [LEDGER.get(state_words, state_words), at, name, int(versions), int(unusual), reason]
            if FIRST <= day <= LAST:
                yield f"{day:%Y-%m-%d} {code}", line

    def zones(self, day: datetime.date) -> Iterator[tuple[str, str]]:
        director = self.holder("DIRECTOR")
        for row in director.get(f"/api/v1/control-room/{day}?size=200").json["items"]:
            yield f"{day} {row['unit']}", row["zone"]
        yield f"{day} {ROOT}", director.get(f"/api/v1/units/{ROOT}/days/{day}").json["zone"]["level"]

    def reminded(self, unit: str, day: datetime.date) -> list[list[Any]]:
        page = self.holder("OFFICE").get(f"/nguy-co/bao-cao/{unit}/{day}/").text
        found: list[list[Any]] = []
        for event in EVENT.findall(page):
            if "bell-ringing" in event:
                at = re.search(r'<time datetime="([^"]+)"', event)
                people = re.findall(r"<p>(.*?)</p>", event, re.DOTALL)[-1]
                local = datetime.datetime.fromisoformat(at[1]).astimezone(clock.ZONE) if at else LAST_LOOK
                found.append([f"{local:%H:%M}", sorted(one.strip() for one in plain(people).split(","))])
        return found

    def deliveries(self, day: datetime.date) -> Iterator[tuple[str, list[list[Any]]]]:
        lines: dict[str, list[list[Any]]] = {unit: [] for unit in self.weeks.points}
        for row in self.rows(f"/nguy-co/ban-do/{day}/xlsx/", 0):
            _name, code, to, kind, version, state_words, _sent, _at, timely = row[:9]
            if to:
                stands = DELIVERIES.get(state_words, state_words)
                name = next((key for words, key in RECEIVERS.items() if to.startswith(words)), to)
                lines[code].append([name, KINDS.get(kind, kind), int(version), stands, TIMELY.get(timely)])
        for unit, found in lines.items():
            yield f"{day} {unit}", sorted(found, key=str)

    def rows(self, path: str, sheet: int) -> Iterator[list[Any]]:
        """Of a spreadsheet, what stands below its heads."""
        rows = self.holder("OFFICE").get(path).sheet(sheet)
        heads = next(index for index, row in enumerate(rows) if "Mã" in row or "Mã đơn vị" in row)
        yield from rows[heads + 1 :]
