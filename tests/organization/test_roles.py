"""Roles at nodes for a period, acting in absence."""

import datetime
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.accounts import make_account
from tests.factories.organization import MONDAY, START, clock, make_holder, make_person, make_role, make_unit
from tests.races import at_once
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Delegation, RoleAssignment, Unit
from vungxanh.organization.operations.roles import (
    RoleChangeError,
    delegate,
    grant_role,
    revoke_delegation,
    withdraw_role,
)

pytestmark = pytest.mark.django_db
AT = clock(9)
LATER = MONDAY + datetime.timedelta(days=10)


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.fixture
def administrator(unit: Unit) -> User:
    return make_holder("quantri", Role.ADMINISTRATOR, Unit.objects.get(code="SO"))


@pytest.fixture
def head(unit: Unit) -> User:
    return make_holder("truong", Role.UNIT_HEAD, unit)


def make_colleague(username: str, unit: Unit) -> User:
    """An account of somebody who works in the unit."""
    user = make_account(username)
    make_person(unit, username, user=user)
    return user


def grant(user: User, unit: Unit, actor: User, **more) -> RoleAssignment:
    given = {"valid_from": MONDAY, "actor": actor, "at": AT}
    return grant_role(user, Role.UNIT_CLERK, unit, **{**given, **more})


def test_holders_of_many_units_are_those_of_the_nearest_node(
    unit: Unit, head: User, administrator: User, django_assert_num_queries
) -> None:
    station, root = make_unit("TRAM", unit), Unit.objects.get(code="SO")
    office = make_holder("vanphong", Role.OFFICE, root)
    wanted = {Role.UNIT_HEAD, Role.OFFICE}
    with django_assert_num_queries(3):
        found = roles.all_holders(wanted, [station.pk, unit.pk, root.pk, 0], on=MONDAY)
    assert found == {station.pk: [head], unit.pk: [head], root.pk: [office], 0: []}
    assert roles.holders(wanted, station.pk, on=MONDAY) == [head]


def test_role_when_granted_holds_there_and_below_in_its_time(unit: Unit, administrator: User) -> None:
    user, station = make_account("an"), make_unit("TRAM", unit)
    grant(user, unit, administrator, valid_to=LATER)
    days = [MONDAY - datetime.timedelta(days=1), MONDAY, LATER - datetime.timedelta(days=1), LATER]
    assert [roles.holds(user, Role.UNIT_CLERK, station.pk, on=day) for day in days] == [False, True, True, False]
    assert roles.holds(user, Role.UNIT_CLERK, Unit.objects.get(code="SO").pk, on=MONDAY) is False
    assert [one.pk for one in roles.holders(Role.UNIT_CLERK, station.pk, on=MONDAY)] == [user.pk]


def test_role_when_held_in_this_time_already_is_refused(unit: Unit, administrator: User) -> None:
    user = make_account("an")
    grant(user, unit, administrator, valid_to=LATER)
    with pytest.raises(RoleChangeError):
        grant(user, unit, administrator, valid_from=LATER - datetime.timedelta(days=1))
    grant(user, unit, administrator, valid_from=LATER)
    with pytest.raises(RoleChangeError):
        grant(user, unit, administrator, valid_from=LATER, valid_to=MONDAY)
    with pytest.raises(RoleChangeError, match=r"20/09/2199 quá xa, muộn nhất là 21/09/2022"):
        grant(make_account("binh"), unit, administrator, valid_from=MONDAY.replace(year=2199))


def test_role_when_withdrawn_was_held_before(unit: Unit, administrator: User) -> None:
    user = make_account("an")
    withdraw_role(make_role(user, Role.UNIT_CLERK, unit), actor=administrator, at=AT)
    days = [MONDAY - datetime.timedelta(days=1), MONDAY]
    assert [roles.holds(user, Role.UNIT_CLERK, unit.pk, on=day) for day in days] == [True, False]


def test_role_when_withdrawn_before_it_began_never_was(unit: Unit, administrator: User) -> None:
    given = grant(make_account("an"), unit, administrator, valid_from=LATER)
    withdraw_role(given, actor=administrator, at=AT)
    assert not RoleAssignment.objects.filter(role=Role.UNIT_CLERK).exists()


def test_role_when_over_already_keeps_its_end_when_withdrawn(unit: Unit, administrator: User) -> None:
    over = make_role(make_account("an"), Role.UNIT_CLERK, unit, valid_to=datetime.date(2021, 3, 1))
    with pytest.raises(RoleChangeError):
        withdraw_role(over, actor=administrator, at=AT)
    over.refresh_from_db()
    assert over.valid_to == datetime.date(2021, 3, 1)


def test_role_when_granted_by_a_head_is_refused(unit: Unit, head: User) -> None:
    with pytest.raises(PermissionDenied):
        grant(make_account("an"), unit, head)


def test_last_administrator_keeps_the_role(unit: Unit, administrator: User) -> None:
    own = RoleAssignment.objects.get(user=administrator)
    with pytest.raises(RoleChangeError):
        withdraw_role(own, actor=administrator, at=AT)
    make_role(make_account("khac"), Role.ADMINISTRATOR, Unit.objects.get(code="SO"))
    withdraw_role(own, actor=administrator, at=AT)
    assert roles.holdings(administrator, on=MONDAY) == []


