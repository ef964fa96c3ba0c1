"""Sends people to the front line, and keeps what becomes of it: confirmed, extended, ended earlier, withdrawn.

Whoever writes holds the row of the person, so that of two assignments for the same days the second sees the first.
"""

import datetime
import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.attached_files import PDF, AttachedFileError, media_type_of
from vungxanh.common.clock import ZONE
from vungxanh.common.dated import far_day_words
from vungxanh.common.encryption import decrypt, encrypt
from vungxanh.common.formats import day as day_words
from vungxanh.common.photographs import PhotographError, cleaned_photograph
from vungxanh.common.vietnamese import canonical, canonical_text
from vungxanh.organization.enums import FrontLinePlace, FrontLineStep
from vungxanh.organization.models import (
    FrontLineAssignment,
    FrontLineConfirmation,
    FrontLineEntry,
    Person,
    Post,
)
from vungxanh.organization.permissions import may_keep_front_line
from vungxanh.organization.signals import working_days_changed
from vungxanh.organization.tree import all_tree_on

JPEG = "image/jpeg"
LONGEST_EDGE = 2400
LARGEST_SCAN_MB = 5
ONE_DAY = datetime.timedelta(days=1)


class FrontLineError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class Assigned:
    """`order_number` and `order_date` of the paper that sends; without `last_day` until it is ended."""

    person: Person
    order_number: str
    place_kind: FrontLinePlace
    place: str
    work: str
    first_day: datetime.date
    last_day: datetime.date | None = None
    order_date: datetime.date | None = None
    area_id: int | None = None
    declares_remotely: bool = False


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What the receiver said; `scan` is a PDF or a photograph of the paper."""

    name: str
    post: str
    organisation: str
    day: datetime.date
    note: str = ""
    scan: bytes = b""


@transaction.atomic
def assign_front_line(
    key: uuid.UUID, unit_id: int, assigned: Assigned, *, actor: User | None, at: datetime.datetime
) -> FrontLineAssignment:
    """By the unit that sends. The same `key` again is the same tap. Raises `FrontLineError`."""
    today = at.astimezone(ZONE).date()
    may_keep_front_line(actor, unit_id, on=today).or_refuse()
    _hold(assigned.person.pk)
    if there := FrontLineAssignment.objects.filter(pk=key).first():
        if (there.person_id, there.unit_id, there.first_day) == (assigned.person.pk, unit_id, assigned.first_day):
            return there
        raise FrontLineError(_("This page was sent before; open a new one."))
    new = assignment_of(key, unit_id, assigned)
    sending = {node.id for node in all_tree_on(today).below(unit_id)}
    posts, others = Post.objects.filter(person=new.person), _standing_of(new.person_id)
    if words := refusal(new, posts=list(posts), others=others, sending=sending, today=today):
        raise FrontLineError(words)
    new.save(force_insert=True)
    _add(new, FrontLineStep.ASSIGN, "", actor, at)
    _record("organization.assign_front_line", new, actor, at)
    _announce(new, new.first_day, new.last_day, at)
    return new


def assignment_of(key: uuid.UUID, unit_id: int, assigned: Assigned) -> FrontLineAssignment:
    """The row, not yet written. Raises `FrontLineError` where words are missing."""
    words = {name: canonical(getattr(assigned, name)) for name in ("order_number", "place", "work")}
    if not all(words.values()):
        raise FrontLineError(_("Say by which paper, to which place and for what work the person is sent."))
    return FrontLineAssignment(
        key=key,
        person=assigned.person,
        unit_id=unit_id,
        order_date=assigned.order_date,
        place_kind=assigned.place_kind,
        area_id=assigned.area_id,
        first_day=assigned.first_day,
        last_day=assigned.last_day,
        declares_remotely=assigned.declares_remotely,
        **words,
    )


def refusal(
    new: FrontLineAssignment,
    *,
    posts: Sequence[Post],
    others: Iterable[FrontLineAssignment],
    sending: set[int] | None,
    today: datetime.date,
) -> str:
    """Why the days of an assignment cannot stand; empty where they can. `posts`, `others`: of the person; `sending`:
    the unit that sends and those below it, None where that was looked at before."""
    first, last = new.first_day, new.last_day
    if last and last < first:
        return _("The last day lies before the first.")
    for day in (first, last, new.order_date):
        if day and (words := far_day_words(day, today=today)):
            return words
    if words := _refused_by_posts(new, posts, sending):
        return words
    for other in others:
        if other.pk != new.pk and _meet(new, other):
            words = _("%(name)s is assigned in these days already: %(place)s, %(days)s.")
            return words % {"name": new.person.full_name, "place": other.place, "days": days_words(other)}
    return ""


def days_words(assignment: FrontLineAssignment) -> str:
    if assignment.last_day is None:
        return _("from %(day)s on") % {"day": day_words(assignment.first_day)}
    return f"{day_words(assignment.first_day)} – {day_words(assignment.last_day)}"


@transaction.atomic
def confirm_front_line(
    assignment: FrontLineAssignment, confirmed: Confirmed, *, actor: User, at: datetime.datetime
) -> FrontLineConfirmation:
    """Entered by the unit that sends, from the receiver's paper or words. Raises `FrontLineError`."""
    assignment = _held(assignment, actor, at)
    if confirmed.day < assignment.first_day or confirmed.day > at.astimezone(ZONE).date():
        raise FrontLineError(_("The receiver confirms on a day between the first one and today."))
    words = {name: canonical(getattr(confirmed, name)) for name in ("name", "post", "organisation")}
    note = canonical_text(confirmed.note)
    if not all(words.values()):
        raise FrontLineError(_("Say who confirms it, with post and organisation."))
    if not (note or confirmed.scan):
        raise FrontLineError(_("Attach the receiver's paper, or write down what the receiver confirmed."))
    made = FrontLineConfirmation.objects.create(
        assignment=assignment,
        day=confirmed.day,
        note=note,
        recorded_at=at,
        recorded_by=actor,
        **words,
        **(_scan(confirmed.scan) if confirmed.scan else {}),
    )
    _add(assignment, FrontLineStep.CONFIRM, f"{made.name}, {made.organisation}"[:300], actor, at)
    _record("organization.confirm_front_line", assignment, actor, at, day=made.day.isoformat(), sha256=made.sha256)
    return made


