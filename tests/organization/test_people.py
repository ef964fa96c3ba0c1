"""Posts over time, people added, corrected and merged, their accounts."""

import datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from tests.factories.accounts import make_account
from tests.factories.organization import (
    MONDAY,
    START,
    clock,
    make_absence,
    make_group,
    make_holder,
    make_nobody,
    make_person,
    make_post,
    make_roster,
    make_secondment,
    make_unit,
)
from vungxanh.accounts.models import User
from vungxanh.audit.models import AuditEvent
from vungxanh.organization.enums import AbsenceKind, ContractKind, PostKind, Role, WorkPattern
from vungxanh.organization.models import DuplicateCandidate, GroupMembership, Person, Unit
from vungxanh.organization.operations.accounts import create_accounts
from vungxanh.organization.operations.people import (
    PersonChangeError,
    add_person,
    correct_person,
    merge_people,
    tell_apart,
)
from vungxanh.organization.operations.posts import PostChangeError, end_post, second, transfer
from vungxanh.organization.queries.people import people_visible_to, person_of, unit_ids_visible_to

pytestmark = pytest.mark.django_db
AT = clock(9)
LATER = datetime.date(2021, 10, 1)


@pytest.fixture
def root() -> Unit:
    return make_unit("SO")


@pytest.fixture
def unit(root: Unit) -> Unit:
    return make_unit("CC", root)


@pytest.fixture
def personnel(root: Unit) -> User:
    return make_holder("tochuc", Role.PERSONNEL, root)


def add(unit: Unit, actor: User, code: str = "CB9", **values) -> Person:
    return add_person(
        code,
        values={"full_name": "Lê Thị Ánh", "birth_date": datetime.date(1985, 9, 5), **values},
        unit=unit,
        title="Chuyên viên",
        contract=ContractKind.CIVIL_SERVANT,
        site=None,
        pattern=WorkPattern.CALENDAR,
        weekdays=31,
        valid_from=MONDAY,
        basis="QĐ 12",
        actor=actor,
        at=AT,
    )


def test_person_when_added_has_keys_and_a_post(unit: Unit, personnel: User) -> None:
    person = add(unit, personnel, phone="+84912345678")
    kept = Person.objects.get(pk=person.pk)
    assert (kept.search_name, kept.phone, bool(kept.phone_digest)) == ("le thi anh", "+84912345678", True)
    assert (kept.posts.get().unit_id, kept.posts.get().basis) == (unit.pk, "QĐ 12")
    assert not DuplicateCandidate.objects.exists()


def test_person_when_added_twice_under_two_codes_is_noted(unit: Unit, personnel: User) -> None:
    add(unit, personnel)
    add(unit, personnel, "CB10", full_name="Le Thi Anh")
    assert DuplicateCandidate.objects.count() == 1
    with pytest.raises(PersonChangeError):
        add(unit, personnel)


def test_person_when_corrected_is_found_by_the_new_name_and_the_trail_keeps_no_numbers(
    unit: Unit, personnel: User
) -> None:
    person = add(unit, personnel)
    values = {"full_name": "Lê Thị Ấm", "identity_number": "026185000001"}
    correct_person(person, values=values, actor=personnel, at=AT)
    kept = Person.objects.get(pk=person.pk)
    assert (kept.search_name, kept.identity_number) == ("le thi am", "026185000001")
    event = AuditEvent.objects.get(action="organization.correct_person")
    assert event.detail == {"fields": ["full_name", "identity_number"]}
    correct_person(kept, values=values, actor=personnel, at=AT)
    assert AuditEvent.objects.filter(action="organization.correct_person").count() == 1


def test_person_when_transferred_goes_from_the_day_on(root: Unit, unit: Unit, personnel: User) -> None:
    person, other = make_person(unit, "Lê Thị An"), make_unit("TT", root)
    transfer(person, unit=other, title="Phó", site=None, valid_from=LATER, basis="", actor=personnel, at=AT)
    posts = list(person.posts.order_by("valid_from").values_list("unit_id", "title", "valid_from", "valid_to"))
    assert posts == [(unit.pk, "Chuyên viên", START, LATER), (other.pk, "Phó", LATER, None)]


