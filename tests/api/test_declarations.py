"""Declaring through the API: once, strictly, and the same answer to an honest retry; by the page and by the door."""

import datetime
import uuid
from types import SimpleNamespace

import pytest

from tests.api.conftest import Caller, declaration, pointers
from tests.api.door import DoorCaller
from tests.factories.accounts import make_account
from tests.factories.risk import MONDAY, clock, declare, make_unit
from vungxanh.organization.models import Site
from vungxanh.screening.models import Declaration, PersonDay

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture(params=[Caller, DoorCaller])
def lan(agency: SimpleNamespace, request: pytest.FixtureRequest) -> Caller:
    """Whatever holds for the one holds for the other."""
    made: Caller = request.param(agency.lan.user)
    return made


def test_declaration_is_acknowledged_with_timeliness_risk_and_pass(lan: Caller) -> None:
    response = lan.post("declarations", declaration())
    answer = response.json()
    assert response.status_code == 201
    assert set(answer) == {"id", "received_at", "window", "timeliness", "risk", "pass"}
    assert (answer["received_at"], answer["window"]) == ("2021-09-20T07:30:00+07:00", "ARRIVAL")
    assert (answer["timeliness"], answer["risk"]["level"], answer["pass"]["state"]) == ("ON_TIME", "LOW", "ALLOWED")
    assert set(answer["risk"]["reasons"][0]) == {"code", "says", "cites"}
    assert Declaration.objects.get().channel == "API"
    assert PersonDay.objects.get(arrival_timeliness="ON_TIME").arrival_id == answer["id"]


def test_retry_gets_the_same_body_and_keeps_one(lan: Caller) -> None:
    content = declaration()
    first, second = lan.post("declarations", content), lan.post("declarations", content)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert Declaration.objects.count() == 1


def test_other_content_under_the_same_uuid_is_a_conflict(lan: Caller) -> None:
    content = declaration()
    lan.post("declarations", content)
    response = lan.post("declarations", {**content, "temperature_c": 38.5})
    assert (response.status_code, pointers(response)) == (409, ["/client_uuid"])
    assert Declaration.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"declared_at": "2021-09-20T07:29:00"}, "/declared_at"),
        ({"declared_at": "2021-09-20"}, "/declared_at"),
        ({"declared_at": 1632098940}, "/declared_at"),
        ({"declared_at": "1632098940"}, "/declared_at"),
        ({"declared_at": "0001-01-01T00:00:00+14:00"}, "/declared_at"),
        ({"declared_at": "9999-12-31T23:59:59-12:00"}, "/declared_at"),
        ({"declared_at": "2021-02-30T07:29:00+07:00"}, "/declared_at"),
        ({"declared_at": "2021-09-20T09:29:00+07:00"}, "/declared_at"),
        ({"declared_at": "2021-09-01T07:29:00+07:00"}, "/declared_at"),
        ({"window": "NOON"}, "/window"),
        ({"window": "LEAVING"}, "/window"),
        ({"site": "KHONG-CO"}, "/site"),
        ({"site": 5}, "/site"),
        ({"temperature_c": "36.6"}, "/temperature_c"),
        ({"temperature_c": True}, "/temperature_c"),
        ({"temperature_c": 99}, "/temperature_c"),
        ({"attested": False}, "/attested"),
        ({"attested": "true"}, "/attested"),
        ({"client_uuid": "x"}, "/client_uuid"),
        ({"answers": []}, "/answers"),
        ({"unknown": 1}, "/unknown"),
    ],
)
def test_wrong_field_is_named_and_nothing_is_kept(lan: Caller, change: dict[str, object], pointer: str) -> None:
    response = lan.post("declarations", declaration(**change))
    assert (response.status_code, pointers(response)) == (422, [pointer])
    assert response.json()["errors"][0]["detail"]
    assert Declaration.objects.count() == 0


def test_missing_fields_are_all_named(lan: Caller) -> None:
    required = {"/client_uuid", "/window", "/declared_at", "/answers", "/attested"}
    assert set(pointers(lan.post("declarations", {}))) == required


def test_answer_of_the_wrong_kind_is_named_by_its_question(lan: Caller) -> None:
    answers = declaration()["answers"]
    name = next(iter(answers))
    for wrong in ("no", 0, None, [], {"a": 1}):
        response = lan.post("declarations", declaration(answers={**answers, name: wrong}))
        assert (response.status_code, pointers(response)) == (422, [f"/answers/{name}"])


