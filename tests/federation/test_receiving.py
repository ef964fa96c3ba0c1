"""Sums from below: who signed them, whether they can be, and that each version stands once, in whatever order."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.factories.federation import ADDRESS, make_sender, send, sums, told
from tests.factories.risk import MONDAY, clock
from tests.federation.conftest import Ministry
from vungxanh.audit.models import AuditEvent
from vungxanh.federation.models import ReceivedRollup, RollupSender
from vungxanh.federation.queries.received import all_board
from vungxanh.webhooks.signing import Signed, is_signed_by, new_private_key, new_secret

Sums = dict[str, Any]


def standing() -> list[tuple[int, bool]]:
    return list(ReceivedRollup.objects.order_by("version").values_list("version", "is_current"))


def faults(response: Any) -> list[str]:
    return [one["pointer"] for one in response.json()["errors"]]


def test_what_is_signed_and_adds_up_stands_and_is_audited(ministry: Ministry) -> None:
    response = send(told(sums()), ministry.private_key)
    assert (response.status_code, response.json()["is_current"]) == (201, True)
    rollup = ReceivedRollup.objects.get()
    assert (rollup.sender, rollup.day, rollup.sums["total"]) == (ministry.sender, MONDAY, sums()["total"])
    event = AuditEvent.objects.get(action="federation.receive_rollup")
    assert event.detail == {"code": "SNN", "day": "2021-09-20", "version": 54000}


def test_the_same_again_stands_once(ministry: Ministry) -> None:
    answers = [send(told(sums()), ministry.private_key) for _ in range(3)]
    assert [(one.status_code, one.json()["is_new"]) for one in answers] == [(201, True), (200, False), (200, False)]
    assert standing() == [(54000, True)]
    assert AuditEvent.objects.filter(action="federation.receive_rollup").count() == 1


def test_a_later_version_replaces_and_one_that_comes_late_does_not(ministry: Ministry) -> None:
    answers = [send(told(sums(version=one)), ministry.private_key) for one in (54000, 54900, 53100, 54000)]
    assert [one.json()["is_current"] for one in answers] == [True, True, False, False]
    assert standing() == [(53100, False), (54000, False), (54900, True)]


def test_a_version_that_stands_is_not_given_other_sums(ministry: Ministry) -> None:
    send(told(sums()), ministry.private_key)
    refused = send(told(sums(health=None)), ministry.private_key)
    assert (refused.status_code, ReceivedRollup.objects.get().sums["health"]) == (409, sums()["health"])
    ministry.sender.refresh_from_db()
    assert ministry.sender.refusal == "Bản này của ngày đã có, với số khác."
    assert AuditEvent.objects.filter(action="federation.refuse_rollup").count() == 1


def test_a_trial_is_answered_and_keeps_nothing(ministry: Ministry) -> None:
    assert send(told({}, "webhook.ping"), ministry.private_key).status_code == 204
    assert send(told({}, "webhook.ping"), new_private_key()).status_code == 401
    for wrong in (told({"people": 1}, "webhook.ping"), told(sums(), "webhook.ping"), told({})):
        assert send(wrong, ministry.private_key).status_code == 422
    assert standing() == []


def test_nobody_else_is_believed(ministry: Ministry) -> None:
    body = told(sums())
    unsigned = Client().post(ADDRESS, body, content_type="application/json")
    answers = [
        unsigned,
        send(body, new_private_key()),
        send(body, new_secret()),
        send(body, ministry.private_key, changed=body.replace(b"380", b"381")),
        send(body, ministry.private_key, seconds_ago=301),
        send(body, ministry.private_key, seconds_ago=-301),
    ]
    assert [one.status_code for one in answers] == [401] * 6
    assert (standing(), RollupSender.objects.filter(refused_at__isnull=False).count()) == ([], 0)
    assert send(body, ministry.private_key, seconds_ago=290).status_code == 201


def test_one_does_not_speak_for_another(ministry: Ministry) -> None:
    other = new_private_key()
    make_sender(ministry.admin, other, code="SYT", name="Tỉnh B")
    refused = send(told(sums()), other)
    assert (refused.status_code, standing()) == (403, [])


def test_nothing_is_received_from_one_that_was_ended(ministry: Ministry) -> None:
    RollupSender.objects.update(ended_at="2021-09-20T08:00:00+07:00")
    assert (send(told(sums()), ministry.private_key).status_code, standing()) == (401, [])


def without(content: Sums, name: str) -> Sums:
    return {key: value for key, value in content.items() if key != name}


WRONG: dict[str, tuple[Callable[[Sums], Sums], str]] = {
    "tomorrow": (lambda one: one | {"day": "2021-09-21"}, "/data/day"),
    "long ago": (lambda one: one | {"day": "2021-09-09"}, "/data/day"),
    "no day": (lambda one: one | {"day": "2021-09-31"}, "/data/day"),
    "whole": (lambda one: one | {"total": one["total"] | {"people": 413}}, "/data/total/people"),
    "more staff than people": (lambda one: _both(one, "staff", 600), "/data/total/staff"),
    "more came than expected": (lambda one: _both(one, "arrival_late", 200), "/data/total/arrival_expected"),
    "returns": (lambda one: _both(one, "returns_missing", 5), "/data/total/returns_expected"),
    "below zero": (lambda one: one | {"total": one["total"] | {"people": -1}}, "/data/total/people"),
    "text": (lambda one: one | {"total": one["total"] | {"people": "412"}}, "/data/total/people"),
    "twice": (lambda one: one | {"agencies": one["agencies"] * 2, "others": None}, "/data/agencies"),
    "names": (lambda one: one | {"names": ["Nguyễn Văn A"]}, "/data/names"),
    "left out": (lambda one: without(one, "others"), "/data/others"),
    "more ill than people": (
        lambda one: one | {"health": one["health"] | {"high_people": 500}},
        "/data/health/high_people",
    ),
    "colour": (
        lambda one: one | {"agencies": [one["agencies"][0] | {"zone": "PURPLE"}]},
        "/data/agencies/0/zone",
    ),
}


def _both(content: Sums, name: str, more: int) -> Sums:
    """In the whole and in an agency alike, so that the parts still add up."""
    first, *rest = content["agencies"]
    first, total = first | {name: first[name] + more}, content["total"] | {name: content["total"][name] + more}
    return content | {"agencies": [first, *rest], "total": total}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_is_refused_with_its_place(ministry: Ministry, name: str) -> None:
    change, place = WRONG[name]
    refused = send(told(change(sums())), ministry.private_key)
    assert (refused.status_code, standing()) == (422, [])
    assert place in faults(refused)
    assert send(told(sums()), ministry.private_key).status_code == 201


def test_the_board_names_who_is_missing_in_a_flat_number_of_queries(ministry: Ministry) -> None:
    send(told(sums()), ministry.private_key)
    with CaptureQueriesContext(connection) as few:
        board = all_board(MONDAY)
    assert ([row.sender.code for row in board.came], board.missing) == (["SNN"], [])
    for number in range(5):
        key = new_private_key()
        make_sender(ministry.admin, key, code=f"T{number}", name=f"Tỉnh {number}")
        if number % 2:
            send(told(sums(sender=f"T{number}")), key)
    with CaptureQueriesContext(connection) as many:
        board = all_board(MONDAY)
    assert (len(few), len(many)) == (2, 2)
    assert [row.sender.code for row in board.missing] == ["T0", "T2", "T4"]
    assert board.total
    assert (board.total.total or {})["people"] == 3 * 412


def test_what_was_refused_before_is_forgotten_with_the_next_that_is_received(ministry: Ministry) -> None:
    send(told(sums()), ministry.private_key)
    send(told(sums(health=None)), ministry.private_key)
    assert RollupSender.objects.get().refused_at
    assert send(told(sums(version=54900)), ministry.private_key).status_code == 201
    assert (RollupSender.objects.get().refused_at, RollupSender.objects.get().refusal) == (None, "")


def test_one_that_was_registered_anew_is_counted_once(ministry: Ministry) -> None:
    send(told(sums()), ministry.private_key)
    RollupSender.objects.update(ended_at=clock(15))
    [before] = all_board(MONDAY).rows
    key = new_private_key()
    make_sender(ministry.sender.created_by, key)
    assert [row.rollup is None for row in all_board(MONDAY).rows if row.sender.ended_at is None] == [True]
    assert send(told(sums(version=54900)), key).status_code == 201
    board = all_board(MONDAY)
    assert [row.sender.ended_at for row in board.rows] == [None]
    assert board.total
    assert board.total.total == before.total


@pytest.mark.parametrize("signatures", ["v1a,é", "v1a,", " ".join(["v1a,AAAA"] * 4000)])
def test_signatures_that_are_none_are_nobodys(ministry: Ministry, signatures: str) -> None:
    signed = Signed("1", 0, signatures, b"{}")
    assert not is_signed_by(ministry.sender.public_key, signed)