def hand_over(head: User, unit: Unit, to: User, **more) -> Delegation:
    given = {
        "role": Role.UNIT_HEAD,
        "first_day": MONDAY,
        "last_day": LATER,
        "reason": "Đi học",
        "handover": "Ký báo cáo",
    }
    return delegate(head, to, unit=unit, **{"actor": head, "at": AT, **given, **more})


def test_delegate_acts_in_these_days_as_long_as_the_principal_holds(unit: Unit, head: User) -> None:
    deputy = make_colleague("pho", unit)
    hand_over(head, unit, deputy)
    days = [MONDAY - datetime.timedelta(days=1), MONDAY, LATER, LATER + datetime.timedelta(days=1)]
    assert [roles.holds(deputy, Role.UNIT_HEAD, unit.pk, on=day) for day in days] == [False, True, True, False]
    (held,) = roles.holdings(deputy, on=MONDAY)
    assert held.principal_id == head.pk
    RoleAssignment.objects.filter(user=head).update(valid_to=LATER)
    assert [roles.holds(deputy, Role.UNIT_HEAD, unit.pk, on=day) for day in days] == [False, True, False, False]


def test_roles_of_several_are_those_of_each(unit: Unit, head: User, administrator: User) -> None:
    root, beside, gone = Unit.objects.get(code="SO"), make_unit("BEN"), 10**9
    deputy, closed = make_colleague("pho", unit), make_holder("nghi", Role.UNIT_HEAD, unit)
    hand_over(head, unit, deputy)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    closed.refresh_from_db()
    wanted = frozenset({Role.UNIT_HEAD, Role.ADMINISTRATOR})
    asked = [
        (user, node) for user in (head, administrator, deputy, closed) for node in (unit.pk, root.pk, beside.pk, gone)
    ]
    found = roles.all_hold(asked, wanted, on=MONDAY)
    assert found == [roles.holds(user, wanted, node, on=MONDAY) for user, node in asked]
    assert found == [True, False, False, False, True, True, False, False, True] + [False] * 7


def test_delegate_hands_on_nothing(unit: Unit, head: User) -> None:
    deputy, third = make_colleague("pho", unit), make_colleague("ba", unit)
    hand_over(head, unit, deputy)
    with pytest.raises(PermissionDenied):
        hand_over(deputy, unit, third)


def test_delegation_when_revoked_ends_at_once(unit: Unit, head: User) -> None:
    deputy = make_colleague("pho", unit)
    made = hand_over(head, unit, deputy)
    revoke_delegation(made, actor=head, at=AT)
    assert roles.holdings(deputy, on=MONDAY) == []


def test_delegation_can_be_revoked_after_the_principal_lost_the_role(unit: Unit, head: User) -> None:
    made = hand_over(head, unit, make_colleague("pho", unit))
    RoleAssignment.objects.filter(user=head).update(valid_to=MONDAY)
    revoke_delegation(made, actor=head, at=AT)
    made.refresh_from_db()
    assert made.revoked_at == AT


def test_delegation_by_personnel_for_somebody_away(unit: Unit, head: User) -> None:
    personnel = make_holder("tochuc", Role.PERSONNEL, unit)
    deputy = make_colleague("pho", unit)
    hand_over(head, unit, deputy, actor=personnel)
    assert roles.holds(deputy, Role.UNIT_HEAD, unit.pk, on=MONDAY) is True
    with pytest.raises(PermissionDenied):
        hand_over(head, unit, make_colleague("ba", unit), actor=deputy)


def test_personnel_hands_itself_no_role_and_nobody_the_administrators(unit: Unit, head: User) -> None:
    root = Unit.objects.get(code="SO")
    personnel, administrator = make_holder("tochuc", Role.PERSONNEL, root), make_holder("qt", Role.ADMINISTRATOR, root)
    deputy = make_colleague("pho", root)
    with pytest.raises(RoleChangeError):
        hand_over(head, unit, personnel, actor=personnel)
    with pytest.raises(PermissionDenied):
        hand_over(administrator, root, deputy, role=Role.ADMINISTRATOR, actor=personnel)
    other = make_holder("qt2", Role.ADMINISTRATOR, root)
    hand_over(administrator, root, deputy, role=Role.ADMINISTRATOR, actor=other)


@pytest.mark.parametrize(
    "wrong",
    [
        {"last_day": MONDAY - datetime.timedelta(days=1)},
        {"first_day": START, "last_day": START},
        {"first_day": MONDAY - datetime.timedelta(days=1)},
        {"last_day": MONDAY + datetime.timedelta(days=367)},
    ],
)
def test_delegation_when_days_make_no_sense_is_refused(unit: Unit, head: User, wrong: dict) -> None:
    with pytest.raises(RoleChangeError):
        hand_over(head, unit, make_colleague("pho", unit), **wrong)