def test_site_of_another_agency_is_refused(lan: Caller) -> None:

    Site.objects.create(code="LA-TS", name="Nơi khác", unit=make_unit("LA"))
    response = lan.post("declarations", declaration(site="LA-TS"))
    assert (response.status_code, pointers(response)) == (422, ["/site"])


def test_sick_person_is_held_and_reads_why(lan: Caller) -> None:
    answers = {**declaration()["answers"], "fever": True}
    answer = lan.post("declarations", declaration(answers=answers, temperature_c=38.6)).json()
    assert answer["risk"]["level"] != "LOW"
    assert answer["pass"]["state"] == "HOLD"
    assert answer["risk"]["reasons"][0]["says"] not in answer["pass"]["says"]


def test_account_without_person_cannot_declare(agency: object) -> None:

    assert Caller(make_account("robot")).post("declarations", declaration()).status_code == 403


def test_own_declarations_are_paged_and_hold_no_answers(lan: Caller, agency) -> None:
    lan.post("declarations", declaration())
    Caller(agency.binh.user).post("declarations", declaration(site=None))
    page = lan.get("declarations").json()
    assert (page["total"], page["page"], len(page["items"])) == (1, 1, 1)
    assert set(page["items"][0]) == {"id", "version", "day", "window", "timeliness", "declared_at", "received_at"}
    assert lan.get("declarations", page=2).json()["items"] == []
    assert pointers(lan.get("declarations", size=100000)) == ["/size"]


def test_own_declarations_when_more_come_meanwhile_are_given_each_once(lan: Caller, agency) -> None:
    before = [declare(agency.lan, agency.a, clock(7, day=MONDAY - ONE_DAY * ago)) for ago in range(1, 6)]
    seen: list[int] = []
    place = ""
    for number in range(3):
        body = lan.get("declarations", size=2, before=place).json()
        seen += [row["id"] for row in body["items"]]
        declare(agency.lan, agency.a, clock(8 + number))
        place = body["next"]
    assert (seen, place, body["total"]) == (before, None, 6)


def test_two_people_may_not_share_a_uuid(lan: Caller, agency) -> None:
    content = declaration(site=None, client_uuid=str(uuid.uuid4()))
    assert lan.post("declarations", content).status_code == 201
    assert Caller(agency.binh.user).post("declarations", content).status_code == 409


def correction(**changes: object) -> dict[str, object]:
    plain = declaration()
    answers = {**plain["answers"], "fever": True}
    kept = {"client_uuid": plain["client_uuid"], "answers": answers, "attested": True, "reason": "FORGOTTEN"}
    return {**kept, **changes}


def test_correction_is_a_new_version_with_the_time_of_the_first(lan: Caller) -> None:
    first = lan.post("declarations", declaration()).json()
    content = correction()
    made = lan.post(f"declarations/{first['id']}/corrections", content)
    again = lan.post(f"declarations/{first['id']}/corrections", content)
    assert (made.status_code, again.status_code) == (201, 200)
    assert made.json() == again.json()
    assert (made.json()["timeliness"], made.json()["risk"]["level"], made.json()["pass"]["state"]) == (
        "ON_TIME",
        "HIGH",
        "HOLD",
    )
    [row] = lan.get("declarations").json()["items"]
    assert (row["id"], row["version"]) == (made.json()["id"], 2)


def test_correction_of_an_older_version_is_a_conflict(lan: Caller) -> None:
    first = lan.post("declarations", declaration()).json()
    lan.post(f"declarations/{first['id']}/corrections", correction())
    stale = lan.post(f"declarations/{first['id']}/corrections", correction(temperature_c=38.0))
    assert (stale.status_code, Declaration.objects.count()) == (409, 2)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"reason": "BECAUSE"}, "/reason"),
        ({"reason": "OTHER"}, "/note"),
        ({"note": "x" * 301}, "/note"),
        ({"attested": False}, "/attested"),
        ({"answers": declaration()["answers"], "temperature_c": 36.6}, "/answers"),
        ({"declared_at": "2021-09-20T07:29:00+07:00"}, "/declared_at"),
    ],
)
def test_wrong_field_of_a_correction_is_named(lan: Caller, change: dict[str, object], pointer: str) -> None:
    first = lan.post("declarations", declaration()).json()
    response = lan.post(f"declarations/{first['id']}/corrections", correction(**change))
    assert (response.status_code, pointers(response)) == (422, [pointer])
    assert Declaration.objects.count() == 1


def test_declaration_of_somebody_else_cannot_be_corrected(lan: Caller, agency) -> None:
    first = Caller(agency.binh.user).post("declarations", declaration(site=None)).json()
    assert lan.post(f"declarations/{first['id']}/corrections", correction()).status_code == 404
