"""Sites of units, their gates and rooms, groups across units."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.organization import (
    MONDAY,
    START,
    clock,
    make_group,
    make_holder,
    make_person,
    make_place,
    make_site,
    make_unit,
)
from vungxanh.accounts.models import User
from vungxanh.organization.enums import GroupKind, PlaceKind, Role
from vungxanh.organization.models import Group, GroupMembership, Place, Site, Unit
from vungxanh.organization.operations.places import (
    PlaceChangeError,
    change_place,
    change_site,
    close_place,
    close_site,
    found_group,
    join_group,
    leave_group,
    open_place,
    open_site,
)
from vungxanh.organization.queries.units import all_places

pytestmark = pytest.mark.django_db
AT = clock(9)
LATER = MONDAY + datetime.timedelta(days=10)


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def personnel(unit: Unit) -> User:
    return make_holder("tochuc", Role.PERSONNEL, unit)


def test_site_when_opened_changed_and_closed(unit: Unit, personnel: User) -> None:
    site = open_site("TS", unit=unit, name="Trụ sở", address="", area_id=None, actor=personnel, at=AT)
    change_site(site, name="Trụ sở mới", address="Số 1", area_id=None, actor=personnel, at=AT)
    close_site(site, on=LATER, actor=personnel, at=AT)
    kept = Site.objects.get()
    assert (kept.name, kept.address, kept.closed_on) == ("Trụ sở mới", "Số 1", LATER)
    with pytest.raises(PlaceChangeError):
        open_site("ts", unit=unit, name="x", address="", area_id=None, actor=personnel, at=AT)


def test_site_when_people_work_there_stays_open(unit: Unit, personnel: User) -> None:
    site = make_site("TS", unit)
    make_person(unit, "Lê Thị An", site=site)
    with pytest.raises(PlaceChangeError):
        close_site(site, on=LATER, actor=personnel, at=AT)
    assert Site.objects.get().closed_on is None


def test_site_by_a_head_is_refused(unit: Unit) -> None:
    head = make_holder("truong", Role.UNIT_HEAD, unit)
    with pytest.raises(PermissionDenied):
        open_site("TS", unit=unit, name="x", address="", area_id=None, actor=head, at=AT)


def test_place_when_opened_changed_and_closed(unit: Unit, personnel: User) -> None:
    site = make_site("TS", unit)
    place = open_place("P1", site=site, name="Phòng họp", kind=PlaceKind.ROOM, capacity=20, actor=personnel, at=AT)
    change_place(place, name="Phòng họp lớn", capacity=None, has_fixed_code=True, actor=personnel, at=AT)
    assert [one.name for one in all_places(site, on=MONDAY)] == ["Phòng họp lớn"]
    close_place(place, on=LATER, actor=personnel, at=AT)
    kept = Place.objects.get()
    assert (kept.kind, kept.capacity, kept.has_fixed_code, kept.closed_on) == ("ROOM", None, True, LATER)
    assert (len(all_places(site, on=MONDAY)), all_places(site, on=LATER)) == (1, [])
    with pytest.raises(PlaceChangeError):
        open_place("p1", site=site, name="x", kind=PlaceKind.ROOM, actor=personnel, at=AT)


def test_gate_has_no_printed_code(unit: Unit, personnel: User) -> None:
    site = make_site("TS", unit)
    with pytest.raises(PlaceChangeError):
        open_place("C1", site=site, name="Cổng", kind=PlaceKind.GATE, has_fixed_code=True, actor=personnel, at=AT)
    gate = make_place("C1", site)
    with pytest.raises(PlaceChangeError):
        change_place(gate, name="Cổng", capacity=None, has_fixed_code=True, actor=personnel, at=AT)
    assert not Place.objects.get().has_fixed_code


def test_place_by_a_head_is_refused(unit: Unit) -> None:
    head, gate = make_holder("truong", Role.UNIT_HEAD, unit), make_place("C1", make_site("TS", unit))
    with pytest.raises(PermissionDenied):
        close_place(gate, on=LATER, actor=head, at=AT)
    assert Place.objects.get().closed_on is None


def test_group_is_joined_once_left_and_joined_again(unit: Unit, personnel: User) -> None:
    group = found_group("CD", unit=unit, name="Công đoàn", kind=GroupKind.TRADE_UNION, actor=personnel, at=AT)
    person = make_person(make_unit("TT"), "Lê Thị An")
    joined = join_group(group, person, valid_from=START, actor=personnel, at=AT)
    with pytest.raises(PlaceChangeError):
        join_group(group, person, valid_from=MONDAY, actor=personnel, at=AT)
    leave_group(joined, valid_to=MONDAY, actor=personnel, at=AT)
    again = join_group(group, person, valid_from=LATER, actor=personnel, at=AT)
    leave_group(again, valid_to=LATER, actor=personnel, at=AT)
    assert list(group.memberships.values_list("valid_from", "valid_to")) == [(START, MONDAY)]
    with pytest.raises(PlaceChangeError):
        found_group("CD", unit=unit, name="x", kind=GroupKind.OTHER, actor=personnel, at=AT)


def test_place_constraints(unit: Unit) -> None:
    site = make_site("TS", unit)
    make_place("C1", site)
    group, person = make_group("CD", unit), make_person(unit, "Lê Thị An")
    wrongs = [
        lambda: make_site("TS", unit),
        lambda: make_place("C1", site),
        lambda: make_place("", site),
        lambda: make_place("C2", site, has_fixed_code=True),
        lambda: Group.objects.create(code="CD", name="x", kind=GroupKind.OTHER, unit=unit),
        lambda: GroupMembership.objects.create(group=group, person=person, valid_from=START, valid_to=START),
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
