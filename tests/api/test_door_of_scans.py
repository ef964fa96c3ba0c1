"""The door of scans: what it takes and answers is the page's, and nobody in a group is the worse for the others."""

import asyncio
import json
import uuid
from collections.abc import Sequence
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests.accounts.test_proofs import Device
from tests.api.conftest import DAY, Caller, at, declaration
from tests.api.door import DoorCaller
from tests.factories.organization import make_holder, make_place
from tests.factories.screening import new_declaration
from tests.factories.visits import make_visit
from tests.races import at_once
from vungxanh.accounts import proofs
from vungxanh.accounts.models import AccessToken, User
from vungxanh.accounts.operations import issue_token
from vungxanh.accounts.queries import revocations
from vungxanh.admission.enums import HostAnswer, VisitRole
from vungxanh.admission.operations import gate_batch, submit_declarations
from vungxanh.admission.operations.visits import answer_visit
from vungxanh.admission.queries.passes import all_good_pass, all_tag_of, all_tokens
from vungxanh.api.gates import ScansIn
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock
from vungxanh.config.asgi import dispatcher
from vungxanh.intake import declarations, scans
from vungxanh.intake import door as doors
from vungxanh.intake.door import Answer, Arrived, Door
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Place, Site
from vungxanh.screening.models import Presence, PresenceEvent

FRONT, BACK = "A-C1", "A-C2"
NAMES = ("lan", "minh", "truong")
read, commit = scans.door.read, scans.door.commit


@pytest.fixture
def gates(agency: SimpleNamespace) -> SimpleNamespace:
    """Two of one site, each with a guard of its own."""
    places = [make_place(code, agency.site) for code in (FRONT, BACK)]
    submit_declarations([new_declaration(agency.lan, at(7))], at=at(7))
    front, back = (DoorCaller(make_holder(name, Role.GUARD, agency.a)) for name in ("truoc", "sau"))
    return SimpleNamespace(agency=agency, places=places, front=front, back=back)


def scan(way: str, hour: int, minute: int = 0, **named: Any) -> dict[str, Any]:
    return {"uuid": str(uuid.uuid4()), "direction": way, "at": at(hour, minute).isoformat(), **named}


def batch(*given: dict[str, Any]) -> dict[str, Any]:
    return {"sent_at": at(7, 30).isoformat(), "list_day": DAY.isoformat(), "scans": list(given)}


def path(code: str = FRONT) -> str:
    return f"gates/{code}/scans"


def arrived(caller: DoorCaller, content: dict[str, Any], code: str = FRONT) -> Arrived[ScansIn]:
    found = read(caller.scope(path(code)), json.dumps(content).encode(), at=clock.real_now())
    assert found
    return found


def outcomes(answers: Sequence[Answer | None]) -> list[list[str] | None]:
    return [[one["outcome"] for one in json.loads(answer.body)["results"]] if answer else None for answer in answers]


def tag(gates: SimpleNamespace, name: str) -> dict[str, str]:
    return {"tag": all_tag_of(getattr(gates.agency, name).pseudonym, DAY)}


def shown_pass(gates: SimpleNamespace) -> dict[str, str]:
    row = all_good_pass(gates.agency.lan.pseudonym, DAY, at=at(8))
    assert row
    return {"pass": all_tokens([row])[row.jti]}


def test_the_answer_is_the_page_s_to_the_letter(gates: SimpleNamespace) -> None:
    """Each way under uuids of its own: kept, kept against the rules, refused for three reasons, and all of it again."""
    named = [shown_pass(gates), tag(gates, "minh"), {"code": "KHONG"}, {"pass": "eyJ.rac.rac"}, {"reason": "GATE_CODE"}]
    by_door, by_page = (batch(*(scan("IN", 7, 20, **one) for one in named)) for _way in range(2))
    for twice in range(2):
        answer = gates.front.post(path(), by_door)
        other = Caller(gates.front.user).post(path(), by_page)
        expected = other.content.decode()
        for mine, its in zip(by_door["scans"], by_page["scans"], strict=True):
            expected = expected.replace(its["uuid"], mine["uuid"])
        assert (answer.content.decode(), answer.status_code, gates.front.taken) == (expected, 200, twice + 1)
        assert answer.headers["Content-Type"] == other.headers["Content-Type"]


