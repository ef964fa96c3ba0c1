"""A tree that is kept in memory is read again after every change of a unit, whoever makes it and in whatever way."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories.risk import MONDAY, make_unit
from vungxanh.organization.models import TreeMark, Unit, UnitVersion
from vungxanh.organization.tree import all_tree_on

pytestmark = pytest.mark.django_db


def by_hand(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


CHANGES: list[Callable[[], object]] = [
    lambda: make_unit("B"),
    lambda: UnitVersion.objects.update(name="Tên khác"),
    lambda: Unit.objects.update(code="KHAC"),
    lambda: UnitVersion.objects.all().delete(),
    lambda: by_hand("UPDATE organization_unitversion SET short_name = 'K'"),
]


def shown() -> list[tuple[str, str, str]]:
    return [(node.code, node.name, node.short_name) for node in all_tree_on(MONDAY)]


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_is_seen_at_once(change: Callable[[], object]) -> None:
    make_unit("A")
    before = shown()
    change()
    assert shown() != before


def test_what_was_rolled_back_is_not_seen_though_it_was_read() -> None:
    make_unit("A")
    before = shown()
    for name in ("Một", "Hai"):
        with transaction.atomic():
            UnitVersion.objects.update(name=name)
            assert [one for _code, one, _short in shown()] == [name]
            transaction.set_rollback(True)
        assert shown() == before


def test_what_has_not_changed_is_read_once() -> None:
    make_unit("A")
    all_tree_on(MONDAY)
    with CaptureQueriesContext(connection) as queries:
        assert all_tree_on(MONDAY) is all_tree_on(MONDAY)
    assert len(queries) == 2


def test_an_installation_without_units_has_an_empty_tree() -> None:
    make_unit("A")
    assert shown()
    UnitVersion.objects.all().delete()
    assert shown() == []


def test_a_mark_that_was_absent_for_a_while_hides_no_unit() -> None:
    make_unit("A")
    TreeMark.objects.all().delete()
    assert [code for code, _name, _short in shown()] == ["A"]
    TreeMark.objects.create(mark="back")
    assert [code for code, _name, _short in shown()] == ["A"]


@pytest.mark.django_db(transaction=True)
def test_a_step_back_leaves_nothing_that_refuses_changes() -> None:
    make_unit("A")
    call_command("migrate", "organization", "0004", verbosity=0)
    try:
        assert UnitVersion.objects.update(name="Tên khác") == 1
    finally:
        call_command("migrate", verbosity=0)
    before = shown()
    UnitVersion.objects.update(name="Tên khác nữa")
    assert shown() != before
