"""The tree of units and the roles of a user, read once where nothing is written."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tests.factories.risk import MONDAY, make_unit, make_user
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.middleware import ReadOnceMiddleware
from vungxanh.organization.read_once import once, read_once
from vungxanh.organization.tree import all_tree_on


@pytest.mark.django_db
def test_tree_and_roles_are_read_once_for_a_page(django_assert_num_queries: Any) -> None:
    unit = make_unit("SO")
    office, stranger = make_user("office", Role.OFFICE, unit), make_user("stranger")
    with read_once(), django_assert_num_queries(5):
        assert all_tree_on(MONDAY) is all_tree_on(MONDAY)
        assert [roles.holds_somewhere(office, Role.OFFICE, on=MONDAY) for _ in range(2)] == [True, True]
        assert not roles.holds_somewhere(stranger, Role.OFFICE, on=MONDAY)


@pytest.mark.django_db
def test_what_writes_reads_each_time(django_assert_num_queries: Any) -> None:
    office = make_user("office", Role.OFFICE, make_unit("SO"))
    with django_assert_num_queries(2):
        assert all_tree_on(MONDAY).nodes == all_tree_on(MONDAY).nodes
    with django_assert_num_queries(4):
        assert roles.holdings(office, on=MONDAY) == roles.holdings(office, on=MONDAY)
    seen: list[object] = []

    def answer(_request: HttpRequest) -> HttpResponse:
        seen.extend([once("one", object), once("one", object)])
        return HttpResponse()

    for method in ("GET", "POST"):
        ReadOnceMiddleware(answer)(RequestFactory().generic(method, "/"))
    assert [seen[0] is seen[1], seen[2] is seen[3]] == [True, False]