def test_retry_that_comes_by_the_page_was_there_already(gates: SimpleNamespace) -> None:
    content = batch(scan("IN", 7, 20, **shown_pass(gates)))
    answers = [one.post(path(), content).json()["results"] for one in (gates.front, Caller(gates.front.user))]
    assert [one["outcome"] for [one] in answers] == ["KEPT", "AGAIN"]


def test_whoever_keeps_no_gate_or_names_none_hears_it_from_the_page(gates: SimpleNamespace) -> None:
    stranger, content = DoorCaller(gates.agency.lan.user), batch(scan("IN", 7, 20, **tag(gates, "lan")))
    Place.objects.filter(code=BACK).update(closed_on=DAY)
    answers = [
        stranger.post(path(), content),
        gates.front.post(path("KHONG"), content),
        gates.front.post(path(BACK), content),
    ]
    assert [one.status_code for one in answers] == [403, 404, 404]
    assert (stranger.taken, gates.front.taken, PresenceEvent.objects.count()) == (0, 0, 0)


@pytest.mark.parametrize("change", [{"is_active": False}, {"must_change_password": True}])
def test_a_closed_account_harms_no_other(gates: SimpleNamespace, change: dict[str, object]) -> None:
    group = [
        arrived(gates.front, batch(scan("IN", 7, 20, **tag(gates, "lan")))),
        arrived(gates.back, batch(scan("IN", 7, 20, **tag(gates, "minh"))), BACK),
    ]
    User.objects.filter(pk=gates.front.user.pk).update(**change)
    assert outcomes(commit(group)) == [None, ["KEPT"]]


def test_a_revoked_token_is_left_to_the_page_though_another_of_the_same_guard_is_good(gates: SimpleNamespace) -> None:
    bad = arrived(gates.front, batch(scan("IN", 7, 20, **tag(gates, "lan"))))
    AccessToken.objects.update(revoked_at=clock.real_now())
    revocations.forget()
    good = arrived(DoorCaller(gates.front.user), batch(scan("IN", 7, 20, **tag(gates, "minh"))))
    assert outcomes(commit([bad, good])) == [None, ["KEPT"]]


@pytest.mark.parametrize("where", ["gates/A-C1/shift", "gates//scans", "gates/A/C1/scans", "gates/Cổng/scans"])
def test_what_is_of_another_address_is_left_to_the_page(gates: SimpleNamespace, where: str) -> None:
    body = json.dumps(batch(scan("IN", 7, 20, **tag(gates, "lan")))).encode()
    assert read(gates.front.scope(where), body, at=clock.real_now()) is None
    assert read({**gates.front.scope(path()), "method": "PUT"}, body, at=clock.real_now()) is None


@pytest.mark.parametrize("change", [{"scans": []}, {"list_day": "x"}, {"more": 1}, {"scans": [{"uuid": "x"}]}])
def test_a_body_of_another_form_is_left_to_the_page(gates: SimpleNamespace, change: dict[str, object]) -> None:
    body = json.dumps(batch(scan("IN", 7, 20, **tag(gates, "lan"))) | change).encode()
    assert read(gates.front.scope(path()), body, at=clock.real_now()) is None


def test_device_proves_itself_for_this_very_gate_and_is_named_by_its_token(gates: SimpleNamespace) -> None:
    device, real = Device(), clock.real_now()
    device.token, row = issue_token(
        gates.front.user, at=at(7), real=real, key_thumbprint=proofs.thumbprint(device.public)
    )
    body = json.dumps(batch(scan("IN", 7, 20, **tag(gates, "lan")))).encode()

    def shown(code: str) -> Any:
        proof = device.proof(htm="POST", htu=f"http://testserver/api/v1/{path(code)}")
        return gates.front.scope(path(), authorization=f"DPoP {device.token}", dpop=proof)

    found = read(shown(FRONT), body, at=real)
    assert read(shown(BACK), body, at=real) is None
    assert found
    assert outcomes(commit([found])) == [["KEPT"]]
    assert PresenceEvent.objects.get().device == str(row.pk)


