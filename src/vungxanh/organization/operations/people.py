"""People one by one: added, corrected, found to be the same."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.organization.enums import ContractKind, PostKind, WorkPattern
from vungxanh.organization.models import (
    Absence,
    DuplicateCandidate,
    FrontLineAssignment,
    GroupMembership,
    Person,
    Post,
    RosterEntry,
    Site,
    Unit,
)
from vungxanh.organization.operations.staff_rows import facts, note_duplicates
from vungxanh.organization.permissions import may_change_people, may_change_person
from vungxanh.organization.signals import people_changed


class PersonChangeError(ValidationError):
    """The code is taken, or two people cannot become one."""


@transaction.atomic
def add_person(
    staff_code: str,
    *,
    values: Mapping[str, Any],
    unit: Unit,
    title: str,
    contract: ContractKind,
    site: Site | None,
    pattern: WorkPattern,
    weekdays: int,
    valid_from: datetime.date,
    basis: str,
    actor: User,
    at: datetime.datetime,
) -> Person:
    """Somebody new with a home post. `values` as `staff_rows.facts` takes them; whoever it may be is noted."""
    may_change_people(actor, unit.pk, on=at.date()).or_refuse()
    if Person.objects.filter(staff_code=staff_code).exists():
        raise PersonChangeError(_("The staff code %(code)s is taken.") % {"code": staff_code})
    person = Person.objects.create(staff_code=staff_code, **facts(values))
    Post.objects.create(
        person=person,
        unit=unit,
        title=title,
        contract=contract,
        site=site,
        pattern=pattern,
        weekdays=weekdays,
        basis=basis,
        valid_from=valid_from,
    )
    note_duplicates([person], at=at)
    record("organization.add_person", actor=actor, at=at, subject=person, unit_id=unit.pk)
    people_changed.send(None, people={person.pk}, first_day=valid_from, at=at)
    return person


@transaction.atomic
def correct_person(person: Person, *, values: Mapping[str, Any], actor: User, at: datetime.datetime) -> None:
    """Name, dates and numbers. The trail keeps which fields changed, not what stood there."""
    may_change_person(actor, person, on=at.date()).or_refuse()
    found = facts(values)
    changed = sorted(key for key, value in found.items() if getattr(person, key) != value)
    if not changed:
        return
    for key in changed:
        setattr(person, key, found[key])
    person.save(update_fields=[key.removesuffix("_id") for key in changed])
    note_duplicates([person], at=at)
    told = [key for key in changed if key not in ("sort_key", "search_name") and not key.endswith("_digest")]
    record("organization.correct_person", actor=actor, at=at, subject=person, detail={"fields": told})
    people_changed.send(None, people={person.pk}, first_day=at.date(), at=at)


@transaction.atomic
def merge_people(pair: DuplicateCandidate, *, keep: Person, actor: User, at: datetime.datetime) -> None:
    """The other one's posts, absences, assignments, roster and groups go to `keep`; its row stays and points there.

    A post in a time for which `keep` has one is the same told twice and stays with the other. An account goes over
    where `keep` has none.
    Health rows keep their pseudonyms: who was whom is read from `merged_into`.
    """
    pair = _open_pair(pair)
    gone = pair.second if keep.pk == pair.first_id else pair.first
    if keep.pk not in (pair.first_id, pair.second_id):
        raise PersonChangeError(_("Choose one of the two records."))
    for one in (keep, gone):
        may_change_person(actor, one, on=at.date()).or_refuse()
    if keep.user_id and gone.user_id:
        raise PersonChangeError(_("Both have an account; close one and take it off the person first."))
    _hand_over(gone, keep)
    user_id, gone.user, gone.merged_into = gone.user_id, None, keep
    gone.save(update_fields=["user", "merged_into"])
    if user_id:
        keep.user_id = user_id
    for key in ("birth_date", "sex", "identity_number", "identity_digest", "phone", "phone_digest", "email"):
        setattr(keep, key, getattr(keep, key) or getattr(gone, key))
    keep.residence_id = keep.residence_id or gone.residence_id
    keep.save()
    _decide(pair, True, actor, at)
    others = DuplicateCandidate.objects.filter(decided_at__isnull=True)
    others.filter(first=gone).delete()
    others.filter(second=gone).delete()
    detail = {"gone": gone.staff_code}
    record("organization.merge_people", actor=actor, at=at, subject=keep, detail=detail)
    people_changed.send(None, people={keep.pk, gone.pk}, first_day=at.date(), at=at)


@transaction.atomic
def tell_apart(pair: DuplicateCandidate, *, actor: User, at: datetime.datetime) -> None:
    """Two people after all; nobody asks again."""
    pair = _open_pair(pair)
    for one in (pair.first, pair.second):
        may_change_person(actor, one, on=at.date()).or_refuse()
    _decide(pair, False, actor, at)
    record("organization.tell_apart", actor=actor, at=at, subject=pair)


def _open_pair(pair: DuplicateCandidate) -> DuplicateCandidate:
    found = DuplicateCandidate.objects.select_for_update().select_related("first", "second")
    pair = found.get(pk=pair.pk)
    if pair.decided_at or pair.first.merged_into_id or pair.second.merged_into_id:
        raise PersonChangeError(_("Somebody has decided on this pair already."))
    return pair


def _decide(pair: DuplicateCandidate, is_same: bool, actor: User, at: datetime.datetime) -> None:
    pair.is_same, pair.decided_at, pair.decided_by = is_same, at, actor
    pair.save(update_fields=["is_same", "decided_at", "decided_by"])


def _hand_over(gone: Person, keep: Person) -> None:
    for kind in PostKind:
        held = list(Post.objects.filter(person=keep, kind=kind))
        for post in Post.objects.filter(person=gone, kind=kind):
            if not any(_meets(post, other) for other in held):
                Post.objects.filter(pk=post.pk).update(person=keep)
    days = set(RosterEntry.objects.filter(person=keep).values_list("date", "kind"))
    for entry in RosterEntry.objects.filter(person=gone):
        if (entry.date, entry.kind) not in days:
            RosterEntry.objects.filter(pk=entry.pk).update(person=keep)
    Absence.objects.filter(person=gone).update(person=keep)
    FrontLineAssignment.objects.filter(person=gone).update(person=keep)
    groups = set(GroupMembership.objects.filter(person=keep).values_list("group_id", flat=True))
    GroupMembership.objects.filter(person=gone).exclude(group_id__in=groups).update(person=keep)


def _meets(one: Post, other: Post) -> bool:
    latest = datetime.date.max
    return one.valid_from < (other.valid_to or latest) and other.valid_from < (one.valid_to or latest)
