"""Accounts for people of the staff list, with passwords that are used once."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction

from vungxanh.accounts.models import User
from vungxanh.accounts.operations import PrintedSlip, create_user
from vungxanh.accounts.operations import make_slips as make_account_slips
from vungxanh.common.codes import fresh_code
from vungxanh.common.encryption import digest
from vungxanh.organization.models import Person
from vungxanh.organization.permissions import may_change_person, may_make_slips


@dataclass(frozen=True, slots=True)
class NewAccount:
    """Shown once, on paper or in a spreadsheet; the password is stored nowhere readable."""

    person: Person
    username: str
    password: str


@transaction.atomic
def create_accounts(
    people: Iterable[Person], *, actor: User | None, at: datetime.datetime, with_passwords: bool = True
) -> list[NewAccount]:
    """One for each who has none; the user name is the staff code. A telephone number of another account is left out.

    Without a password only a slip signs in: hashing two hundred that nobody will ever read takes minutes.
    """
    wanted = [person for person in people if person.user_id is None and person.merged_into_id is None]
    for person in wanted:
        may_change_person(actor, person, on=at.date()).or_refuse()
    phones = {digest(person.phone) for person in wanted if person.phone}
    taken = set(User.objects.filter(phone_digest__in=phones).values_list("phone_digest", flat=True))
    names = set(User.objects.values_list("username", flat=True))
    made = []
    for person in wanted:
        account = NewAccount(person, _free(person.staff_code.casefold(), names), fresh_code() if with_passwords else "")
        phone = person.phone if person.phone and digest(person.phone) not in taken else ""
        user = create_user(
            account.username,
            full_name=person.full_name,
            password=account.password or None,
            phone=phone,
            email=person.email,
            actor=actor,
            at=at,
        )
        taken |= {digest(phone)} if phone else set()
        Person.objects.filter(pk=person.pk).update(user=user)
        made.append(account)
    return made


@dataclass(frozen=True, slots=True)
class SlipOfPerson:
    """What the sheet shows of one person."""

    person: Person
    slip: PrintedSlip


@transaction.atomic
def make_slips(
    people: Sequence[Person], *, actor: User, at: datetime.datetime, real: datetime.datetime
) -> list[SlipOfPerson]:
    """An activation slip for each; who has no account gets one. Somebody not allowed refuses the whole sheet."""
    for verdict in may_make_slips(actor, people, on=at.date()).values():
        verdict.or_refuse()
    create_accounts(people, actor=actor, at=at, with_passwords=False)
    users = {user.pk: user for user in User.objects.filter(person__in=people, is_active=True)}
    slips = {slip.user.pk: slip for slip in make_account_slips(list(users.values()), at=at, real=real, actor=actor)}
    owners = Person.objects.filter(pk__in=[person.pk for person in people]).in_bulk()
    found = [owners[person.pk] for person in people]
    return [SlipOfPerson(person, slips[person.user_id]) for person in found if person.user_id in slips]


def _free(name: str, taken: set[str]) -> str:
    """The name, or the name with the first free number behind it; it is taken from then on."""
    found, number = name, 2
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found)
    return found