def test_one_batch_that_came_twice_in_a_group_is_kept_once(gates: SimpleNamespace) -> None:
    content = batch(scan("IN", 7, 20, **tag(gates, "lan")), scan("IN", 7, 20, code="KHONG"))
    answers = commit([arrived(gates.front, content), arrived(gates.front, content)])
    assert outcomes(answers) == [["KEPT", "REFUSED"], ["AGAIN", "REFUSED"]]
    assert (PresenceEvent.objects.count(), refusals()) == (1, 1)


def refusals() -> int:
    return AuditEvent.objects.filter(action="admission.refuse_at_gate").count()


def test_uuid_that_another_gate_uses_for_somebody_else_is_refused_and_the_first_stands(gates: SimpleNamespace) -> None:
    first = scan("IN", 7, 20, **tag(gates, "lan"))
    other = {**first, **tag(gates, "minh")}
    answers = commit([arrived(gates.front, batch(first)), arrived(gates.back, batch(other), BACK)])
    assert outcomes(answers) == [["KEPT"], ["REFUSED"]]
    assert PresenceEvent.objects.get().subject == gates.agency.lan.pseudonym


def test_who_came_in_at_one_gate_and_left_by_another_of_the_same_group_has_one_stay(gates: SimpleNamespace) -> None:
    leaving = arrived(gates.back, batch(scan("OUT", 7, 25, **shown_pass(gates))), BACK)
    coming = arrived(gates.front, batch(scan("IN", 7, 20, **tag(gates, "lan"))))
    assert outcomes(commit([leaving, coming])) == [["KEPT"], ["KEPT"]]
    stay = Presence.objects.get()
    assert (stay.entered_at, stay.left_at) == (at(7, 20), at(7, 25))


def test_of_each_gate_its_own_guard_stands_in_the_trail(gates: SimpleNamespace) -> None:
    visit = make_visit(gates.agency.site, at=at(7))
    answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=gates.front.user, at=at(7, 10))
    seen, gone = tag(gates, "lan"), {"code": visit.code}
    commit(
        [
            arrived(gates.front, batch(scan("IN", 7, 20, **seen), scan("IN", 7, 21, code="KHONG"))),
            arrived(gates.back, batch(scan("IN", 7, 20, **gone)), BACK),
        ]
    )
    visit.refresh_from_db()
    assert visit.state == "ADMITTED"
    actions = ("screening.record_presence", "admission.refuse_at_gate", "admission.move_visit")
    trail = AuditEvent.objects.filter(action__in=actions, actor_id__in=[gates.front.user.pk, gates.back.user.pk])
    assert sorted(trail.values_list("action", "actor_name")) == sorted(
        [
            ("admission.refuse_at_gate", gates.front.user.full_name),
            ("screening.record_presence", gates.front.user.full_name),
            ("screening.record_presence", gates.back.user.full_name),
            ("admission.move_visit", gates.back.user.full_name),
        ]
    )
    by = dict(PresenceEvent.objects.values_list("place_id", "recorded_by_id"))
    front, back = gates.places
    assert by == {front.pk: gates.front.user.pk, back.pk: gates.back.user.pk}


def test_of_one_visitor_at_two_gates_each_guard_stands_for_what_that_gate_saw(gates: SimpleNamespace) -> None:
    """Whatever keys the devices chose."""
    for number in range(4):
        visit = make_visit(gates.agency.site, at=at(7), phone=f"091234567{number}")
        answer_visit(visit, HostAnswer.CONFIRMED, by=VisitRole.GUARD, actor=gates.front.user, at=at(7, 10))
        came, left = scan("IN", 7, 20, code=visit.code), scan("OUT", 7, 24, code=visit.code)
        commit([arrived(gates.front, batch(came)), arrived(gates.back, batch(left), BACK)])
        moves = AuditEvent.objects.filter(action="admission.move_visit", subject_id=str(visit.pk)).order_by("pk")
        said = [(move.detail["verb"], move.actor_name) for move in moves]
        assert said == [("admit", gates.front.user.full_name), ("leave", gates.back.user.full_name)]


