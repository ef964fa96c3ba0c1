"""A working day of a small agency, played through pages and API, against the truth that `world.py` knows by itself."""

import datetime
import html
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.day.agency import JSON, SIGN_IN, set_up
from tests.day.world import DAY, EXPOSURES, SIGNS, Happening, Person, World, make_world, moment
from tests.factories.accounts import PASSWORD
from vungxanh.common import clock
from vungxanh.risk.tasks import assess_today, prepare_today
from vungxanh.screening.tasks import open_today

LOOKS = (moment("09:00"), moment("14:30"), moment("20:00"), moment("13:00", plus_days=1))
NEXT_DAY = DAY + datetime.timedelta(days=1)


class Phone:
    """A person's browser and application: signed in once, then used all day."""

    def __init__(self, person: Person) -> None:
        self.client = Client()
        self.token = ""
        given = {"username": person.code, "password": PASSWORD}
        if person.api:
            answer = self.client.post("/api/v1/tokens", json.dumps(given), content_type=JSON)
            assert answer.status_code == 200
            self.token = answer.json()["token"]
        else:
            assert self.client.post(SIGN_IN, given).status_code == 302

    def get(self, path: str) -> Any:
        return self.client.get(path, headers=self.headers)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.post(path, json.dumps(body), content_type=JSON, headers=self.headers)

    def send(self, path: str, fields: dict[str, Any]) -> Any:
        """A form of a page; one who has the application only signs in to the page as well."""
        return self.client.post(path, fields)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}


