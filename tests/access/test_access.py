"""Each address of the product, visited as each visitor, against the one expected table."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.world import NOW, PLACEHOLDERS, VISITORS, make_world
from vungxanh.common import clock

READ = tomllib.loads((Path(__file__).parent / "table.toml").read_text(encoding="utf-8"))
PUBLIC = set(READ.pop("public"))
TABLE: dict[str, dict[str, Any]] = READ


def names(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Every name, as `reverse` takes it."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}"
        else:
            yield from names(pattern, f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix)


def address(name: str, world: SimpleNamespace) -> str:
    row = TABLE[name]
    kwargs = {key: _placed(value, world) for key, value in row.get("args", {}).items()}
    path = row["path"] if "path" in row else reverse(name, kwargs=kwargs)
    return path + row.get("query", "")


def _placed(value: object, world: SimpleNamespace) -> object:
    is_placeholder = isinstance(value, str) and value.startswith("{")
    return PLACEHOLDERS[value[1:-1]](world) if is_placeholder else value


def visit(name: str, world: SimpleNamespace, visitor: str) -> Any:
    """What the visitor gets; whatever the visit changes is undone."""
    client = Client()
    with transaction.atomic():
        if world.users[visitor]:
            client.force_login(world.users[visitor], settings.AUTHENTICATION_BACKENDS[1])
        response = client.generic(TABLE[name].get("method", "GET"), address(name, world))
        transaction.set_rollback(True)
    return response


def test_table_knows_every_address_and_no_other() -> None:
    found = set(names(get_resolver()))
    assert {name for name in found if name.endswith("None")} == set(), "an address without a name"
    assert (sorted(found - set(TABLE)), sorted(set(TABLE) - found)) == ([], [])


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(TABLE))
def test_address_answers_each_visitor_as_the_table_says(name: str) -> None:
    with clock.at(NOW):
        world = make_world()
        expected = expected_of(name)
        answers = {visitor: visit(name, world, visitor) for visitor in expected}
    assert {visitor: answer.status_code for visitor, answer in answers.items()} == expected
    assert is_let_in(answers["nobody"]) == (name in PUBLIC)


def expected_of(name: str) -> dict[str, int]:
    """By visitor; those of `also` come to this address alone."""
    row = TABLE[name]
    return dict(zip(VISITORS, map(int, row["expect"].split()), strict=True)) | row.get("also", {})


def is_let_in(response: Any) -> bool:
    way_in = response.headers.get("Location", "").startswith(reverse(settings.LOGIN_URL))
    return not way_in and response.status_code != 401
