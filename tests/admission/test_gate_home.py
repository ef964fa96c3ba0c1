"""The way to one's gate: straight to the only one, words where none is open, nothing for those who keep none."""

import pytest
from django.test import Client

from tests.factories.organization import clock, make_holder, make_unit
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role

pytestmark = pytest.mark.django_db


def answer_to(role: Role) -> tuple[int, str]:
    client = Client()
    client.force_login(make_holder("ai", role, make_unit("SO")))
    with clocks.at(clock(9)):
        response = client.get("/cong/")
    return response.status_code, response.content.decode()


def test_guard_without_an_open_gate_reads_what_to_do() -> None:
    status, page = answer_to(Role.GUARD)
    assert status == 200
    assert "Chưa mở cổng nào" in page


def test_who_keeps_no_gate_finds_nothing() -> None:
    assert answer_to(Role.FINANCE)[0] == 404
