"""The way to one's gate: straight to the only one, words where none is open, nothing for those who keep none."""

import pytest
from django.test import Client

from tests.factories.organization import clock, make_holder, make_unit
from vungxanh.common import clock as clocks
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit

pytestmark = pytest.mark.django_db


def answer_to(role: Role, path: str = "/cong/") -> tuple[int, str]:
    client = Client()
    client.force_login(make_holder(f"ai-{role}".lower(), role, Unit.objects.first() or make_unit("SO")))
    with clocks.at(clock(9)):
        response = client.get(path)
    return response.status_code, response.content.decode()


def test_guard_without_an_open_gate_reads_what_to_do() -> None:
    status, page = answer_to(Role.GUARD)
    assert status == 200
    assert "Chưa mở cổng nào" in page


def test_who_keeps_no_gate_finds_nothing() -> None:
    assert answer_to(Role.FINANCE)[0] == 404


@pytest.mark.parametrize("path", ["/khach-tai-cong/", "/khai-bao/may-chung/", "/khai-bao/tai-cong/"])
def test_pages_of_a_site_say_what_to_do_where_the_unit_has_none(path: str) -> None:
    status, page = answer_to(Role.GUARD, path)
    assert status == 200
    assert "chưa có địa điểm riêng" in page
    assert answer_to(Role.FINANCE, path)[0] == 404
