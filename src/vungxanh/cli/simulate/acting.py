"""Plays the acts of the day through the interface: each by the browser or device of the one who acts."""

import datetime
import json
import re
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any

from croniter import croniter
from django.utils.module_loading import import_string

from vungxanh.cli.simulate import founding
from vungxanh.cli.simulate.played.returns import looks_of
from vungxanh.cli.simulate.played.rules import EXPOSURES, SIGNS
from vungxanh.cli.simulate.played.world import APP, AREA_NAMES, Act, World
from vungxanh.cli.simulate.server import PlayedServer
from vungxanh.cli.simulate.wire import Answer, Browser, Device, hidden_fields
from vungxanh.cli.simulate.words import gate_answer, scanning_form, table_rows, visit_state
from vungxanh.common import clock, schedule

SECONDS_TO_FILL = 2.1
"""A form open to everybody that comes back sooner is taken for a machine's."""
Told = Callable[[], None]
Moment = tuple[datetime.datetime, int, Callable[[], None]]
"""When, in which order of what happens at the same moment, and what."""


@dataclass(frozen=True)
class Difference:
    """What must be and what is, of one person or thing."""

    topic: str
    who: str
    expected: object
    found: object


@dataclass
class Play:
    """The people with their phones, what they were answered, and where that was not what it must be."""

    world: World
    server: PlayedServer
    port: int
    browsers: dict[str, Browser] = field(default_factory=dict)
    devices: dict[str, Device] = field(default_factory=dict)
    passes: dict[str, str] = field(default_factory=dict)
    declarations: dict[str, int] = field(default_factory=dict)
    kiosks: dict[str, Browser] = field(default_factory=dict)
    opened_kiosks: set[str] = field(default_factory=set)
    shifts: dict[str, dict[str, Any]] = field(default_factory=dict)
    guests: dict[str, dict[str, Any]] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)

    def sign_everybody_in(self, password: str, *, told: Told = lambda: None) -> None:
        """By printed slips, some days before; a shared device has an account of its own."""
        self.server.set_hour(founding.before(self.world))
        personnel = founding.sign_in(self.port, founding.PERSONNEL, password)
        with_phones = [one for one in self.world.people if one.has_phone]
        slips = founding.print_slips(personnel, [asdict(one) for one in with_phones])
        for person in with_phones:
            browser = self.browsers[person.code] = founding.activate(self.port, slips[person.code])
            if person.way == APP:
                self.devices[person.code] = Device(browser)
            told()
        for unit in sorted({act.body["device"] for act in self.world.acts if act.do == "kiosk"}):
            name = founding.give_shared_device(self.world, unit, password=password)
            self.kiosks[unit] = founding.sign_in(self.port, name, password)

    def run(self, look: Callable[[datetime.datetime], None], *, told: Told = lambda: None) -> None:
        """In the order of time: what people do, what runs by the clock, and a look now and then."""
        looks = looks_of(self.world)
        moments: list[Moment] = []
        moments += [(act.at, 1, partial(self.do, act, told)) for act in self.world.acts]
        moments += [(at, 2, partial(look, at)) for at in looks]
        for job in schedule.jobs():
            times = croniter(job.cron, self.world.at("00:00"))
            while (at := times.get_next(datetime.datetime)) <= looks[-1]:
                moments.append((at, 0, import_string(job.path)))
        self.follow(moments)

    def follow(self, moments: Iterable[Moment]) -> None:
        """Each at its hour, for the server as for the jobs."""
        for at, _order, happens in sorted(moments, key=lambda one: one[:2]):
            self.server.set_hour(at)
            with clock.at(at):
                happens()

    def do(self, act: Act, told: Told) -> None:
        answered = getattr(self, act.do)(act)
        if answered != act.expect:
            self.differences.append(
                Difference("answers", f"{act.at:%d/%m %H:%M:%S} {act.who} {act.do}", act.expect, answered)
            )
        told()

    # --- Declaring --------------------------------------------------------------------------------------------------
    def app(self, act: Act) -> str:
        answer = self.devices[act.who].post("/api/v1/declarations", act.body)
        self.note(act, answer)
        return str(answer.status)

    def correct(self, act: Act) -> str:
        body = dict(act.body)
        number = self.declarations.get(body.pop("corrects"))
        for name in ("window", "declared_at", "site"):
            body.pop(name, None)
        answer = self.devices[act.who].post(f"/api/v1/declarations/{number}/corrections", body)
        return str(answer.status)

    def note(self, act: Act, answer: Answer) -> None:
        if answer.status == 201:
            said = answer.json
            self.declarations[act.body["client_uuid"]] = said["id"]
            if said["pass"].get("token"):
                self.passes[act.who] = said["pass"]["token"]

    def page(self, act: Act) -> str:
        return str(self.browsers[act.who].fill("/khai-bao/", fields_of(act.body)).status)

    def sheet(self, act: Act) -> str:
        """The clerk ticks those who have nothing to report."""
        body, browser = act.body, self.browsers[act.who]
        asked = f"?cach={body['channel']}&khung={body['window']}&ngay={body['day']}"
        path = f"/khai-bao/nhap-ho/{body['unit']}/{asked}"
        page = browser.get(path).text
        fields: dict[str, object] = {"attested": "yes", "told_at": body["told_at"]}
        for row in table_rows(page):
            code, key = re.search(r"NV\d{4,}", row), re.search(r'name="(\d+)-uuid"[^>]*', row)
            if code and key:
                [value] = re.findall(r'value="([^"]+)"', key[0])
                fields[f"{key[1]}-uuid"] = value
                if code[0] in body["people"]:
                    fields[f"{key[1]}-fine"] = "on"
        return str(browser.post(path, fields).status)

    def kiosk(self, act: Act) -> str:
        """On a device that is opened once: who one is, the form, and forgotten again."""
        body = act.body
        device = self.kiosks[body["device"]]
        if body["device"] not in self.opened_kiosks:
            device.fill("/khai-bao/may-chung/", {"site": body["site"]})
            self.opened_kiosks.add(body["device"])
        device.fill("/khai-bao/may-chung/", {"staff_code": act.who, "digits": body["digits"]})
        return str(device.fill("/khai-bao/may-chung/to-khai/", fields_of(body)).status)

    # --- At the gate ------------------------------------------------------------------------------------------------
    def scan(self, act: Act) -> str:
        body = act.body
        fields = {"text": self.text_of(body), "direction": body["direction"]}
        if "temperature" in body:
            fields["temperature_c"] = body["temperature"]
        path, keeper = f"/cong/{body['gate']}/", self.browsers[act.who]
        if body.get("insists"):
            return self.insist(keeper, path, fields)
        page = keeper.get(path).text
        return gate_answer(keeper.post(path, {**hidden_fields(scanning_form(page)), **fields}).text)

    def insist(self, keeper: Browser, path: str, fields: dict[str, str]) -> str:
        """Scans once more, reads that it does not fit, and taps that an earlier scan is missing."""
        page = keeper.get(path).text
        told = keeper.post(path, {**hidden_fields(scanning_form(page)), **fields}).text
        section = re.search(r'<section class="vx-gate-answer".*?</section>', told, re.DOTALL)
        given = hidden_fields(section[0]) if section else {}
        return gate_answer(keeper.post(path, {**given, "direction": fields["direction"]}).text)

    def text_of(self, body: dict[str, Any]) -> str:
        """What is held under the camera."""
        if body["text"] == "pass":
            return self.passes.get(body["of"], "")
        if body["text"] == "forged":
            head, content, _proof = self.passes[body["of"]].split(".")
            return f"{head}.{content}.{'A' * 86}"
        if body["text"] == "address":
            return f"http://127.0.0.1:{self.port}/q/{body['gate']}/abcd-efgh"
        return str(body["text"])

    def own_code(self, act: Act) -> str:
        """The screen of the place shows a code, or a sheet hangs there; one's own phone opens it."""
        person = self.browsers[act.who]
        return gate_answer(person.fill(self.code_address(act), {"direction": act.body["direction"]}).text)

    def old_code(self, act: Act) -> str:
        """A photograph of some minutes ago."""
        self.server.set_hour(act.at - datetime.timedelta(seconds=act.body["seconds"]))
        address = self.code_address(act)
        self.server.set_hour(act.at)
        return str(self.browsers[act.who].get(address).status)

    def code_address(self, act: Act) -> str:
        keeper, place = self.browsers[act.body["keeper"]], act.body["gate"]
        for kind in ("man-hinh", "to-in"):
            page = keeper.get(f"/cong/{place}/{kind}/")
            if page.status == 200:
                shown = re.search(r'class="vx-place-code">([^<]+)<', page.text)
                return f"/q/{place}/{shown[1].strip()}" if shown else ""
        return ""

    def fetch_shift(self, act: Act) -> str:
        """What a device of a gate needs for a shift without network."""
        answer = self.browsers[act.who].get(f"/api/v1/gates/{act.body['gate']}/shift")
        self.shifts[act.body["gate"]] = answer.json if answer.status == 200 else {}
        return str(answer.status)

    def send_scans(self, act: Act) -> str:
        gate = act.body["gate"]
        shift = self.shifts[gate]
        sent_at = act.at - datetime.timedelta(seconds=act.body["behind_seconds"])
        scans = [self.scan_of(one, shift) for one in act.body["scans"]]
        body = {"sent_at": sent_at.isoformat(), "list_day": shift.get("list_day"), "device": gate, "scans": scans}
        answer = self.browsers[act.who].post_json(f"/api/v1/gates/{gate}/scans", body)
        if answer.status != 200:
            return f"{answer.status} {answer.text[:200]}"
        return ",".join(one["outcome"] for one in answer.json["results"])

    def scan_of(self, one: dict[str, Any], shift: dict[str, Any]) -> dict[str, Any]:
        """Named by the tag of the list, by the pass that was held up, or by a code; let in, since the device did not
        know better."""
        scan: dict[str, Any] = {"uuid": one["uuid"], "direction": "IN", "at": one["at"], "said": "ALLOWED"}
        if one["by"] == "tag":
            tags = {row["code"]: row["tag"] for row in shift.get("expected", [])}
            return {**scan, "tag": tags.get(one["of"], "")}
        if one["by"] == "pass":
            return {**scan, "pass": self.passes.get(one["of"], "")}
        return {**scan, "code": one["of"]} if one["of"] else {**scan, "tag": "f" * 16}

    # --- Guests -----------------------------------------------------------------------------------------------------
    def open_form(self, act: Act) -> str:
        return self.opened(act, f"/khach/{act.body['site']}/")

    def open_invitation(self, act: Act) -> str:
        return self.opened(act, f"/khach/moi/{self.guests[act.who]['key']}/")

    def opened(self, act: Act, path: str) -> str:
        browser = Browser(self.port, address=f"127.0.1.{len(self.guests) % 250 + 1}")
        page = browser.get(path)
        guest = self.guests.setdefault(act.who, {})
        guest |= {"browser": browser, "path": path, "fields": hidden_fields(page.text), "opened": time.monotonic()}
        return str(page.status)

    def send_form(self, act: Act) -> str:
        guest, body = self.guests[act.who], act.body
        said: dict[str, Any] = {
            "answers": {key: key in body.get("yes", []) for key in (*SIGNS, *EXPOSURES)} | {"places": []}
        }
        if "temperature" in body:
            said["temperature_c"] = body["temperature"]
        fields = fields_of({"client_uuid": "", "window": "ARRIVAL", "attested": True, **said})
        del fields["client_uuid"], fields["window"]
        fields |= {"full_name": body["name"], "phone": body["phone"], "purpose": "Liên hệ công việc"}
        fields |= {"host_name": body.get("host", ""), "group_size": str(body.get("group_size", 1))}
        guest["sent"] = {**guest["fields"], **fields, "group_list": body.get("group_list", "")}
        time.sleep(max(0.0, SECONDS_TO_FILL - (time.monotonic() - guest["opened"])))
        return self.sent(guest)

    def send_form_again(self, act: Act) -> str:
        return self.sent(self.guests[act.who])

    def sent(self, guest: dict[str, Any]) -> str:
        answer = guest["browser"].post(guest["path"], guest["sent"])
        found = re.search(r"/khach/luot/([0-9a-f-]{36})/", answer.headers.get("Location", ""))
        if found is None:
            return f"{answer.status}"
        if guest.get("key") not in (None, found[1]):
            return "a second visit"
        guest["key"] = found[1]
        return self.own_page(guest)

    def own_page(self, guest: dict[str, Any]) -> str:
        """What the guest's own page says; the code for the guard stands there."""
        page = guest["browser"].get(f"/khach/luot/{guest['key']}/").text
        code = re.search(r'class="vx-code"[^>]*>([^<]+)<', page)
        guest["code"] = code[1].strip() if code else guest.get("code", "")
        return visit_state(page)

    def invite(self, act: Act) -> str:
        body, host = act.body, self.browsers[act.who]
        fields = {"full_name": body["name"], "phone": "0990599999", "purpose": "Họp", "site": body["site"]}
        fields |= {"planned_at": body["planned_at"], "group_size": "1"}
        answer = host.fill("/khach-cua-toi/moi/", fields)
        link = re.search(r"/khach/moi/([0-9a-f-]{36})/", host.get(answer.headers.get("Location", "")).text)
        if link is None:
            return f"{answer.status}"
        code = answer.headers["Location"].rstrip("/").rsplit("/", 1)[-1]
        self.guests[act.body["guest"]] = {"key": link[1], "code": code}
        return "INVITED"

    def answer_guest(self, act: Act) -> str:
        code, fields = self.guests[act.body["guest"]]["code"], {"reason": act.body.get("reason", "")}
        path = f"/khach-cua-toi/{code}/{act.body['answer']}/"
        return str(self.browsers[act.who].fill("/khach-cua-toi/", fields, to=path).status)

    def move_visit(self, act: Act) -> str:
        """The guard at the queue; answered by what the guest's own page says then."""
        body, guest = act.body, self.guests[act.body["guest"]]
        path = f"/khach-tai-cong/{body['site']}/{guest['code']}/"
        fields = {"reason": body.get("reason", "")}
        self.browsers[act.who].fill(path, fields, to=f"{path}{body['verb']}/")
        return self.own_page(guest)

    def decide_visit(self, act: Act) -> str:
        """The health officer reads what a held guest declared, and decides."""
        guest = self.guests[act.body["guest"]]
        path = f"/khach-tai-cong/{act.body['site']}/{guest['code']}/to-khai/"
        self.browsers[act.who].fill(path, {"verb": act.body["verb"]})
        return self.own_page(guest)

    def leave_visit(self, act: Act) -> str:
        return self.moved_by_self(act, "ra-ve")

    def cancel_visit(self, act: Act) -> str:
        return self.moved_by_self(act, "huy")

    def moved_by_self(self, act: Act, verb: str) -> str:
        guest = self.guests[act.who]
        path = f"/khach/luot/{guest['key']}/"
        guest["browser"].fill(path, {}, to=f"{path}{verb}/")
        return self.own_page(guest)

    # --- Units ------------------------------------------------------------------------------------------------------
    def return_unit(self, act: Act) -> str:
        body = {key: value for key, value in act.body.items() if key != "unit"}
        answer = self.browsers[act.who].post_json(f"/api/v1/units/{act.body['unit']}/returns", body)
        return str(answer.status)

    def return_page(self, act: Act) -> str:
        fields = {"kind": act.body["kind"], "note": act.body["note"]}
        return str(self.browsers[act.who].fill(f"/nguy-co/bao-cao/{act.body['unit']}/", fields).status)


def fields_of(body: dict[str, Any]) -> dict[str, Any]:
    """What the form of a page sends for the same answers."""
    fields: dict[str, Any] = {"client_uuid": body["client_uuid"], "window": body["window"]}
    if body["attested"]:
        fields["attested"] = "yes"
    for group, items in (("signs", SIGNS), ("exposures", EXPOSURES)):
        yes = [item for item in items if body["answers"].get(item)]
        fields[group] = "SOME" if yes else "NONE"
        fields[f"{group}_items"] = yes
        if not set(items) <= set(body["answers"]):
            del fields[group]
    for number, code in enumerate(body["answers"]["places"], 1):
        fields[f"place_{number}"] = AREA_NAMES.get(code, code)
    if "temperature_c" in body:
        fields["temperature_c"] = str(body["temperature_c"]).replace(".", ",")
    return fields


def as_text(value: object) -> str:
    """For the table of differences."""
    return json.dumps(value, ensure_ascii=False, default=str)[:120]