def test_person_when_transferred_to_a_unit_of_somebody_else_is_refused(root: Unit, unit: Unit) -> None:
    personnel = make_holder("tochuc2", Role.PERSONNEL, unit)
    person, other = make_person(unit, "Lê Thị An"), make_unit("TT", root)
    with pytest.raises(PermissionDenied):
        transfer(person, unit=other, title="Phó", site=None, valid_from=LATER, basis="", actor=personnel, at=AT)


def test_person_when_seconded_twice_at_once_is_refused(root: Unit, unit: Unit, personnel: User) -> None:
    person, host = make_person(unit, "Lê Thị An"), make_unit("TT", root)
    given = {"unit": host, "title": "Biệt phái", "site": None, "basis": "", "actor": personnel, "at": AT}
    second(person, valid_from=MONDAY, valid_to=LATER, **given)
    second(person, valid_from=LATER, valid_to=None, **given)
    with pytest.raises(PostChangeError):
        second(person, valid_from=datetime.date(2021, 9, 30), valid_to=LATER, **given)
    assert person.posts.filter(kind=PostKind.SECONDMENT).count() == 2


@pytest.mark.parametrize("day", [START, datetime.date(2020, 1, 1)])
def test_post_when_it_would_end_before_it_began_is_refused(unit: Unit, personnel: User, day: datetime.date) -> None:
    person = make_person(unit, "Lê Thị An")
    with pytest.raises(PostChangeError):
        end_post(person.posts.get(), valid_to=day, actor=personnel, at=AT)
    with pytest.raises(PostChangeError):
        transfer(person, unit=unit, title="x", site=None, valid_from=day, basis="", actor=personnel, at=AT)


def pair_of(first: Person, second: Person) -> DuplicateCandidate:
    first, second = sorted((first, second), key=lambda one: one.pk)
    return DuplicateCandidate.objects.create(first=first, second=second, why="trùng", found_at=AT)


def test_people_when_merged_become_one_with_everything(root: Unit, unit: Unit, personnel: User) -> None:
    host, user = make_unit("TT", root), make_account("an")
    keep = make_person(unit, "Lê Thị An")
    gone = make_person(unit, "Le Thi An", user=user)
    secondment = make_secondment(gone, host)
    absence = make_absence(gone, AbsenceKind.LEAVE)
    entry = make_roster(gone, MONDAY, unit)
    group = make_group("CD", root)
    GroupMembership.objects.create(group=group, person=gone, valid_from=START)
    pair = pair_of(keep, gone)
    merge_people(pair, keep=keep, actor=personnel, at=AT)
    keep.refresh_from_db()
    assert list(keep.posts.order_by("kind").values_list("kind", "unit_id")) == [
        ("HOME", unit.pk),
        ("SECONDMENT", host.pk),
    ]
    for moved in (secondment, absence, entry):
        moved.refresh_from_db()
        assert moved.person_id == keep.pk
    assert (keep.user, group.memberships.get().person_id) == (user, keep.pk)
    assert Person.objects.get(pk=gone.pk).merged_into == keep
    assert person_of(user) == keep
    pair.refresh_from_db()
    assert (pair.is_same, pair.decided_by) == (True, personnel)


def test_people_when_merged_keep_what_one_of_them_knew(unit: Unit, personnel: User) -> None:
    keep = make_person(unit, "Lê Thị An")
    gone = make_nobody("Le Thi An", email="an@example.vn", birth_date=datetime.date(1985, 9, 5))
    make_post(gone, unit)
    merge_people(pair_of(keep, gone), keep=keep, actor=personnel, at=AT)
    keep.refresh_from_db()
    assert (keep.email, keep.birth_date) == ("an@example.vn", datetime.date(1985, 9, 5))


def test_people_when_both_have_an_account_are_not_merged(unit: Unit, personnel: User) -> None:
    keep, gone = (make_person(unit, "Lê Thị An", user=make_account(name)) for name in ("an1", "an2"))
    with pytest.raises(PersonChangeError):
        merge_people(pair_of(keep, gone), keep=keep, actor=personnel, at=AT)
    assert not Person.objects.filter(merged_into__isnull=False).exists()


