"""Who signs in to the demonstration agency and what each may do there."""

import datetime
from collections.abc import Mapping, Sequence

from django.contrib.auth.hashers import make_password

from vungxanh.accounts.models import User
from vungxanh.accounts.operations import create_user
from vungxanh.accounts.phones import normalized
from vungxanh.cli.demo import material
from vungxanh.cli.demo.material import Account, GroupOf
from vungxanh.cli.demo.people import DEPUTY_RANK, HEAD_RANK, Employee
from vungxanh.common.encryption import digest
from vungxanh.common.vietnamese import folded
from vungxanh.organization.enums import AbsenceKind, GroupKind, Role
from vungxanh.organization.models import Group, GroupMembership, Person, Site, Unit
from vungxanh.organization.operations.posts import second
from vungxanh.organization.operations.roles import delegate, grant_role
from vungxanh.organization.operations.workdays import record_absence

People = Mapping[str, Person]
Units = Mapping[str, Unit]
CLERK = "Cán bộ đầu mối"
TECHNICAL_NAME = "Quản trị hệ thống (trình diễn)"


def make_accounts(employees: Sequence[Employee], people: People, *, password: str, at: datetime.datetime) -> None:
    """One password for all, hashed once: everybody signs in by staff code, some by the name of their part."""
    named = {
        owner.staff_code: account for account in material.agency().account if (owner := owner_of(account, employees))
    }
    for account in material.agency().account:
        if owner_of(account, employees) is None:
            create_user(account.name, full_name=TECHNICAL_NAME, password=password, at=at, must_change_password=False)
    hashed = make_password(password)
    users = []
    for one in employees:
        given = named.get(one.staff_code)
        users.append(_user(one, given.name if given else one.username, hashed, at))
    User.objects.bulk_create(users, batch_size=500)
    for one, user in zip(employees, users, strict=True):
        people[one.staff_code].user = user
    Person.objects.bulk_update(people.values(), ["user"], batch_size=500)


def owner_of(account: Account, employees: Sequence[Employee]) -> Employee | None:
    """The person behind a demonstration account; the technical one has none."""
    for one in employees:
        is_there = one.place == account.place if account.place is not None else one.title == account.title
        if one.unit.code == account.unit and is_there:
            return one
    return None


def _user(one: Employee, username: str, hashed: str, at: datetime.datetime) -> User:
    number = normalized(one.phone)
    return User(
        username=username,
        full_name=one.full_name,
        search_name=folded(one.full_name),
        phone=number,
        phone_digest=digest(number),
        must_change_password=False,
        created_at=at,
        password=hashed,
    )


def give_roles(employees: Sequence[Employee], people: People, units: Units, *, at: datetime.datetime) -> None:
    """Heads, deputies and clerks at their units; the roles of the demonstration accounts."""
    begins = material.agency().valid_from
    clerks = clerks_of(employees)
    given: list[tuple[User, Role, Unit]] = []
    for one in employees:
        user, unit = _user_of(people[one.staff_code]), units[one.unit.code]
        if one.unit.code == LEADERS:
            continue
        if one.rank == HEAD_RANK:
            given.append((user, Role.UNIT_HEAD, unit))
        elif one.rank == DEPUTY_RANK:
            given.append((user, Role.UNIT_DEPUTY, unit))
        elif one.title == material.gates().guard:
            given.append((user, Role.GUARD, unit))
    given += [(_user_of(people[clerk.staff_code]), Role.UNIT_CLERK, units[code]) for code, clerk in clerks.items()]
    for account in material.agency().account:
        user = User.objects.get(username=account.name)
        given += [(user, Role(one.role), units[one.unit]) for one in account.roles]
    for user, role, unit in given:
        grant_role(user, role, unit, valid_from=begins, basis=material.agency().basis, actor=None, at=at)


LEADERS = "SNN-LDS"


def clerks_of(employees: Sequence[Employee]) -> dict[str, Employee]:
    """By reporting point, who prepares its return: the clerk of its first section, else the first of its own staff."""
    found: dict[str, Employee] = {}
    points = {line.code for line in material.units() if line.reporting_point} - {LEADERS}
    for one in sorted(employees, key=lambda one: (one.title != CLERK, one.number)):
        code = one.unit.code if one.unit.code in points else one.unit.parent
        is_fit = one.title == CLERK or (one.unit.code == code and one.rank > DEPUTY_RANK and not one.is_supplier)
        if code in points and is_fit:
            found.setdefault(code, one)
    return found


def send_and_delegate(employees: Sequence[Employee], people: People, units: Units, *, at: datetime.datetime) -> None:
    """Secondments by Personnel, and deputies who act for heads that are away."""
    personnel = User.objects.get(username="tochuc")
    places = {(one.unit.code, one.place): people[one.staff_code] for one in employees}
    for sent in material.agency().secondment:
        second(
            places[sent.unit, sent.place],
            unit=units[sent.host],
            title=sent.title,
            site=Site.objects.get(code=sent.site),
            valid_from=sent.valid_from,
            valid_to=None,
            basis=material.agency().basis,
            actor=personnel,
            at=at,
        )
    for away in material.agency().delegation:
        head, deputy = places[away.unit, 0], places[away.unit, 1]
        delegate(
            _user_of(head),
            _user_of(deputy),
            role=Role(away.role),
            unit=units[away.unit],
            first_day=away.first_day,
            last_day=away.last_day,
            reason=away.reason,
            handover=away.handover,
            actor=personnel,
            at=at,
        )
        record_absence(
            head,
            kind=AbsenceKind(away.kind),
            first_day=away.first_day,
            last_day=away.last_day,
            note=away.reason,
            actor=personnel,
            at=at,
        )


def form_groups(employees: Sequence[Employee], people: People, units: Units, *, at: datetime.datetime) -> None:
    """Unions across the units; a supplier's people are in none."""
    begins = material.agency().valid_from
    for wanted in material.agency().group:
        group = Group.objects.create(
            code=wanted.code, name=wanted.name, kind=GroupKind(wanted.kind), unit=units[material.agency().code]
        )
        members = [one for one in employees if _belongs(one, wanted, at.date())]
        GroupMembership.objects.bulk_create(
            GroupMembership(group=group, person=people[one.staff_code], valid_from=begins) for one in members
        )


def _belongs(one: Employee, group: GroupOf, on: datetime.date) -> bool:
    age = (on - one.birth_date).days // 365
    fits = group.youngest <= age <= group.oldest and group.sex in {"", one.sex}
    # Not every man over fifty was a soldier.
    return fits and not one.is_supplier and (group.kind != GroupKind.VETERANS or one.number % 3 == 0)


def _user_of(person: Person) -> User:
    assert person.user
    return person.user
