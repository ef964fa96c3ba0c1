"""A gate without network: what it is given for a shift, and its scans merged afterwards, each answered by itself."""

import dataclasses
import datetime
import uuid
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import DAY, Caller, at
from tests.api.door import DoorCaller
from tests.factories.organization import make_holder, make_place
from tests.factories.screening import new_declaration
from tests.factories.visits import make_invitation, make_visit
from tests.races import at_once
from vungxanh.accounts.models import AccessToken
from vungxanh.admission.enums import HostAnswer, VisitRole
from vungxanh.admission.models import Visit
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.operations.gate import Passing, pass_gate, refuse_at_gate
from vungxanh.admission.operations.visits import answer_visit, expire_visits, move_visit
from vungxanh.admission.queries.gate import all_listed, all_listed_subjects
from vungxanh.admission.queries.passes import all_good_pass, all_tokens
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Person, Site
from vungxanh.organization.place_codes import day_key
from vungxanh.risk.models import UnusualEvent
from vungxanh.risk.operations import override_level
from vungxanh.screening.enums import Channel, Direction, Means, PresenceConflict
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.queries.presence import all_conflicts

ONE_DAY = datetime.timedelta(days=1)


@pytest.fixture(params=[Caller, DoorCaller])
def gate(agency: SimpleNamespace, request: pytest.FixtureRequest) -> SimpleNamespace:
    """By the page and by the door: whatever holds for one holds for the other."""
    place = make_place("A-C1", agency.site)
    submit_declarations([new_declaration(agency.lan, at(7))], at=at(7))
    return SimpleNamespace(place=place, guard=request.param(make_holder("baove", Role.GUARD, agency.a)), agency=agency)


def scan(direction: str, hour: int, minute: int = 0, **who: Any) -> dict[str, Any]:
    moment = f"2021-09-20T{hour:02}:{minute:02}:00+07:00"
    return {"uuid": str(uuid.uuid4()), "direction": direction, "at": moment, **who}


def send(gate: SimpleNamespace, scans: list[dict[str, Any]], sent_at: datetime.datetime | None = None) -> list[str]:
    """The outcomes, sent at noon."""
    with clock.at(at(12)):
        moment = (sent_at or at(12)).isoformat()
        body = {"sent_at": moment, "list_day": "2021-09-20", "device": "tablet", "scans": scans}
        answer = gate.guard.post("gates/A-C1/scans", body)
    assert answer.status_code == 200, answer.content
    results = answer.json()["results"]
    assert [one["uuid"] for one in results] == [one["uuid"] for one in scans]
    return [one["outcome"] for one in results]


def token(gate: SimpleNamespace) -> str:
    row = all_good_pass(gate.agency.lan.pseudonym, DAY, at=at(8))
    assert row
    return all_tokens([row])[row.jti]


def tag_of(gate: SimpleNamespace, name: str) -> str:
    rows = gate.guard.get("gates/A-C1/shift").json()["expected"]
    return str(next(one["tag"] for one in rows if one["name"] == name))


def test_shift_holds_what_a_gate_needs_and_nothing_of_health(gate: SimpleNamespace) -> None:
    answer = gate.guard.get("gates/A-C1/shift")
    shift = answer.json()
    assert answer.status_code == 200
    assert shift["code_keys"][0] == {"day": "2021-09-20", "key": day_key(gate.place, DAY).hex()}
    assert len(shift["code_keys"]) == 2
    lan = next(one for one in shift["expected"] if one["name"] == "lan")
    minh = next(one for one in shift["expected"] if one["name"] == "minh")
    assert (lan["reason"], minh["reason"]) == ("ALLOWED", "NOT_DECLARED")
    assert "binh" not in {one["name"] for one in shift["expected"]}
    assert shift["figures"]["fever_from"] == 37.5
    text = answer.content.decode()
    assert not any(word in text for word in (str(gate.agency.lan.pseudonym), '"LOW"', '"d":'))


def test_shift_names_revoked_passes(gate: SimpleNamespace) -> None:
    row = all_good_pass(gate.agency.lan.pseudonym, DAY, at=at(8))
    head = gate.agency.truong.user
    override_level(gate.agency.lan.pseudonym, day=DAY, level="HIGH", reason="Ho", actor=head, at=at(7, 20))
    assert gate.guard.get("gates/A-C1/shift").json()["revoked"] == [row.jti.hex]


