"""Who may: every operation's question, asked for every role at the unit, above it and beside it."""

import pytest

from tests.factories.accounts import make_account
from tests.factories.organization import MONDAY, make_holder, make_person, make_unit
from vungxanh.organization import permissions
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit

pytestmark = pytest.mark.django_db
KEEPERS = {Role.PERSONNEL, Role.ADMINISTRATOR}
UNIT_STAFF = {Role.UNIT_HEAD, Role.UNIT_DEPUTY, Role.ACTING_HEAD, Role.UNIT_CLERK}
OF_A_UNIT = {
    "may_change_units": KEEPERS,
    "may_change_people": KEEPERS,
    "may_grant_roles": {Role.ADMINISTRATOR},
    "may_set_calendar": KEEPERS | {Role.OFFICE},
    "may_set_roster": KEEPERS | UNIT_STAFF | {Role.OFFICE},
}
OF_A_PERSON = {"may_change_person": KEEPERS, "may_record_absence": KEEPERS | UNIT_STAFF}
OF_ANY = {"may_import": KEEPERS, "may_record_absences": KEEPERS | UNIT_STAFF}


@pytest.fixture
def unit() -> Unit:
    return make_unit("CC", make_unit("SO"))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", OF_A_UNIT)
def test_permission_of_a_unit_for_each_role_there_above_and_beside(unit: Unit, name: str, role: Role) -> None:
    ask = getattr(permissions, name)
    root = Unit.objects.get(code="SO")
    here, above = make_holder("o", role, unit), make_holder("tren", role, root)
    beside = make_holder("khac", role, make_unit("TT", root))
    answers = [bool(ask(user, unit.pk, on=MONDAY)) for user in (here, above, beside)]
    assert answers == ([True, True, False] if role in OF_A_UNIT[name] else [False, False, False])
    assert bool(ask(here, None, on=MONDAY)) is False
    assert ask(beside, unit.pk, on=MONDAY).reason


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", OF_A_PERSON)
def test_permission_of_a_person_for_each_role_there_and_beside(unit: Unit, name: str, role: Role) -> None:
    ask, person = getattr(permissions, name), make_person(unit, "Lê Thị An")
    here, beside = make_holder("o", role, unit), make_holder("khac", role, make_unit("TT"))
    assert bool(ask(here, person, on=MONDAY)) == (role in OF_A_PERSON[name])
    assert bool(ask(beside, person, on=MONDAY)) is False
    assert bool(ask(None, person, on=MONDAY)) is True


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", OF_ANY)
def test_permission_of_anything_for_each_role(unit: Unit, name: str, role: Role) -> None:
    ask = getattr(permissions, name)
    assert bool(ask(make_holder("o", role, unit), on=MONDAY)) == (role in OF_ANY[name])
    assert bool(ask(make_account("ai"), on=MONDAY)) is False


def test_permission_of_whoever_left_stays_with_the_last_unit(unit: Unit) -> None:
    person = make_person(unit, "Lê Thị An", valid_to=MONDAY)
    user = make_holder("o", Role.PERSONNEL, unit)
    assert bool(permissions.may_change_person(user, person, on=MONDAY)) is True


def test_delegation_is_of_what_one_holds_and_for_oneself_or_by_personnel(unit: Unit) -> None:
    head, other = make_holder("truong", Role.UNIT_HEAD, unit), make_account("ai")
    personnel = make_holder("tochuc", Role.PERSONNEL, unit)

    def ask(user, principal, role) -> bool:
        return bool(permissions.may_delegate(user, principal, role, unit.pk, on=MONDAY))

    assert ask(head, head, Role.UNIT_HEAD) is True
    assert ask(personnel, head, Role.UNIT_HEAD) is True
    assert ask(other, head, Role.UNIT_HEAD) is False
    assert ask(head, head, Role.UNIT_CLERK) is False
    assert ask(personnel, other, Role.UNIT_HEAD) is False