def test_one_that_is_odd_harms_no_other(gates: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where its fault shows after everything of the group was written."""
    group = [arrived(gates.front, batch(scan("IN", 7, 20 + number, **tag(gates, "lan")))) for number in range(5)]
    odd = group[3].given.scans[0].uuid

    def fails_for_one(seen: Sequence[Any], **_: object) -> None:
        if any(one.client_uuid == odd for one in seen):
            raise ZeroDivisionError

    monkeypatch.setattr(gate_batch, "tell_of_held", fails_for_one)
    assert outcomes(commit(group)) == [["KEPT"], ["KEPT"], ["KEPT"], None, ["KEPT"]]
    assert odd not in PresenceEvent.objects.values_list("client_uuid", flat=True)
    assert PresenceEvent.objects.count() == 4


def test_a_database_that_is_away_is_said_to_all(gates: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(scans, "merge_scans", away)
    monkeypatch.setattr(doors.connection, "close", lambda: None)
    group = [arrived(gates.front, batch(scan("IN", 7, 20, **tag(gates, "lan")))) for _ in range(2)]
    assert [one and (one.status, one.retry_after) for one in commit(group)] == [(503, doors.COME_AGAIN)] * 2


@pytest.mark.parametrize(("door", "where"), [(declarations.door, "declarations"), (scans.door, path())])
def test_too_many_are_told_by_the_server_when_to_come_again(
    gates: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, door: Door[Any], where: str
) -> None:
    monkeypatch.setattr(door.groups, "most_waiting", 0)
    content = declaration() if where == "declarations" else batch(scan("IN", 7, 20, **tag(gates, "lan")))
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps(content).encode(), "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    asyncio.run(dispatcher({"type": "http", **gates.front.scope(where)}, receive, send))
    assert (sent[0]["status"], dict(sent[0]["headers"])[b"retry-after"]) == (503, b"5")


def test_the_number_of_queries_does_not_grow_with_gates_and_guards(gates: SimpleNamespace) -> None:
    agency = gates.agency
    others = [
        (make_place(f"X{number}", agency.site).code, DoorCaller(make_holder(f"g{number}", Role.GUARD, agency.a)))
        for number in range(8)
    ]

    def queries(parts: list[tuple[str, DoorCaller]], minute: int) -> int:
        named = (shown_pass(gates), tag(gates, "minh"), {"code": "KHONG"})
        group = [arrived(guard, batch(*(scan("IN", 7, minute, **one) for one in named)), code) for code, guard in parts]
        with CaptureQueriesContext(connection) as seen:
            assert outcomes(commit(group)) == [["KEPT", "KEPT", "REFUSED"]] * len(parts)
        return len(seen)

    queries([(FRONT, gates.front)], 1)
    assert queries([(FRONT, gates.front)], 10) == queries(others, 20)


def test_list_of_another_site_names_nobody_here(gates: SimpleNamespace) -> None:
    """Though the list of that site is read for the same group."""
    make_place("B-C1", Site.objects.create(code="B-TS", name="Trụ sở B", unit=gates.agency.b))
    there = DoorCaller(make_holder("kia", Role.GUARD, gates.agency.b))
    binh = tag(gates, "binh")
    group = [
        arrived(there, batch(scan("IN", 7, 20, **binh)), "B-C1"),
        arrived(gates.front, batch(scan("IN", 7, 20, **binh))),
    ]
    assert outcomes(commit(group)) == [["KEPT"], ["REFUSED"]]


@pytest.mark.django_db(transaction=True)
def test_groups_of_two_servers_with_the_same_batches_keep_each_once(gates: SimpleNamespace) -> None:
    contents = [batch(scan("IN", 7, 20, **tag(gates, name)), scan("IN", 7, 21, code="KHONG")) for name in NAMES]
    group = [arrived(gates.front, content) for content in contents]

    def committed(mine: Sequence[Arrived[ScansIn]]) -> list[Answer | None]:
        with clock.at(at(7, 30)):
            return commit(mine)

    one, other = at_once(partial(committed, group), partial(committed, group[::-1]))
    found = zip(outcomes(one), outcomes(other[::-1]), strict=True)
    assert [{first, again} for pair in found for first, again in zip(*map(list, pair), strict=True)] == [
        {"KEPT", "AGAIN"},
        {"REFUSED"},
    ] * len(NAMES)
    assert (PresenceEvent.objects.count(), refusals()) == (len(NAMES), len(NAMES))