@transaction.atomic
def extend_front_line(
    assignment: FrontLineAssignment,
    last_day: datetime.date | None,
    *,
    reason: str,
    actor: User,
    at: datetime.datetime,
) -> FrontLineAssignment:
    """To a later last day, or without one until it is ended. Raises `FrontLineError`."""
    assignment, reason = _held(assignment, actor, at), _given(reason)
    before = assignment.last_day
    if before is None or (last_day and last_day <= before):
        raise FrontLineError(_("An extension reaches beyond the last day that stands."))
    assignment.last_day = last_day
    posts, others = Post.objects.filter(person_id=assignment.person_id), _standing_of(assignment.person_id)
    today = at.astimezone(ZONE).date()
    if words := refusal(assignment, posts=list(posts), others=others, sending=None, today=today):
        raise FrontLineError(words)
    _change_last_day(assignment, FrontLineStep.EXTEND, reason, actor, at)
    _announce(assignment, before + ONE_DAY, last_day, at)
    return assignment


@transaction.atomic
def end_front_line(
    assignment: FrontLineAssignment, last_day: datetime.date, *, reason: str, actor: User, at: datetime.datetime
) -> FrontLineAssignment:
    """`last_day` is the last one served. Raises `FrontLineError`."""
    assignment, reason = _held(assignment, actor, at), _given(reason)
    before = assignment.last_day
    if last_day < assignment.first_day or (before and last_day >= before):
        raise FrontLineError(_("It ends between its first day and the last one that stands."))
    if words := far_day_words(last_day, today=at.astimezone(ZONE).date()):
        raise FrontLineError(words)
    assignment.last_day = last_day
    _change_last_day(assignment, FrontLineStep.END, reason, actor, at)
    _announce(assignment, last_day + ONE_DAY, before, at)
    return assignment


@transaction.atomic
def withdraw_front_line(
    assignment: FrontLineAssignment, *, reason: str, actor: User, at: datetime.datetime
) -> FrontLineAssignment:
    """It stays written and counts no more. Raises `FrontLineError`."""
    assignment, reason = _held(assignment, actor, at), _given(reason)
    assignment.withdrawn_at = at
    assignment.save(update_fields=["withdrawn_at"])
    _add(assignment, FrontLineStep.WITHDRAW, reason, actor, at)
    _record("organization.withdraw_front_line", assignment, actor, at, reason=reason)
    _announce(assignment, assignment.first_day, assignment.last_day, at)
    return assignment


def end_with_posts(person: Person, *, actor: User | None, at: datetime.datetime) -> None:
    """Assignments that reach beyond the person's posts end with them; one that would only begin then is withdrawn.
    Called inside the transaction that ends a post, which announces the change itself."""
    _hold(person.pk)
    posts = list(Post.objects.filter(person=person))
    for assignment in _standing_of(person.pk):
        last = last_day_in_posts(assignment.first_day, posts)
        if last is None or (assignment.last_day and assignment.last_day <= last):
            continue
        if last < assignment.first_day:
            assignment.withdrawn_at = at
        else:
            assignment.last_day = last
        assignment.save(update_fields=["withdrawn_at", "last_day"])
        _add(assignment, FrontLineStep.POST_ENDED, "", actor, at)