def test_delegation_to_oneself_or_to_a_closed_account_is_refused(unit: Unit, head: User) -> None:
    closed = make_colleague("pho", unit)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    for to in (head, User.objects.get(pk=closed.pk)):
        with pytest.raises(RoleChangeError):
            hand_over(head, unit, to)


def test_delegation_to_somebody_of_another_unit_is_refused(unit: Unit, head: User) -> None:
    root, sibling = Unit.objects.get(code="SO"), make_unit("VP", Unit.objects.get(code="SO"))
    station = make_unit("TRAM", unit)
    for stranger in (make_colleague("khac", sibling), make_holder("truongvp", Role.UNIT_HEAD, sibling)):
        with pytest.raises(RoleChangeError):
            hand_over(head, unit, stranger)
    assert not Delegation.objects.exists()
    for number, near in enumerate((make_colleague("tram", station), make_holder("phogd", Role.DEPUTY_DIRECTOR, root))):
        day = MONDAY + datetime.timedelta(days=number)
        hand_over(head, unit, near, first_day=day, last_day=day)


def test_delegation_for_days_that_are_given_already(unit: Unit, head: User) -> None:
    """The same again is the same tap; somebody else, or other days that touch, are refused until it is revoked."""
    deputy, third = make_colleague("pho", unit), make_colleague("ba", unit)
    made = hand_over(head, unit, deputy)
    assert hand_over(head, unit, deputy, reason="Chạm hai lần") == made
    for more in ({"to": third}, {"to": deputy, "first_day": LATER}, {"to": third, "first_day": LATER}):
        with pytest.raises(RoleChangeError, match="Pho"):
            hand_over(head, unit, **{"last_day": LATER + datetime.timedelta(days=3), **more})
    assert Delegation.objects.count() == 1
    assert AuditEvent.objects.filter(action="organization.delegate").count() == 1
    revoke_delegation(made, actor=head, at=AT)
    hand_over(head, unit, third)


@pytest.mark.django_db(transaction=True)
def test_delegation_given_twice_at_once_is_one(unit: Unit, head: User) -> None:
    deputy = make_colleague("pho", unit)
    first, second = at_once(*[partial(hand_over, head, unit, deputy)] * 2)
    assert first == second
    assert Delegation.objects.count() == 1


def test_delegation_when_over_or_revoked_is_not_revoked_again(unit: Unit, head: User) -> None:
    made = hand_over(head, unit, make_colleague("pho", unit))
    with pytest.raises(RoleChangeError):
        revoke_delegation(made, actor=head, at=clock(9, day=LATER + datetime.timedelta(days=1)))
    for hour in (9, 10):
        revoke_delegation(made, actor=head, at=clock(hour))
    made.refresh_from_db()
    assert made.revoked_at == clock(9)
    assert AuditEvent.objects.filter(action="organization.revoke_delegation").count() == 1


def test_holders_are_also_those_to_whom_it_is_lent(unit: Unit, head: User) -> None:
    """Whoever acts is told what the head is told; a role that is over lends nothing."""
    station, deputy = make_unit("TRAM", unit), make_colleague("pho", unit)
    hand_over(head, unit, deputy)
    assert roles.holders(roles.HEADS, station.pk, on=MONDAY) == [head, deputy]
    assert roles.all_holders(roles.HEADS, [station.pk], on=LATER) == {station.pk: [head, deputy]}
    assert roles.holders(roles.HEADS, station.pk, on=LATER + datetime.timedelta(days=1)) == [head]
    RoleAssignment.objects.filter(user=head).update(valid_to=LATER)
    assert roles.holders(roles.HEADS, station.pk, on=LATER) == []


def test_last_administrator_keeps_the_role_though_it_is_lent(unit: Unit, administrator: User) -> None:
    """What is lent ends with the role, and nobody would administer the agency any more."""
    root = Unit.objects.get(code="SO")
    deputy = make_colleague("pho", root)
    hand_over(administrator, root, deputy, role=Role.ADMINISTRATOR)
    with pytest.raises(RoleChangeError):
        withdraw_role(RoleAssignment.objects.get(user=administrator), actor=administrator, at=AT)


def test_inactive_account_holds_and_lends_nothing(unit: Unit, head: User) -> None:
    deputy = make_colleague("pho", unit)
    hand_over(head, unit, deputy)
    User.objects.filter(pk=head.pk).update(is_active=False)
    assert roles.holdings(User.objects.get(pk=head.pk), on=MONDAY) == []
    assert roles.holdings(deputy, on=MONDAY) == []


def test_role_and_delegation_constraints(unit: Unit, head: User) -> None:
    for wrong in ({}, {"valid_from": MONDAY, "valid_to": MONDAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_role(head, Role.UNIT_HEAD, unit, **wrong)
    given = {"principal": head, "role": Role.UNIT_HEAD, "unit": unit, "reason": "x", "made_at": AT}
    days = {"first_day": MONDAY, "last_day": MONDAY}
    other = make_account("pho")
    for wrong in ({"delegate": head, **days}, {"delegate": other, **days, "last_day": START}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Delegation.objects.create(**given, **wrong)
