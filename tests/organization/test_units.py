import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.organization import MONDAY, START, clock, make_holder, make_person, make_role, make_unit
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.organization import roles
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import Post, Unit, UnitVersion
from vungxanh.organization.operations.units import UnitChangeError, UnitShape, change_unit, dissolve_unit, found_unit
from vungxanh.organization.queries.expectations import all_expectations
from vungxanh.organization.tree import all_tree_on

pytestmark = pytest.mark.django_db
AT = clock(9)
LATER = datetime.date(2021, 10, 1)


@pytest.fixture
def root() -> Unit:
    return make_unit("SO")


@pytest.fixture
def personnel(root: Unit) -> User:
    return make_holder("tochuc", Role.PERSONNEL, root)


def shape(parent: Unit | None, name: str = "Chi cục Thủy lợi", **more) -> UnitShape:
    given = {"short_name": "Thủy lợi", "kind": UnitKind.SUBORDINATE_UNIT, "basis": "QĐ 15/QĐ-UBND"}
    return UnitShape(name=name, parent=parent, **{**given, **more})


def test_unit_when_founded_stands_in_the_tree_from_its_day(root: Unit, personnel: User) -> None:
    unit = found_unit("CCTL", shape(root, has_seal=True), valid_from=LATER, actor=personnel, at=AT)
    assert unit.pk not in all_tree_on(MONDAY)
    node = all_tree_on(LATER)[unit.pk]
    assert (node.name, node.parent_id, node.has_seal, node.has_fund) == ("Chi cục Thủy lợi", root.pk, True, False)
    assert AuditEvent.objects.filter(action="organization.found_unit", unit_id=unit.pk).count() == 1


def test_unit_when_renamed_was_called_otherwise_before(root: Unit, personnel: User) -> None:
    unit = make_unit("CCTL", root)
    change_unit(unit, shape(root), valid_from=LATER, actor=personnel, at=AT)
    names = [all_tree_on(day)[unit.pk].name for day in (MONDAY, LATER)]
    assert names == ["Đơn vị CCTL", "Chi cục Thủy lợi"]


def test_unit_when_changed_on_the_day_of_its_last_change_is_corrected(root: Unit, personnel: User) -> None:
    unit = make_unit("CCTL", root)
    change_unit(unit, shape(root), valid_from=START, actor=personnel, at=AT)
    assert [version.name for version in unit.versions.all()] == ["Chi cục Thủy lợi"]


def test_unit_when_moved_takes_what_is_below_along(root: Unit, personnel: User) -> None:
    division = make_unit("CC", root)
    station = make_unit("TRAM", division)
    other = make_unit("TT", root)
    change_unit(division, shape(other), valid_from=LATER, actor=personnel, at=AT)
    tree = all_tree_on(LATER)
    assert [node.code for node in tree.above(station.pk)] == ["TRAM", "CC", "TT", "SO"]


def test_unit_when_merged_hands_over_people_units_and_keeps_its_past(root: Unit, personnel: User) -> None:
    old, new = make_unit("CU", root), make_unit("MOI", root)
    station = make_unit("TRAM", old)
    person = make_person(old, "Lê Thị An")
    dissolve_unit(old, into=new, valid_from=LATER, basis="Sáp nhập", actor=personnel, at=AT)
    tree = all_tree_on(LATER)
    assert old.pk not in tree
    assert tree[station.pk].parent_id == new.pk
    assert Unit.objects.get(pk=old.pk).successor == new
    counted = [all_expectations(day)[0].unit_id for day in (LATER - datetime.timedelta(days=1), LATER)]
    assert counted == [old.pk, new.pk]
    assert Post.objects.filter(person=person).count() == 2


def test_unit_when_merged_ends_the_roles_held_there(root: Unit, personnel: User) -> None:
    old, new = make_unit("CU", root), make_unit("MOI", root)
    head = make_holder("truong", Role.UNIT_HEAD, old)
    make_role(head, Role.UNIT_CLERK, old, valid_from=LATER)
    dissolve_unit(old, into=new, valid_from=LATER, basis="", actor=personnel, at=AT)
    assert [one.role for one in roles.holdings(head, on=MONDAY)] == [Role.UNIT_HEAD]
    assert roles.holdings(head, on=LATER) == []


