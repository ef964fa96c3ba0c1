"""The tree of units, read once where nothing is written."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from tests.factories.risk import MONDAY, make_unit
from vungxanh.organization.middleware import TreeMiddleware
from vungxanh.organization.tree import Tree, all_tree_on, trees_read_once


@pytest.mark.django_db
def test_tree_is_read_once_for_a_page_and_each_time_for_what_writes(django_assert_num_queries: Any) -> None:
    make_unit("SO")
    with trees_read_once(), django_assert_num_queries(1):
        assert all_tree_on(MONDAY) is all_tree_on(MONDAY)
    with django_assert_num_queries(2):
        assert all_tree_on(MONDAY) is not all_tree_on(MONDAY)
    seen: list[Tree] = []

    def answer(_request: HttpRequest) -> HttpResponse:
        seen.extend([all_tree_on(MONDAY), all_tree_on(MONDAY)])
        return HttpResponse()

    for method in ("GET", "POST"):
        TreeMiddleware(answer)(RequestFactory().generic(method, "/"))
    assert [seen[0] is seen[1], seen[2] is seen[3]] == [True, False]