def last_day_in_posts(first: datetime.date, posts: Iterable[Post]) -> datetime.date | None:
    """Until when somebody has posts one after the other from `first` on: None without an end, the day before `first`
    where there is none on that day."""
    covered = first
    for post in sorted(posts, key=lambda one: one.valid_from):
        if post.valid_from <= covered:
            if post.valid_to is None:
                return None
            covered = max(covered, post.valid_to)
    return covered - ONE_DAY


def scan_of(confirmation: FrontLineConfirmation) -> bytes:
    return decrypt(bytes(confirmation.scan or b""))


def announce(assignments: Sequence[FrontLineAssignment], *, at: datetime.datetime) -> None:
    """Of several that are new: the days of all of them are looked at again."""
    ends = [one.last_day for one in assignments]
    working_days_changed.send(
        None,
        people={one.person_id for one in assignments},
        first_day=min(one.first_day for one in assignments),
        last_day=None if None in ends else max(day for day in ends if day),
        at=at,
    )


def _refused_by_posts(new: FrontLineAssignment, posts: Sequence[Post], sending: set[int] | None) -> str:
    first, said = new.first_day, {"name": new.person.full_name, "day": day_words(new.first_day)}
    here = [post for post in posts if post.valid_from <= first and (post.valid_to is None or post.valid_to > first)]
    if not here:
        return _("%(name)s has no post on %(day)s.") % said
    if sending is not None and not any(post.unit_id in sending for post in here):
        return _("%(name)s does not work in the unit that sends on %(day)s.") % said
    last = last_day_in_posts(first, posts)
    if last and (new.last_day is None or new.last_day > last):
        return _("The post of %(name)s ends on %(day)s.") % {**said, "day": day_words(last)}
    return ""


def _meet(one: FrontLineAssignment, other: FrontLineAssignment) -> bool:
    latest = datetime.date.max
    return one.first_day <= (other.last_day or latest) and other.first_day <= (one.last_day or latest)


def _standing_of(person_id: int) -> list[FrontLineAssignment]:
    return list(FrontLineAssignment.objects.filter(person_id=person_id, withdrawn_at__isnull=True))


def _hold(person_id: int) -> None:
    """Without keeping off those who only name the person, as declarations do."""
    Person.objects.select_for_update(no_key=True).get(pk=person_id)


def _held(assignment: FrontLineAssignment, actor: User, at: datetime.datetime) -> FrontLineAssignment:
    """As it stands once nobody else changes it."""
    may_keep_front_line(actor, assignment.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    _hold(assignment.person_id)
    assignment = FrontLineAssignment.objects.select_related("person").get(pk=assignment.pk)
    if assignment.withdrawn_at:
        raise FrontLineError(_("This assignment is withdrawn."))
    return assignment


def _given(reason: str) -> str:
    found = canonical(reason)
    if not found:
        raise FrontLineError(_("Say why."))
    return found


def _scan(content: bytes) -> dict[str, object]:
    """The columns of a confirmation. A photograph is freed of what the camera wrote beside it."""
    if len(content) > LARGEST_SCAN_MB * 1024 * 1024:
        raise FrontLineError(_("The file is larger than %(size)d MB.") % {"size": LARGEST_SCAN_MB})
    try:
        if media_type_of(content) == PDF:
            digest = hashlib.sha256(content).hexdigest()
            return {"scan": encrypt(content), "media_type": PDF, "sha256": digest}
    except AttachedFileError:
        pass
    try:
        photograph = cleaned_photograph(content, longest_edge=LONGEST_EDGE).columns
    except PhotographError as error:
        raise FrontLineError(_("Only a PDF or a photograph (JPEG, PNG, WebP) is taken.")) from error
    return {"scan": photograph["content"], "media_type": JPEG, "sha256": photograph["sha256"]}


def _change_last_day(
    assignment: FrontLineAssignment, step: FrontLineStep, reason: str, actor: User, at: datetime.datetime
) -> None:
    assignment.save(update_fields=["last_day"])
    _add(assignment, step, reason, actor, at)
    action = "organization.extend_front_line" if step == FrontLineStep.EXTEND else "organization.end_front_line"
    last = assignment.last_day.isoformat() if assignment.last_day else None
    _record(action, assignment, actor, at, to=last, reason=reason)


def _add(
    assignment: FrontLineAssignment, step: FrontLineStep, text: str, actor: User | None, at: datetime.datetime
) -> None:
    FrontLineEntry.objects.create(
        assignment=assignment, step=step, last_day=assignment.last_day, text=text, at=at, by=actor
    )


def _record(
    action: str, assignment: FrontLineAssignment, actor: User | None, at: datetime.datetime, **detail: object
) -> None:
    record(action, actor=actor, at=at, subject=assignment, unit_id=assignment.unit_id, detail=detail)


def _announce(
    assignment: FrontLineAssignment, first: datetime.date, last: datetime.date | None, at: datetime.datetime
) -> None:
    working_days_changed.send(None, people={assignment.person_id}, first_day=first, last_day=last, at=at)