def test_unit_when_dissolved_with_people_needs_a_successor(root: Unit, personnel: User) -> None:
    unit = make_unit("CU", root)
    make_person(unit, "Lê Thị An")
    with pytest.raises(UnitChangeError):
        dissolve_unit(unit, into=None, valid_from=LATER, basis="", actor=personnel, at=AT)
    assert unit.pk in all_tree_on(LATER)


def test_unit_when_dissolved_empty_ends(root: Unit, personnel: User) -> None:
    unit = make_unit("CU", root)
    dissolve_unit(unit, into=None, valid_from=LATER, basis="", actor=personnel, at=AT)
    assert (unit.pk in all_tree_on(MONDAY), unit.pk in all_tree_on(LATER)) == (True, False)
    with pytest.raises(UnitChangeError):
        change_unit(unit, shape(root), valid_from=LATER, actor=personnel, at=AT)


def into_itself(unit: Unit, root: Unit, actor: User) -> None:
    dissolve_unit(unit, into=unit, valid_from=LATER, basis="", actor=actor, at=AT)


def into_its_own_station(unit: Unit, root: Unit, actor: User) -> None:
    dissolve_unit(unit, into=Unit.objects.get(code="TRAM"), valid_from=LATER, basis="", actor=actor, at=AT)


def below_itself(unit: Unit, root: Unit, actor: User) -> None:
    change_unit(unit, shape(Unit.objects.get(code="TRAM")), valid_from=LATER, actor=actor, at=AT)


def before_a_later_change(unit: Unit, root: Unit, actor: User) -> None:
    change_unit(unit, shape(root), valid_from=LATER, actor=actor, at=AT)
    change_unit(unit, shape(root, "Tên khác"), valid_from=MONDAY, actor=actor, at=AT)


def with_a_code_that_is_taken(unit: Unit, root: Unit, actor: User) -> None:
    found_unit("CC", shape(root), valid_from=LATER, actor=actor, at=AT)


def with_the_same_code_in_small_letters(unit: Unit, root: Unit, actor: User) -> None:
    found_unit("cc", shape(root), valid_from=LATER, actor=actor, at=AT)


def below_what_is_not_there_yet(unit: Unit, root: Unit, actor: User) -> None:
    found_unit("MOI", shape(unit), valid_from=START - datetime.timedelta(days=1), actor=actor, at=AT)


@pytest.mark.parametrize(
    "change",
    [
        into_itself,
        into_its_own_station,
        below_itself,
        before_a_later_change,
        with_a_code_that_is_taken,
        with_the_same_code_in_small_letters,
        below_what_is_not_there_yet,
    ],
)
def test_unit_when_the_tree_would_break_is_refused(root: Unit, personnel: User, change) -> None:
    unit = make_unit("CC", root)
    make_unit("TRAM", unit)
    with pytest.raises(UnitChangeError):
        change(unit, root, personnel)


def test_unit_when_changed_by_the_head_is_refused(root: Unit) -> None:
    unit = make_unit("CC", root)
    head = make_holder("truong", Role.UNIT_HEAD, unit)
    with pytest.raises(PermissionDenied):
        change_unit(unit, shape(root), valid_from=LATER, actor=head, at=AT)
    assert unit.versions.count() == 1


def test_unit_when_moved_below_a_unit_of_somebody_else_is_refused(root: Unit) -> None:
    mine, foreign = make_unit("CC", root), make_unit("KHAC", root)
    personnel = make_holder("tochuc2", Role.PERSONNEL, mine)
    section = make_unit("PHONG", mine)
    with pytest.raises(PermissionDenied):
        change_unit(section, shape(foreign), valid_from=LATER, actor=personnel, at=AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_from": START},
        {"valid_from": LATER},
        {"valid_from": LATER, "valid_to": LATER},
        {"parent": "itself", "valid_to": LATER, "valid_from": MONDAY},
    ],
)
def test_unit_version_constraints(root: Unit, wrong: dict) -> None:
    unit = make_unit("CC", root)
    given = {"unit": unit, "name": "x", "short_name": "x", "kind": UnitKind.DIVISION, "parent": root, **wrong}
    if given["parent"] == "itself":
        given["parent"] = unit
    with pytest.raises(IntegrityError), transaction.atomic():
        UnitVersion.objects.create(**given)


def test_unit_code_is_not_empty_and_unique(root: Unit) -> None:
    for code in ("", "SO"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Unit.objects.create(code=code)