def test_scans_are_kept_once_by_pass_tag_and_code(gate: SimpleNamespace) -> None:
    Person.objects.filter(pk=gate.agency.minh.pk).update(staff_code="CB00002")
    tags = {one["name"]: one["tag"] for one in gate.guard.get("gates/A-C1/shift").json()["expected"]}
    scans = [
        scan("IN", 7, 31, **{"pass": token(gate)}, temperature_c=36.5),
        scan("OUT", 11, 30, tag=tags["lan"]),
        scan("IN", 7, 40, code="cb00002", said="HOLD", reason="NOT_DECLARED"),
    ]
    assert send(gate, scans) == ["KEPT"] * 3
    assert send(gate, scans[::-1]) == ["AGAIN"] * 3
    stay = Presence.objects.get()
    assert (stay.subject, stay.entered_at, stay.left_at) == (gate.agency.lan.pseudonym, at(7, 31), at(11, 30))
    assert PresenceEvent.objects.get(decision="HOLD").reason == "NOT_DECLARED"


def test_bad_scans_are_refused_in_words_and_the_others_kept(gate: SimpleNamespace) -> None:
    forged = token(gate)[:-4] + "AAAA"
    scans = [
        scan("IN", 7, 31, **{"pass": forged}),
        scan("IN", 7, 31, tag="0" * 16),
        scan("IN", 7, 31, code="KHONG"),
        scan("IN", 7, 31),
        scan("IN", 20, 0, **{"pass": token(gate)}),
        scan("IN", 7, 31, **{"pass": token(gate)}),
    ]
    assert send(gate, scans) == ["REFUSED"] * 5 + ["KEPT"]
    assert PresenceEvent.objects.count() == 1


def test_same_uuid_with_other_content_in_one_batch_is_refused(gate: SimpleNamespace) -> None:
    first = scan("IN", 7, 31, **{"pass": token(gate)})
    assert send(gate, [first, {**first, "direction": "OUT"}, first]) == ["KEPT", "REFUSED", "AGAIN"]


def test_clock_two_days_off_is_set_right(gate: SimpleNamespace) -> None:
    off = datetime.timedelta(days=2)
    wrong = {**scan("IN", 7, 31, **{"pass": token(gate)}), "at": (at(7, 31) + off).isoformat()}
    assert send(gate, [wrong], at(12) + off) == ["KEPT"]
    assert Presence.objects.get().entered_at == at(7, 31)
    assert send(gate, [{**wrong, "uuid": str(uuid.uuid4())}]) == ["REFUSED"]


def test_what_the_gate_could_not_know_is_shown(gate: SimpleNamespace) -> None:
    head = gate.agency.truong.user
    text = token(gate)
    override_level(gate.agency.lan.pseudonym, day=DAY, level="HIGH", reason="Ho", actor=head, at=at(9))
    before, after = scan("IN", 8, 0, **{"pass": text}), scan("IN", 9, 30, **{"pass": text})
    assert send(gate, [before, after, scan("OUT", 9, 0, **{"pass": text})]) == ["KEPT"] * 3
    found = all_conflicts([gate.agency.site.pk], first=DAY, last=DAY, at=at(12))
    assert [(one.kind, one.at) for one in found if one.kind == PresenceConflict.AGAINST_RULE] == [
        (PresenceConflict.AGAINST_RULE, at(9, 30))
    ]


def test_scans_in_a_flat_number_of_queries(gate: SimpleNamespace) -> None:
    tag = next(one["tag"] for one in gate.guard.get("gates/A-C1/shift").json()["expected"] if one["name"] == "lan")

    def count(number: int, *, since: int) -> int:
        # Each time other minutes: whether a scan of the same moment changes a stay is up to its random key.
        minutes = range(since, since + number)
        scans = [scan("IN", 7, minute, **{"pass": token(gate)}) for minute in minutes]
        scans += [scan("OUT", 8, minute, tag=tag) for minute in minutes]
        with CaptureQueriesContext(connection) as queries:
            send(gate, scans)
        return len(queries)

    count(1, since=0)
    assert count(1, since=10) == count(9, since=20)


def against_rule(gate: SimpleNamespace) -> list[datetime.datetime]:
    found = all_conflicts([gate.agency.site.pk], first=DAY, last=DAY, at=at(12))
    return [one.at for one in found if one.kind == PresenceConflict.AGAINST_RULE]