class Day:
    """The played day: everybody's phone, and what each answer was."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = {person.code: person for person in world.people}
        self.phones: dict[str, Phone] = {}
        self.answers: dict[str, dict[str, Any]] = {}

    def phone(self, code: str) -> Phone:
        if code not in self.phones:
            self.phones[code] = Phone(self.people[code])
        return self.phones[code]

    def head_of(self, unit: str) -> Phone:
        return self.phone(next(one.code for one in self.world.people if one.role == "UNIT_HEAD" and one.unit == unit))

    def play(self, look: Any) -> None:
        """In the order of the day, with a look at what is known in between."""
        jobs = [(moment("04:30"), open_today), (moment("04:40"), assess_today), (moment("14:00"), prepare_today)]
        acts = [
            (datetime.datetime.fromisoformat(one.at), lambda one=one: self.act(one)) for one in self.world.happenings
        ]
        looks = [(at, lambda at=at: look(self, at)) for at in LOOKS]
        for at, happens in sorted([*jobs, *acts, *looks], key=lambda one: one[0]):
            with clock.at(at):
                happens()

    def act(self, one: Happening) -> None:
        answer = getattr(self, one.do)(self.phone(one.person), one.body)
        assert answer.status_code in one.expect, f"{one} → {answer.status_code}: {answer.content.decode()[:2000]}"

    def api(self, phone: Phone, body: dict[str, Any]) -> Any:
        if not phone.token:
            # Somebody with a browser whose trouble needs the application: its token beside the session.
            given = {"username": self.code_of(phone), "password": PASSWORD}
            phone.token = phone.client.post("/api/v1/tokens", json.dumps(given), content_type=JSON).json()["token"]
        answer = phone.post("/api/v1/declarations", body)
        if answer.status_code == 201:
            self.answers[body["client_uuid"]] = answer.json()
        elif answer.status_code == 200:
            assert answer.json() == self.answers[body["client_uuid"]]
        else:
            problem = answer.json()
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert problem["status"] == answer.status_code
        return answer

    def page(self, phone: Phone, body: dict[str, Any]) -> Any:
        return phone.send("/khai-bao/", fields_of(body))

    def return_api(self, phone: Phone, body: dict[str, Any]) -> Any:
        if not phone.token:
            return self.return_api(self.signed_in_application(phone), body)
        unit = body["unit"]
        return phone.post(f"/api/v1/units/{unit}/returns", {key: value for key, value in body.items() if key != "unit"})

    def return_page(self, phone: Phone, body: dict[str, Any]) -> Any:
        if phone.token:
            phone.client.post(SIGN_IN, {"username": self.code_of(phone), "password": PASSWORD})
        return phone.send(f"/nguy-co/bao-cao/{body['unit']}/", {"kind": body["kind"], "note": body["note"]})

    def signed_in_application(self, phone: Phone) -> Phone:
        given = {"username": self.code_of(phone), "password": PASSWORD}
        phone.token = phone.client.post("/api/v1/tokens", json.dumps(given), content_type=JSON).json()["token"]
        return phone

    def code_of(self, phone: Phone) -> str:
        return next(code for code, one in self.phones.items() if one is phone)


def fields_of(body: dict[str, Any]) -> dict[str, Any]:
    """What the form of the page sends for the same answers."""
    fields: dict[str, Any] = {"client_uuid": body["client_uuid"], "window": body["window"]}
    if body["attested"]:
        fields["attested"] = "on"
    for group, items in (("signs", SIGNS), ("exposures", EXPOSURES)):
        yes = [item for item in items if body["answers"].get(item)]
        fields[group] = "SOME" if yes else "NONE"
        fields[f"{group}_items"] = yes
        if not set(items) <= set(body["answers"]):
            del fields[group]
    names = {"01": "Hà Nội", "27": "tỉnh Bắc Ninh"}
    for number, code in enumerate(body["answers"]["places"], 1):
        fields[f"place_{number}"] = names[code]
    if "temperature_c" in body:
        fields["temperature_c"] = str(body["temperature_c"]).replace(".", ",")
    return fields


LARGE = pytest.mark.skipif(
    not os.environ.get("VUNGXANH_REQUIRE_ALL"), reason="an agency of 900 takes minutes: VUNGXANH_REQUIRE_ALL=1 plays it"
)


@pytest.fixture(params=[120, pytest.param(900, marks=[pytest.mark.slow, LARGE])], ids=["120", "900"])
def world(request: pytest.FixtureRequest, db: None, tmp_path: Path) -> World:
    world = make_world(request.param)
    set_up(world, tmp_path)
    return world


def test_day_when_played_leaves_what_the_truth_says(world: World) -> None:
    day = Day(world)
    day.play(look_at_units)
    with clock.at(LOOKS[-1]):
        look_at_people(day)
        look_at_returns(day)
        look_at_own_pages(day)


def look_at_units(day: Day, at: datetime.datetime) -> None:
    """Every head's unit by the API, and the names of the missing on the head's page."""
    for unit in day.world.units:
        if unit.parent is None:
            continue
        truth, phone = day.world.truth_of_unit(unit.code, at), day.head_of(unit.code)
        told = phone.get(f"/api/v1/units/{unit.code}/days/{DAY}").json()
        seen = {key: told[key] for key in ("expected", "excused", "declared")}
        seen["missing"] = sorted(one["name"] for one in told["missing"])
        seen["flagged"] = sorted((one["name"], one["level"]) for one in told["flagged"])
        assert seen == truth, f"{unit.code} at {at}"


def look_at_people(day: Day) -> None:
    """Each person's own list of declarations."""
    for person in day.world.people:
        truth = day.world.truth_of_person(person, LOOKS[-1])
        rows = day.phone(person.code).get("/api/v1/declarations").json()["items"]
        own = {row["window"]: row["timeliness"] for row in rows if row["day"] == DAY.isoformat()}
        assert own == truth["declared"], person
        assert len(rows) == len(truth["declared"]), person
        for said in day.world.declared.get(person.code, []):
            assert said.uuid not in day.answers or day.answers[said.uuid]["timeliness"] == said.timeliness


def look_at_returns(day: Day) -> None:
    """The Office's control room knows every reporting point, and when each submitted."""
    office = next(one for one in day.world.people if one.role == "OFFICE")
    rooms = day.phone(office.code).get(f"/api/v1/control-room/{DAY}?size=200").json()["items"]
    assert sorted(row["unit"] for row in rooms) == sorted(day.world.returns)
    for code, truth in day.world.returns.items():
        told = day.head_of(code).get(f"/api/v1/units/{code}/days/{DAY}").json()["return"]
        assert {key: told[key] for key in truth} == truth, code


def look_at_own_pages(day: Day) -> None:
    """The Office's call list names those who are missing and, beside the heads to call, nobody else."""
    people = day.world.people
    missing = {one.name for one in people if day.world.truth_of_person(one, LOOKS[-1])["missing"]}
    office = next(one for one in people if one.role == "OFFICE")
    phone = day.phone(office.code)
    phone.client.post(SIGN_IN, {"username": office.code, "password": PASSWORD})
    page = html.unescape(phone.client.get(f"/dieu-hanh/{DAY}/goi-dien/").content.decode())
    assert {one.name for one in people if one.name in page and not one.role} == missing


def test_world_when_made_twice_is_the_same() -> None:
    assert list(states()) == list(states())


def states() -> Iterator[str]:
    for one in make_world(120).happenings:
        yield f"{one.at} {one.person} {one.do} {one.expect}"
