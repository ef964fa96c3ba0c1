"""Posts over time: appointed, transferred, seconded, ended."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.organization.enums import PostKind
from vungxanh.organization.models import Person, Post, Site, Unit
from vungxanh.organization.operations.front_line import end_with_posts
from vungxanh.organization.permissions import may_change_people
from vungxanh.organization.signals import people_changed


class PostChangeError(ValidationError):
    """The posts of a person would overlap or end before they begin."""


@transaction.atomic
def transfer(
    person: Person,
    *,
    unit: Unit,
    title: str,
    site: Site | None,
    valid_from: datetime.date,
    basis: str,
    actor: User,
    at: datetime.datetime,
) -> Post:
    """Another home post from a day on; contract, pattern and rank stay."""
    old = _open_post(person, PostKind.HOME)
    for place in (old.unit_id, unit.pk):
        may_change_people(actor, place, on=at.date()).or_refuse()
    if valid_from <= old.valid_from:
        raise PostChangeError(_("The new post begins after the present one began."))
    Post.objects.filter(pk=old.pk).update(valid_to=valid_from)
    old.pk, old.valid_to = None, None
    old.unit, old.title, old.site, old.valid_from, old.basis = unit, title, site, valid_from, basis
    old.save(force_insert=True)
    _announce("organization.transfer", person, unit.pk, valid_from, actor, at)
    return old


@transaction.atomic
def second(
    person: Person,
    *,
    unit: Unit,
    title: str,
    site: Site | None,
    valid_from: datetime.date,
    valid_to: datetime.date | None,
    basis: str,
    actor: User,
    at: datetime.datetime,
) -> Post:
    """To a host for some time (before `valid_to`): counted there, scored at home."""
    home = _open_post(person, PostKind.HOME)
    may_change_people(actor, home.unit_id, on=at.date()).or_refuse()
    ends = valid_to or datetime.date.max
    for other in Post.objects.filter(person=person, kind=PostKind.SECONDMENT):
        if other.valid_from < ends and valid_from < (other.valid_to or datetime.date.max):
            raise PostChangeError(_("There is another secondment in this time."))
    post = Post.objects.create(
        person=person,
        unit=unit,
        kind=PostKind.SECONDMENT,
        title=title,
        rank=home.rank,
        contract=home.contract,
        site=site,
        pattern=home.pattern,
        weekdays=home.weekdays,
        basis=basis,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    _announce("organization.second", person, unit.pk, valid_from, actor, at)
    return post


@transaction.atomic
def end_post(post: Post, *, valid_to: datetime.date, actor: User, at: datetime.datetime) -> None:
    """Ends before `valid_to`; a person without any post is expected nowhere from then on."""
    may_change_people(actor, post.unit_id, on=at.date()).or_refuse()
    if valid_to <= post.valid_from:
        raise PostChangeError(_("A post ends after it began."))
    Post.objects.filter(pk=post.pk).update(valid_to=valid_to)
    end_with_posts(post.person, actor=actor, at=at)
    _announce("organization.end_post", post.person, post.unit_id, valid_to, actor, at)


def _open_post(person: Person, kind: PostKind) -> Post:
    post = Post.objects.select_for_update().filter(person=person, kind=kind, valid_to__isnull=True).first()
    if post is None:
        raise PostChangeError(_("This person has no post at present."))
    return post


def _announce(
    action: str, person: Person, unit_id: int, first_day: datetime.date, actor: User, at: datetime.datetime
) -> None:
    record(action, actor=actor, at=at, subject=person, unit_id=unit_id, detail={"from": first_day.isoformat()})
    people_changed.send(None, people={person.pk}, first_day=first_day, at=at)