def test_paper_that_is_entered_later_speaks_for_the_morning(gate: SimpleNamespace) -> None:
    minh = gate.agency.minh
    scans = [scan("IN", hour, tag=tag_of(gate, "minh")) for hour in (7, 8)]
    submit_declarations(
        [dataclasses.replace(new_declaration(minh, at(7, 30)), channel=Channel.PAPER, actor=gate.agency.truong.user)],
        at=at(11),
    )
    assert send(gate, scans) == ["KEPT"] * 2
    assert against_rule(gate) == [at(7)]


def test_pass_that_came_back_does_not_speak_for_the_time_between(gate: SimpleNamespace) -> None:
    head, lan = gate.agency.truong.user, gate.agency.lan
    override_level(lan.pseudonym, day=DAY, level="HIGH", reason="Ho", actor=head, at=at(9))
    override_level(lan.pseudonym, day=DAY, level="LOW", reason="Hết", actor=head, at=at(10))
    assert send(gate, [scan("IN", hour, 30, tag=tag_of(gate, "lan")) for hour in (8, 9, 10)]) == ["KEPT"] * 3
    assert against_rule(gate) == [at(9, 30)]


def refusals() -> list[str]:
    rows = AuditEvent.objects.filter(action="admission.refuse_at_gate")
    return sorted(row.detail["reason"] for row in rows)


def visitor(gate: SimpleNamespace, *yes: str, is_expected: bool = True) -> Visit:
    visit = make_visit(gate.agency.site, *yes, at=at(7))
    if is_expected:
        answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=gate.guard.user, at=at(7, 10))
    return visit


def listed(gate: SimpleNamespace, visit: Visit) -> dict[str, Any]:
    rows = gate.guard.get("gates/A-C1/shift").json()["expected"]
    return next(one for one in rows if one["code"] == visit.code)


def test_visitor_is_judged_by_the_visit_and_the_visit_follows_the_gate(gate: SimpleNamespace) -> None:
    visit = visitor(gate)
    row = listed(gate, visit)
    assert (row["kind"], row["reason"]) == ("VISITOR", "ALLOWED")
    scans = [scan("OUT", 9, tag=row["tag"]), scan("IN", 8, tag=row["tag"])]
    assert send(gate, scans) == ["KEPT"] * 2
    assert against_rule(gate) == []
    visit.refresh_from_db()
    assert (visit.state, visit.admitted_at, visit.ended_at) == ("LEFT", at(8), at(9))
    assert send(gate, scans) == ["AGAIN"] * 2
    stay = Presence.objects.get()
    assert (stay.entered_at, stay.left_at) == (at(8), at(9))


@pytest.mark.parametrize(
    ("yes", "is_expected", "reason"), [(("contact_with_case",), True, "LEVEL"), ((), False, "HOST")]
)
def test_visitor_whom_rules_or_host_hold_is_held(
    gate: SimpleNamespace, yes: tuple[str, ...], is_expected: bool, reason: str
) -> None:
    visit = visitor(gate, *yes, is_expected=is_expected)
    row = listed(gate, visit)
    assert row["reason"] == reason
    assert send(gate, [scan("IN", 8, tag=row["tag"])]) == ["KEPT"]
    assert against_rule(gate) == [at(8)]
    visit.refresh_from_db()
    assert visit.admitted_at is None


def shift(gate: SimpleNamespace) -> dict[str, Any]:
    answer: dict[str, Any] = gate.guard.get("gates/A-C1/shift").json()
    return answer


def test_typed_code_of_a_visit_is_merged_once_and_the_visit_follows(gate: SimpleNamespace) -> None:
    visit = visitor(gate)
    spelt = f"{visit.code[:4].lower()}-{visit.code[4:]} "
    scans = [scan("OUT", 9, code=visit.code), scan("IN", 8, code=spelt)]
    for said in ("KEPT", "AGAIN", "AGAIN"):
        assert send(gate, scans) == [said] * 2
    assert (against_rule(gate), refusals()) == ([], [])
    visit.refresh_from_db()
    assert (visit.state, visit.admitted_at, visit.ended_at) == ("LEFT", at(8), at(9))
    assert {row.means for row in PresenceEvent.objects.all()} == {Means.TYPED}