def test_people_when_told_apart_are_not_asked_about_again(unit: Unit, personnel: User) -> None:
    pair = pair_of(make_person(unit, "Lê Thị An"), make_person(unit, "Lê Thị An"))
    tell_apart(pair, actor=personnel, at=AT)
    for again in (tell_apart, lambda one, **more: merge_people(one, keep=one.first, **more)):
        with pytest.raises(PersonChangeError):
            again(pair, actor=personnel, at=AT)


def test_people_when_one_is_of_somebody_else_are_not_decided_on(root: Unit, unit: Unit) -> None:
    personnel = make_holder("tochuc2", Role.PERSONNEL, unit)
    pair = pair_of(make_person(unit, "Lê Thị An"), make_person(make_unit("TT", root), "Lê Thị An"))
    with pytest.raises(PermissionDenied):
        merge_people(pair, keep=pair.first, actor=personnel, at=AT)
    with pytest.raises(PermissionDenied):
        tell_apart(pair, actor=personnel, at=AT)


def test_accounts_when_made_open_with_a_password_that_must_be_changed(unit: Unit, personnel: User) -> None:
    people = [make_person(unit, f"Lê Thị An {number}") for number in range(3)]
    made = create_accounts(people, actor=personnel, at=AT)
    user = User.objects.get(username=people[0].staff_code.lower())
    assert (len(made), user.check_password(made[0].password), user.must_change_password) == (3, True, True)
    assert person_of(user) == people[0]
    again = [Person.objects.get(pk=person.pk) for person in people]
    assert create_accounts(again, actor=personnel, at=AT) == []


def test_accounts_when_name_or_telephone_is_taken_still_open(unit: Unit, personnel: User) -> None:
    make_account("cb00001", phone="0912345678")
    person = make_nobody("Lê Thị An", staff_code="CB00001", phone="+84912345678")
    make_post(person, unit)
    (made,) = create_accounts([person], actor=personnel, at=AT)
    assert made.username == "cb00001-2"
    assert User.objects.get(username="cb00001-2").phone_digest is None


def test_people_visible_follow_roles_and_posts_of_the_day(root: Unit, unit: Unit, personnel: User) -> None:
    other = make_unit("TT", root)
    person = make_person(unit, "Lê Thị An", valid_to=LATER)
    make_post(person, other, valid_from=LATER)
    make_person(other, "Lê Văn Bình")
    head = make_holder("truong", Role.UNIT_HEAD, unit)

    def seen(viewer: User, day: datetime.date) -> list[str]:
        return [one.full_name for one in people_visible_to(viewer, on=day)]

    assert seen(head, MONDAY) == ["Lê Thị An"]
    assert seen(head, LATER) == []
    assert seen(personnel, MONDAY) == ["Lê Thị An", "Lê Văn Bình"]
    assert seen(make_account("ai"), MONDAY) == []
    assert unit_ids_visible_to(head, on=MONDAY) == {unit.pk}


def test_people_stand_in_vietnamese_order_of_given_names(unit: Unit, personnel: User) -> None:
    for name in ("Trần Đạt", "Lê Bình", "Ngô Ân", "Lê Ánh", "Lê An", "Lê Dũng", "Đỗ An"):
        make_person(unit, name)
    found = [one.full_name for one in people_visible_to(personnel, on=MONDAY)]
    assert found == ["Đỗ An", "Lê An", "Lê Ánh", "Ngô Ân", "Lê Bình", "Lê Dũng", "Trần Đạt"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"valid_to": START},
        {"weekdays": 128},
        {},
    ],
)
def test_post_constraints(unit: Unit, wrong: dict) -> None:
    person = make_person(unit, "Lê Thị An")
    if wrong:
        person.posts.update(valid_to=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_post(person, unit, **wrong)


def test_person_constraints(unit: Unit) -> None:
    person = make_nobody("Lê Thị An")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_nobody("")
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=person.pk).update(merged_into=person)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_nobody("Lê Thị An", staff_code=person.staff_code)


def test_duplicate_constraints(unit: Unit) -> None:
    first, second = make_nobody("Lê Thị An"), make_nobody("Lê Thị An")
    pair_of(first, second)
    for pair in ((first, second), (second, first), (first, first)):
        with pytest.raises(IntegrityError), transaction.atomic():
            DuplicateCandidate.objects.create(first=pair[0], second=pair[1], why="x", found_at=AT)
