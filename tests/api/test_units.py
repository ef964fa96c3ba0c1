"""A unit's day, its return and the control room, as far as each viewer may see."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import DAY as DATE
from tests.api.conftest import Caller, at, declaration, pointers
from tests.factories.risk import make_unit
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock
from vungxanh.risk import operations
from vungxanh.risk.models import DailyReturn

DAY = "units/A/days/2021-09-20"


@pytest.fixture
def sick(lan: Caller) -> Caller:
    answers = {**declaration()["answers"], "fever": True}
    assert lan.post("declarations", declaration(answers=answers)).status_code == 201
    return lan


def test_day_counts_declared_and_names_the_missing_after_the_deadline(agency, sick: Caller, head: Caller) -> None:
    with clock.at(at(12, 5)):
        day = head.get(DAY).json()
    assert (day["unit"], day["date"], day["expected"]) == ("A", "2021-09-20", 3)
    assert day["declared"] == {"arrival": 1, "leaving": 0}
    assert [(one["name"], one["unit"]) for one in day["missing"]] == [("minh", "A"), ("truong", "A")]
    assert [(one["name"], one["level"] != "LOW") for one in day["flagged"]] == [("lan", True)]
    assert day["zone"]["level"] in {"YELLOW", "ORANGE", "RED"}
    assert day["return"]["status"] == "NOT_PREPARED"
    assert day["return"]["due_at"] == "2021-09-20T15:00:00+07:00"


def test_nobody_is_missing_before_the_deadline(head: Caller) -> None:
    with clock.at(at(5, 30)):
        assert head.get(DAY).json()["missing"] == []


def test_head_reads_a_neutral_reason_and_the_health_officer_the_full_one(agency, sick: Caller, head: Caller) -> None:
    [neutral] = head.get(DAY).json()["flagged"]
    [full] = Caller(agency.yte.user).get(DAY).json()["flagged"]
    assert neutral["person"] == full["person"] == str(agency.lan.pseudonym)
    assert neutral["reason"] != full["reason"]
    looks = AuditEvent.objects.filter(is_read=True).values_list("action", "actor_id", "subject_id")
    assert list(looks) == [("risk.read_level", agency.yte.user_id, str(agency.lan.pk))]


def test_office_sees_counts_and_nobodys_level(agency, sick: Caller) -> None:
    day = Caller(agency.vanphong.user).get("units/SNN/days/2021-09-20").json()
    assert (day["declared"]["arrival"], day["flagged"]) == (1, None)


@pytest.mark.parametrize("path", [DAY, "units/SNN/days/2021-09-20", "units/KHONG-CO/days/2021-09-20"])
def test_unit_of_others_is_not_there(agency, path: str) -> None:
    assert Caller(agency.binh.user).get(path).status_code == 404


@pytest.mark.parametrize("day", ["2021-13-01", "20210920", "0", "hom-nay", "9999-12-31", "1999-12-31", "2021-9-1"])
def test_day_that_is_none_is_refused(head: Caller, day: str) -> None:
    for path in (f"units/A/days/{day}", f"control-room/{day}"):
        response = head.get(path)
        assert (response.status_code, pointers(response)) == (422, ["/day"])


def test_units_are_listed_in_pages_as_far_as_one_sees(agency, head: Caller) -> None:
    office = Caller(agency.vanphong.user)
    assert [unit["code"] for unit in office.get("units").json()["items"]] == ["SNN", "A", "B"]
    page = office.get("units", page=2, size=2).json()
    assert (page["total"], [unit["code"] for unit in page["items"]]) == (3, ["B"])
    assert [unit["code"] for unit in head.get("units").json()["items"]] == ["A"]
    assert Caller(agency.lan.user).get("units").json()["total"] == 0


def test_control_room_shows_each_unit_against_each_duty_worst_first(agency, sick: Caller, head: Caller) -> None:
    with clock.at(at(15, 30)):
        head.post("units/A/returns", {"date": "2021-09-20", "kind": "DAILY"})
        rows = Caller(agency.vanphong.user).get("control-room/2021-09-20").json()["items"]
    duties = {row["unit"]: {duty["code"]: duty for duty in row["duties"]} for row in rows}
    assert set(duties) == {"SNN", "A", "B"}
    arrival = duties["A"]["arrival"]
    assert (arrival["state"], arrival["done"], arrival["expected"]) == ("OVERDUE", 1, 3)
    assert (duties["A"]["daily_return"]["state"], duties["B"]["daily_return"]["state"]) == ("DONE", "OVERDUE")
    assert rows[-1]["unit"] == "A"
    assert rows[-1]["zone"] in {"YELLOW", "ORANGE", "RED"}


def test_control_room_is_refused_to_whoever_has_no_role_over_several_units(lan: Caller, head: Caller) -> None:
    for caller in (lan, head):
        assert caller.get("control-room/2021-09-20").status_code == 403


def test_control_room_takes_the_same_queries_for_three_and_six_units(agency) -> None:
    office, counts = Caller(agency.vanphong.user), []
    office.get("units")
    for codes in ((), ("C", "D", "E")):
        for code in codes:
            make_unit(code, agency.root)
        with CaptureQueriesContext(connection) as queries:
            rows = office.get("control-room/2021-09-20").json()["total"]
        counts.append((rows, len(queries)))
    assert [rows for rows, _queries in counts] == [3, 6]
    assert counts[0][1] == counts[1][1]


# --- The return ------------------------------------------------------------------------------------------------------


def test_return_is_sent_and_then_again_as_a_new_version(head: Caller) -> None:
    with clock.at(at(14, 30)):
        first = head.post("units/A/returns", {"date": "2021-09-20", "kind": "DAILY"})
        second = head.post("units/A/returns", {"date": "2021-09-20", "kind": "DAILY", "note": "Bổ sung một người"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert (first.json()["version"], second.json()["version"], first.json()["on_time"]) == (1, 2, True)
    assert first.json()["submitted_at"] == "2021-09-20T14:30:00+07:00"
    assert DailyReturn.objects.filter(state="SUBMITTED").count() == 1


def test_change_of_a_sent_return_says_what_it_is_about(head: Caller) -> None:
    head.post("units/A/returns", {"date": "2021-09-20", "kind": "DAILY"})
    response = head.post("units/A/returns", {"date": "2021-09-20", "kind": "DAILY"})
    assert response.status_code == 422
    assert response.json()["detail"]


def test_return_takes_overrides_with_reasons(agency, sick: Caller, head: Caller) -> None:
    override = {"person": str(agency.lan.pseudonym), "level": "VERY_HIGH", "reason": "Đã có kết quả test nhanh"}
    with clock.at(at(14)):
        content = {"date": "2021-09-20", "kind": "DAILY", "overrides": [override]}
        assert head.post("units/A/returns", content).status_code == 201
        assert head.get(DAY).json()["flagged"][0]["level"] == "VERY_HIGH"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"date": "2021-09-32"}, "/date"),
        ({"date": 20210920}, "/date"),
        ({"kind": "WEEKLY"}, "/kind"),
        ({"note": 5}, "/note"),
        ({"note": "x" * 2001}, "/note"),
        ({"overrides": {}}, "/overrides"),
        ({"overrides": [{"person": "x", "level": "LOW", "reason": "y"}]}, "/overrides/0/person"),
        ({"extra": 1}, "/extra"),
    ],
)
def test_wrong_field_of_a_return_is_named(head: Caller, change: dict[str, object], pointer: str) -> None:
    response = head.post("units/A/returns", {"date": "2021-09-20", "kind": "DAILY", **change})
    assert (response.status_code, pointers(response)) == (422, [pointer])
    assert DailyReturn.objects.exclude(state="PREPARED").count() == 0


def test_return_of_others_is_refused(agency, head: Caller) -> None:
    content = {"date": "2021-09-20", "kind": "DAILY"}
    assert head.post("units/B/returns", content).status_code == 404
    assert Caller(agency.lan.user).post("units/A/returns", content).status_code == 404
    assert Caller(agency.vanphong.user).post("units/A/returns", content).status_code == 403
    assert DailyReturn.objects.exclude(state="PREPARED").count() == 0


def test_return_of_a_day_to_come_is_refused(head: Caller) -> None:
    assert head.post("units/A/returns", {"date": "2021-09-21", "kind": "DAILY"}).status_code == 422


# --- Zones -----------------------------------------------------------------------------------------------------------


def test_zone_changes_are_told_with_reasons_newest_first(agency, sick: Caller, head: Caller) -> None:
    for hour in (8, 9):
        operations.assess_zones([agency.a.pk], day=DATE, at=at(hour))
    with clock.at(at(14)):
        answer = head.get("units/A/zones", size=1).json()
        rest = head.get("units/A/zones", size=1, page=2).json()
    assert (answer["total"], len(answer["items"]), len(rest["items"])) == (2, 1, 1)
    late = answer["items"][0]
    assert (late["unit"], late["date"], late["level"], late["edition"]) == ("A", "2021-09-20", "YELLOW", "2021-09-01")
    assert [one["code"] for one in late["reasons"]] == ["CC", "KB"]
    assert late["reasons"][0]["cites"]
    assert (late["came"], late["went"], late["figures"]["missing_declarations"]) == (["KB"], [], 2)
    assert rest["items"][-1]["before"] is None


def test_zone_changes_are_those_of_the_days_that_were_asked_for(agency, sick: Caller, head: Caller) -> None:
    assert head.get("units/A/zones", **{"from": "2021-09-01", "to": "2021-09-19"}).json()["total"] == 0
    assert head.get("units/A/zones", **{"from": "2021-09-20"}).json()["total"] > 0
    for days in ({"from": "2021-09-21", "to": "2021-09-20"}, {"from": "2020-01-01", "to": "2021-09-20"}):
        response = head.get("units/A/zones", **days)
        assert (response.status_code, pointers(response)) == (422, ["/from"])
    response = head.get("units/A/zones", to="hom-nay")
    assert (response.status_code, pointers(response)) == (422, ["/to"])


def test_zone_of_others_is_not_there(agency) -> None:
    stranger = Caller(agency.binh.user)
    assert stranger.get("units/A/zones").status_code == 404
    assert stranger.get("units/KHONG-CO/zones").status_code == 404
    assert stranger.get("units/B/zones").status_code == 200