@pytest.mark.parametrize("is_tag", [True, False])
@pytest.mark.parametrize(("yes", "is_expected"), [(("contact_with_case",), True), ((), False)])
def test_typed_code_of_whom_rules_or_host_hold_is_shown(
    gate: SimpleNamespace, yes: tuple[str, ...], is_expected: bool, is_tag: bool
) -> None:
    visit = visitor(gate, *yes, is_expected=is_expected)
    named = {"tag": listed(gate, visit)["tag"]} if is_tag else {"code": visit.code}
    held = scan("IN", 8, said="HOLD", reason="HOST", **named)
    assert send(gate, [held, scan("IN", 9, **named)]) == ["KEPT"] * 2
    assert against_rule(gate) == [at(9)]
    visit.refresh_from_db()
    assert visit.admitted_at is None


@pytest.mark.parametrize("is_tag", [True, False])
def test_visit_that_was_called_off_after_the_list_is_kept_and_shown(gate: SimpleNamespace, is_tag: bool) -> None:
    """What happened at the gate is not lost because the visit is over when the scans arrive."""
    visit = visitor(gate)
    named = {"tag": listed(gate, visit)["tag"]} if is_tag else {"code": visit.code}
    answer_visit(
        visit, HostAnswer.DECLINED, by=VisitRole.GUARD, actor=gate.guard.user, at=at(8, 30), reason="Người tiếp bận"
    )
    scans = [scan("IN", 8, **named), scan("OUT", 8, 10, **named), scan("IN", 9, **named)]
    assert send(gate, scans) == ["KEPT"] * 3
    assert send(gate, scans) == ["AGAIN"] * 3
    assert against_rule(gate) == [at(9)]
    visit.refresh_from_db()
    assert visit.state == "REFUSED"


def test_code_of_a_visit_of_another_site_is_kept_and_shown(gate: SimpleNamespace) -> None:
    other = Site.objects.create(code="B-TS", name="Trụ sở B", unit=gate.agency.b)
    visit = make_visit(other, at=at(7))
    guard = make_holder("kia", Role.GUARD, gate.agency.b)
    answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=guard, at=at(7))
    assert send(gate, [scan("IN", 8, code=visit.code)]) == ["KEPT"]
    assert against_rule(gate) == [at(8)]
    visit.refresh_from_db()
    assert visit.state == "WAITING"


def test_code_of_a_visit_that_has_left_does_not_open_again(gate: SimpleNamespace) -> None:
    visit = visitor(gate)
    for direction, hour in ((Direction.IN, 8), (Direction.OUT, 9)):
        passing = Passing(uuid.uuid4(), gate.place, visit.visitor.pseudonym, direction, Means.TYPED)
        pass_gate(passing, actor=gate.guard.user, at=at(hour))
    assert send(gate, [scan("IN", 10, code=visit.code), scan("IN", 8, 30, code=visit.code)]) == ["KEPT"] * 2
    assert against_rule(gate) == [at(10)]


def test_visitor_who_left_by_a_gate_that_told_of_it_later_does_not_come_in_again(gate: SimpleNamespace) -> None:
    visit = visitor(gate)
    assert send(gate, [scan("IN", 8, code=visit.code), scan("OUT", 9, code=visit.code)]) == ["KEPT"] * 2
    assert send(gate, [scan("IN", 10, code=visit.code)]) == ["KEPT"]
    assert against_rule(gate) == [at(10)]


def test_code_before_its_day_and_after_its_end_is_refused_once(gate: SimpleNamespace) -> None:
    tomorrow = make_invitation(gate.agency.site, gate.agency.truong, at=at(7), planned_at=at(9) + ONE_DAY)
    missed = make_invitation(gate.agency.site, gate.agency.truong, at=at(7) - ONE_DAY, planned_at=at(20) - ONE_DAY)
    expire_visits(at=at(9))
    scans = [
        scan("IN", 8, code=tomorrow.code),
        scan("IN", 8, code=missed.code),
        scan("IN", 10, code=missed.code),
        scan("IN", 10, code="2222WXYZ"),
    ]
    assert send(gate, scans) == ["REFUSED", "KEPT", "REFUSED", "REFUSED"]
    assert send(gate, scans) == ["REFUSED", "AGAIN", "REFUSED", "REFUSED"]
    assert refusals() == ["EARLY", "EXPIRED", "UNKNOWN"]


