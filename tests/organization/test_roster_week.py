"""The roster of a week: shifts with places, kept by cells, copied from the week before."""

import datetime
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.organization import (
    MONDAY,
    clock,
    make_holder,
    make_person,
    make_place,
    make_roster,
    make_shift,
    make_site,
    make_unit,
)
from vungxanh.common import clock as wall
from vungxanh.organization.enums import Role
from vungxanh.organization.models import RosterEntry
from vungxanh.organization.operations.roster import Placed, import_roster, save_roster

pytestmark = pytest.mark.django_db
WEEK = datetime.timedelta(days=7)
URL = reverse("organization:roster_week", args=["CC"])


@pytest.fixture(autouse=True)
def now() -> Iterator[None]:
    with wall.at(clock(8)):
        yield


@pytest.fixture
def world(client: Client) -> SimpleNamespace:
    unit = make_unit("CC", make_unit("SO"))
    site = make_site("TS", unit)
    head = make_holder("truong", Role.UNIT_HEAD, unit)
    client.force_login(head)
    return SimpleNamespace(
        unit=unit,
        head=head,
        gate=make_place("C1", site),
        post=make_place("C2", site),
        night=make_shift(unit),
        an=make_person(unit, "Lê Thị An"),
    )


def there() -> list[tuple[object, ...]]:
    return list(RosterEntry.objects.order_by("date").values_list("date", "shift__code", "place__code"))


def test_week_when_typed_keeps_shift_and_place_and_takes_them_away(client: Client, world: SimpleNamespace) -> None:
    name = f"o-{world.an.pk}-2021-09-20"
    client.post(URL, {name: "DEM", f"{name}-noi": "C1"})
    assert there() == [(MONDAY, "DEM", "C1")]
    assert 'value="C1" selected' in " ".join(client.get(URL).content.decode().split())
    client.post(URL, {name: "DEM", f"{name}-noi": ""})
    assert there() == [(MONDAY, "DEM", None)]
    client.post(URL, {name: ""})
    assert there() == []


def test_week_when_copied_fills_only_empty_cells(client: Client, world: SimpleNamespace) -> None:
    make_roster(world.an, MONDAY - WEEK, world.unit, shift=world.night, place=world.gate)
    make_roster(world.an, MONDAY - WEEK + datetime.timedelta(days=1), world.unit, shift=world.night, place=world.gate)
    make_roster(world.an, MONDAY, world.unit, shift=world.night, place=world.post)
    client.post(URL, {"do": "copy"})
    assert [row[2] for row in there()[2:]] == ["C2", "C1"]
    client.post(URL, {"do": "copy"})
    assert RosterEntry.objects.count() == 4


def test_week_when_it_is_not_theirs_is_refused(client: Client, world: SimpleNamespace) -> None:
    client.force_login(make_holder("giamdoc", Role.DIRECTOR, world.unit))
    assert client.get(URL).status_code == 200
    assert client.post(URL, {"do": "copy"}).status_code == 403


def test_place_when_the_month_or_a_list_says_none_stays(world: SimpleNamespace) -> None:
    make_roster(world.an, MONDAY, world.unit, shift=world.night, place=world.gate)
    assert save_roster(world.unit, {(world.an.pk, MONDAY): Placed(world.night)}, actor=world.head, at=clock(8)) == 0
    content = f"Mã cán bộ;Ngày;Mã ca;Mã cổng\n{world.an.staff_code};20/09/2021;DEM;C2\n".encode()
    given = {"unit": world.unit, "file_name": "ca.csv", "dry_run": False, "actor": world.head, "at": clock(8)}
    assert import_roster(content, **given).created == 1
    assert there() == [(MONDAY, "DEM", "C2")]
    wrong = import_roster(content.replace(b"C2", b"C9"), **given)
    assert ["C9" in one or "cổng" in one for one in wrong.faults] == [True]


def test_week_when_people_are_more_takes_as_many_queries(client: Client, world: SimpleNamespace) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        return len(queries)

    make_roster(world.an, MONDAY, world.unit, shift=world.night, place=world.gate)
    count()
    before = count()
    for number in range(3):
        make_roster(make_person(world.unit, f"Người {number}"), MONDAY, world.unit, shift=world.night, place=world.gate)
    assert count() == before
