"""The door of declarations: what it takes, what it leaves to the page, and that nobody's fault harms another."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import DAY, Caller, at, declaration
from tests.api.door import DoorCaller
from tests.factories.accounts import make_account
from tests.factories.risk import make_person
from vungxanh.accounts.models import AccessToken
from vungxanh.accounts.queries import revocations
from vungxanh.api.declarations import DeclarationIn
from vungxanh.common import clock
from vungxanh.intake import declarations
from vungxanh.intake import door as doors
from vungxanh.intake.door import Arrived
from vungxanh.screening.models import Declaration
from vungxanh.screening.operations import open_day

read, commit = declarations.door.read, declarations.door.commit


@pytest.fixture
def door(agency: SimpleNamespace) -> DoorCaller:
    return DoorCaller(agency.lan.user)


def arrived(caller: DoorCaller, **changes: object) -> Arrived[DeclarationIn]:
    found = read(caller.scope(), json.dumps(declaration(**changes)).encode(), at=clock.real_now())
    assert found
    return found


def test_the_answer_is_the_page_s_to_the_letter(door: DoorCaller) -> None:
    """A retry may come in by the other way."""
    content = declaration()
    by_door, by_page = door.post("declarations", content), Caller(door.user).post("declarations", content)
    assert (by_door.status_code, by_page.status_code, door.taken) == (201, 200, 1)
    assert by_door.content == by_page.content
    assert by_door.headers["Content-Type"] == by_page.headers["Content-Type"]


@pytest.mark.parametrize(
    "change",
    [
        {"window": "LEAVING"},
        {"site": "KHONG-CO"},
        {"attested": False},
        {"declared_at": "2021-09-20T09:29:00+07:00"},
        {"temperature_c": 20},
        {"answers": {}},
    ],
)
def test_a_refusal_is_the_page_s_to_the_letter(door: DoorCaller, change: dict[str, object]) -> None:
    content = declaration(**change)
    by_door, by_page = door.post("declarations", content), Caller(door.user).post("declarations", content)
    assert (by_door.status_code, door.taken) == (422, 1)
    assert by_door.content == by_page.content


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "Bearer x"},
        {"authorization": ""},
        {"authorization": "DPoP {}"},
        {"accept-language": "en"},
        {"cookie": "django_language=en"},
        {"cookie": f"{settings.SESSION_COOKIE_NAME}=x"},
        {"content-type": "text/plain"},
        {"host": "elsewhere.example"},
    ],
)
def test_what_is_not_plainly_good_is_left_to_the_page(door: DoorCaller, headers: dict[str, str]) -> None:
    body = json.dumps(declaration()).encode()
    assert read(door.scope(), body, at=clock.real_now())
    assert read(door.scope(**headers), body, at=clock.real_now()) is None


def test_what_says_no_length_or_a_name_twice_is_left_to_the_page(door: DoorCaller) -> None:
    scope, body = door.scope(), json.dumps(declaration()).encode()
    whole = scope["headers"]
    for headers in ([one for one in whole if one[0] != b"content-length"], [*whole, (b"host", b"testserver")]):
        assert read({**scope, "headers": headers}, body, at=clock.real_now()) is None


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"a": 1, "a": 2}', b"\xff", b'{"window": "ARRIVAL"}'])
def test_a_body_of_another_form_is_left_to_the_page(door: DoorCaller, body: bytes) -> None:
    assert read(door.scope(), body, at=clock.real_now()) is None


def test_a_revoked_token_is_left_to_the_page_though_another_of_the_same_person_is_good(door: DoorCaller) -> None:
    bad = arrived(door)
    AccessToken.objects.update(revoked_at=clock.real_now())
    revocations.forget()
    good = arrived(DoorCaller(door.user))
    assert [one and one.status for one in commit([bad, good])] == [None, 201]


@pytest.mark.parametrize("change", [{"is_active": False}, {"must_change_password": True}])
def test_a_closed_account_is_left_to_the_page(door: DoorCaller, change: dict[str, object]) -> None:
    found = arrived(door)
    type(door.user).objects.filter(pk=door.user.pk).update(**change)
    assert commit([found]) == [None]
    assert not Declaration.objects.exists()


def test_one_that_is_odd_harms_no_other(
    door: DoorCaller, agency: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [DoorCaller(one.user) for one in (agency.minh, agency.binh, agency.yte)]
    odd, group = arrived(door), [arrived(other, site=None) for other in others]
    submit = declarations.submit_declarations

    def fails_for_one(batch: Sequence[Any], **more: Any) -> Any:
        if any(new.client_uuid == odd.given.client_uuid for new in batch):
            raise ZeroDivisionError
        return submit(batch, **more)

    monkeypatch.setattr(declarations, "submit_declarations", fails_for_one)
    answers = commit([group[0], odd, *group[1:]])
    assert [one and one.status for one in answers] == [201, None, 201, 201]
    assert Declaration.objects.count() == 3


def test_a_database_that_is_away_is_said_to_all_and_nothing_stands(
    door: DoorCaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(declarations, "submit_declarations", away)
    monkeypatch.setattr(doors.connection, "close", lambda: None)
    [answer] = commit([arrived(door)])
    assert answer
    assert (answer.status, answer.retry_after) == (503, doors.COME_AGAIN)
    assert json.loads(answer.body)["title"] == "Hiện chưa phục vụ được"


def test_the_number_of_queries_does_not_grow_with_the_group(door: DoorCaller, agency: SimpleNamespace) -> None:
    names = [f"n{number}" for number in range(10)]
    users = [make_person(agency.a, name, user=make_account(name)).user for name in names]
    group = [arrived(DoorCaller(user)) for user in users]
    open_day(DAY, at=at(5))
    commit([arrived(door)])
    counts = []
    for part in (group[:2], group[2:]):
        with CaptureQueriesContext(connection) as queries:
            assert [one and one.status for one in commit(part)] == [201] * len(part)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_clock_that_is_set_forward_and_back_loses_and_doubles_nothing(
    door: DoorCaller, agency: SimpleNamespace
) -> None:
    content, of_another = declaration(), declaration()
    other = DoorCaller(agency.minh.user)
    with clock.at(at(10, 30)):
        first = door.post("declarations", content)
    with clock.at(at(6, 30)):
        again = door.post("declarations", content)
        early = other.post("declarations", of_another)
    assert (first.status_code, again.status_code, first.content) == (201, 200, again.content)
    assert (early.status_code, [one["pointer"] for one in early.json()["errors"]]) == (422, ["/declared_at"])
    assert Declaration.objects.count() == 1
    assert other.post("declarations", of_another).status_code == 201
    assert (Declaration.objects.count(), door.taken, other.taken) == (2, 2, 2)