def test_every_visit_that_is_due_stands_on_the_list_by_its_code(gate: SimpleNamespace) -> None:
    visits = [visitor(gate), visitor(gate)]
    rows = [one for one in shift(gate)["expected"] if one["kind"] == "VISITOR"]
    assert visits[0].visitor == visits[1].visitor
    assert [one["code"] for one in rows] == [visit.code for visit in visits]
    assert len({one["tag"] for one in rows}) == 1


def test_tags_are_known_of_exactly_those_on_the_list(gate: SimpleNamespace) -> None:
    visit, binh = visitor(gate), gate.agency.binh
    submit_declarations([new_declaration(binh, at(7))], at=at(7))
    pass_gate(
        Passing(uuid.uuid4(), gate.place, binh.pseudonym, Direction.IN, Means.TYPED, insists=True),
        actor=gate.guard.user,
        at=at(7, 20),
    )
    listed = [one.subject for one in all_listed(gate.agency.site, day=DAY, at=at(8))]
    assert {visit.visitor.pseudonym, gate.agency.lan.pseudonym, binh.pseudonym} < set(listed)
    assert all_listed_subjects(gate.agency.site, day=DAY, at=at(8)) == set(listed)


def test_codes_that_open_nothing_are_listed_with_their_reason_and_nobody_s_name(gate: SimpleNamespace) -> None:
    site, host = gate.agency.site, gate.agency.truong
    left, declined = visitor(gate), visitor(gate, is_expected=False)
    move_visit(left, "admit", by=VisitRole.GUARD, actor=gate.guard.user, at=at(7, 15))
    move_visit(left, "leave", by=VisitRole.GUARD, actor=gate.guard.user, at=at(7, 20))
    move_visit(declined, "refuse", by=VisitRole.GUARD, actor=gate.guard.user, at=at(7, 20), reason="Người tiếp bận")
    tomorrow = make_invitation(site, host, at=at(7), planned_at=at(9) + ONE_DAY)
    shut = shift(gate)["shut_codes"]
    assert {one["code"]: one["reason"] for one in shut} == {
        left.code: "HAS_LEFT",
        declined.code: "REVOKED",
        tomorrow.code: "EARLY",
    }
    assert {key for one in shut for key in one} == {"code", "reason"}


def test_what_the_console_decided_with_network_is_not_kept_again(gate: SimpleNamespace) -> None:
    key, lan = uuid.uuid4(), gate.agency.lan.pseudonym
    passing = Passing(key, gate.place, lan, Direction.IN, Means.SCAN)
    pass_gate(passing, actor=gate.guard.user, at=at(8))
    assert send(gate, [{**scan("IN", 8, **{"pass": token(gate)}), "uuid": str(key)}]) == ["AGAIN"]
    assert PresenceEvent.objects.count() == 1


def test_somebody_held_for_health_is_an_unusual_event_with_network_or_without(gate: SimpleNamespace) -> None:
    lan = gate.agency.lan.pseudonym
    passing = Passing(uuid.uuid4(), gate.place, lan, Direction.IN, Means.TYPED, temperature_c=38.1)
    pass_gate(passing, actor=gate.guard.user, at=at(8))
    held = {"said": "HOLD", "reason": "FEVER", "temperature_c": 38.2}
    minh = scan("IN", 8, tag=tag_of(gate, "minh"), **held)
    assert send(gate, [minh, scan("IN", 9, tag=tag_of(gate, "lan"), **held)]) == ["KEPT", "KEPT"]
    assert send(gate, [minh]) == ["AGAIN"]
    assert set(UnusualEvent.objects.values_list("key", flat=True)) == {
        f"gate:{one}:{DAY}" for one in (lan, gate.agency.minh.pseudonym)
    }


def test_scan_of_yesterday_is_no_event_of_today(gate: SimpleNamespace) -> None:
    late = {"said": "HOLD", "reason": "FEVER", "temperature_c": 38.2, "tag": tag_of(gate, "minh")}
    with clock.at(at(7) + ONE_DAY):
        moment = (at(7) + ONE_DAY).isoformat()
        body = {"sent_at": moment, "list_day": "2021-09-20", "device": "tablet", "scans": [scan("IN", 8, **late)]}
        assert gate.guard.post("gates/A-C1/scans", body).json()["results"][0]["outcome"] == "KEPT"
    assert not UnusualEvent.objects.exists()


