"""Sites of units, groups across them."""

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
    make_site,
    make_unit,
)
from vungxanh.accounts.models import User
from vungxanh.organization.enums import GroupKind, Role
from vungxanh.organization.models import Group, GroupMembership, Site, Unit
from vungxanh.organization.operations.places import (
    PlaceChangeError,
    change_site,
    close_site,
    found_group,
    join_group,
    leave_group,
    open_site,
)

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
    make_site("TS", unit)
    group, person = make_group("CD", unit), make_person(unit, "Lê Thị An")
    wrongs = [
        lambda: make_site("TS", unit),
        lambda: Group.objects.create(code="CD", name="x", kind=GroupKind.OTHER, unit=unit),
        lambda: GroupMembership.objects.create(group=group, person=person, valid_from=START, valid_to=START),
    ]
    for wrong in wrongs:
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
