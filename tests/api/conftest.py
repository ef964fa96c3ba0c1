"""A small agency of the API: two units under one, people with accounts, a day that is open."""

import datetime
import json
import uuid
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.factories.accounts import make_account
from tests.factories.risk import make_person, make_unit
from vungxanh.accounts.operations import issue_token
from vungxanh.accounts.queries import revocations
from vungxanh.common import clock
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RoleAssignment, Site
from vungxanh.screening.operations import open_day
from vungxanh.screening.rulebook import QUESTIONNAIRE

DAY = datetime.date(2021, 9, 20)


def at(hour: int, minute: int = 0) -> datetime.datetime:
    return clock.moment(DAY, datetime.time(hour, minute))


class Caller:
    """An application with the token of one account."""

    def __init__(self, user: Any) -> None:
        token, _row = issue_token(user, at=at(6), real=clock.real_now())
        self.user = user
        self.headers = {"authorization": f"Bearer {token}"}
        self.client = Client(headers=self.headers)

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(f"/api/v1/{path}", query)

    def post(self, path: str, content: object, **headers: str) -> Any:
        body = content if isinstance(content, str | bytes) else json.dumps(content)
        return self.client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


@pytest.fixture
def morning() -> Iterator[datetime.datetime]:
    """The clock shows half past seven of a working day."""
    with clock.at(at(7, 30)) as _:
        yield at(7, 30)


@pytest.fixture
def agency(db: None, morning: datetime.datetime) -> SimpleNamespace:
    revocations.forget()
    root = make_unit("SNN")
    a, b = make_unit("A", root), make_unit("B", root)
    people = {}
    for name, unit, role, node in (
        ("lan", a, None, None),
        ("minh", a, None, None),
        ("truong", a, Role.UNIT_HEAD, a),
        ("yte", root, Role.HEALTH_OFFICER, root),
        ("vanphong", root, Role.OFFICE, root),
        ("binh", b, None, None),
    ):
        user = make_account(name)
        people[name] = make_person(unit, name, user=user)
        if role:
            RoleAssignment.objects.create(user=user, role=role, unit=node, valid_from="2021-01-01")
    site = Site.objects.create(code="A-TS", name="Trụ sở A", unit=a)
    open_day(DAY, at=at(5))
    return SimpleNamespace(root=root, a=a, b=b, site=site, **people)


@pytest.fixture
def lan(agency: SimpleNamespace) -> Caller:
    return Caller(agency.lan.user)


@pytest.fixture
def head(agency: SimpleNamespace) -> Caller:
    return Caller(agency.truong.user)


def declaration(**changes: object) -> dict[str, Any]:
    """All clear, on time."""
    form = QUESTIONNAIRE.current().in_force(DAY)
    return {
        "client_uuid": str(uuid.uuid4()),
        "window": "ARRIVAL",
        "site": "A-TS",
        "declared_at": "2021-09-20T07:29:00+07:00",
        "temperature_c": 36.6,
        "answers": {item.link_id: False for item in form.items("ARRIVAL")},
        "attested": True,
        **changes,
    }


def pointers(response: Any) -> list[str]:
    return [error["pointer"] for error in response.json()["errors"]]