def test_whoever_is_inside_stands_on_the_list_with_the_time(gate: SimpleNamespace) -> None:
    binh = gate.agency.binh
    seen = Passing(uuid.uuid4(), gate.place, binh.pseudonym, Direction.IN, Means.TYPED, insists=True)
    submit_declarations([new_declaration(binh, at(7))], at=at(7))
    pass_gate(seen, actor=gate.guard.user, at=at(7, 20))
    row = next(one for one in gate.guard.get("gates/A-C1/shift").json()["expected"] if one["name"] == "binh")
    assert (row["inside_since"], row["reason"]) == ("2021-09-20T07:20:00+07:00", "ALLOWED")
    assert send(gate, [scan("OUT", 9, tag=row["tag"])]) == ["KEPT"]


def test_what_the_device_turned_away_is_written_down_and_nothing_else(gate: SimpleNamespace) -> None:
    noted = scan("IN", 8, said="REFUSED", reason="GATE_CODE")
    assert send(gate, [noted, scan("OUT", 8, reason="bịa ra")]) == ["REFUSED"] * 2
    rows = AuditEvent.objects.filter(action="admission.refuse_at_gate")
    assert sorted(row.detail["reason"] for row in rows) == ["GATE_CODE", "UNKNOWN"]
    assert PresenceEvent.objects.count() == 0


def test_batch_sent_three_times_writes_each_refusal_down_once(gate: SimpleNamespace) -> None:
    scans = [
        scan("IN", 8, said="REFUSED", reason="GATE_CODE"),
        scan("IN", 9, said="REFUSED", reason="GATE_CODE"),
        scan("IN", 9, code="KHONG"),
        scan("IN", 9, **{"pass": "eyJ.rac.rac"}),
    ]
    for _time in range(3):
        assert send(gate, scans) == ["REFUSED"] * 4
    assert refusals() == ["FORGED", "GATE_CODE", "GATE_CODE", "UNKNOWN"]


def test_refusal_that_the_console_wrote_down_with_network_is_not_written_again(gate: SimpleNamespace) -> None:
    key = uuid.uuid4()
    refuse_at_gate(gate.place, {key: "UNREADABLE"}, actor=gate.guard.user, at=at(8))
    note = {**scan("IN", 8, said="REFUSED", reason="UNREADABLE"), "uuid": str(key)}
    assert send(gate, [note]) == ["REFUSED"]
    assert refusals() == ["UNREADABLE"]


@pytest.mark.django_db(transaction=True)
def test_batch_that_two_send_at_once_writes_each_refusal_down_once(gate: SimpleNamespace) -> None:
    scans = [scan("IN", 8, said="REFUSED", reason="GATE_CODE"), scan("IN", 9, code="KHONG")]
    at_once(*[partial(send, gate, scans)] * 2)
    assert refusals() == ["GATE_CODE", "UNKNOWN"]


def test_device_of_the_guard_names_itself_by_its_token(gate: SimpleNamespace) -> None:
    send(gate, [scan("IN", 8, **{"pass": token(gate)})])
    assert PresenceEvent.objects.get().device == str(AccessToken.objects.get(user=gate.guard.user).pk)


def test_against_the_rules_is_said_with_the_answer(gate: SimpleNamespace) -> None:
    with clock.at(at(12)):
        scans = [scan("IN", 7, tag=tag_of(gate, "minh"))]
        body = {"sent_at": at(12).isoformat(), "list_day": "2021-09-20", "scans": scans}
        [result] = gate.guard.post("gates/A-C1/scans", body).json()["results"]
    assert result["outcome"] == "KEPT"
    assert "lẽ ra phải giữ lại" in result["says"]


@pytest.mark.parametrize(
    "change", [{"scans": []}, {"sent_at": "hôm qua"}, {"list_day": "x"}, {"scans": [{"uuid": "x"}]}, {"more": 1}]
)
def test_batch_of_a_wrong_shape_keeps_nothing(gate: SimpleNamespace, change: dict[str, Any]) -> None:
    body = {"sent_at": at(12).isoformat(), "list_day": "2021-09-20", "scans": [scan("IN", 7, code="X")], **change}
    assert gate.guard.post("gates/A-C1/scans", body).status_code == 422
    assert PresenceEvent.objects.count() == 0


def test_gate_of_somebody_else_is_refused(gate: SimpleNamespace, lan: Caller) -> None:
    assert lan.get("gates/A-C1/shift").status_code == 403
    assert gate.guard.get("gates/KHONG/shift").status_code == 404
