"""Units over time: founded, changed, moved, merged, dissolved; each change is a new dated version."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.dated import lasting
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.models import Post, RoleAssignment, Site, Unit, UnitVersion
from vungxanh.organization.permissions import may_change_units
from vungxanh.organization.signals import people_changed
from vungxanh.organization.tree import all_tree_on


class UnitChangeError(ValidationError):
    """The tree would no longer be a tree, or its history would contradict itself."""


@dataclass(frozen=True, slots=True)
class UnitShape:
    """What a unit is from a day on."""

    name: str
    short_name: str
    kind: UnitKind
    parent: Unit | None
    position: int = 0
    has_seal: bool = False
    has_account: bool = False
    has_number_series: bool = False
    has_fund: bool = False
    is_reporting_point: bool = False
    area_id: int | None = None
    basis: str = ""

    def fields(self) -> dict[str, object]:
        return {name: getattr(self, name) for name in self.__slots__}


@transaction.atomic
def found_unit(
    code: str, shape: UnitShape, *, valid_from: datetime.date, actor: User | None, at: datetime.datetime
) -> Unit:
    """A new unit. `actor` is None only while an installation is set up."""
    parent_id = shape.parent.pk if shape.parent else None
    may_change_units(actor, parent_id, on=at.date()).or_refuse()
    if Unit.objects.filter(code__iexact=code).exists():
        raise UnitChangeError(
            _("The code %(code)s is taken; codes are unique in the whole installation.") % {"code": code}
        )
    if shape.parent and shape.parent.pk not in all_tree_on(valid_from):
        raise UnitChangeError(_("The unit above does not exist on that day."))
    unit = Unit.objects.create(code=code)
    UnitVersion.objects.create(unit=unit, valid_from=valid_from, **shape.fields())
    record("organization.found_unit", actor=actor, at=at, subject=unit, subject_name=shape.name, unit_id=unit.pk)
    return unit


@transaction.atomic
def change_unit(
    unit: Unit, shape: UnitShape, *, valid_from: datetime.date, actor: User, at: datetime.datetime
) -> UnitVersion:
    """Renamed, moved or with other rights from a day on; what it was before stays true."""
    may_change_units(actor, unit.pk, on=at.date()).or_refuse()
    current = _open_version(unit)
    if shape.parent and shape.parent.pk != current.parent_id:
        may_change_units(actor, shape.parent.pk, on=at.date()).or_refuse()
    tree = all_tree_on(valid_from)
    if shape.parent and unit.pk in {node.id for node in tree.above(shape.parent.pk)}:
        raise UnitChangeError(_("A unit cannot hang below itself."))
    if valid_from < current.valid_from:
        raise UnitChangeError(_("There is a later change already; choose a day after it."))
    if valid_from == current.valid_from:
        UnitVersion.objects.filter(pk=current.pk).update(**shape.fields())
        version = UnitVersion.objects.get(pk=current.pk)
    else:
        UnitVersion.objects.filter(pk=current.pk).update(valid_to=valid_from)
        version = UnitVersion.objects.create(unit=unit, valid_from=valid_from, **shape.fields())
    record("organization.change_unit", actor=actor, at=at, subject=unit, subject_name=shape.name, unit_id=unit.pk)
    return version


@transaction.atomic
def dissolve_unit(
    unit: Unit, *, into: Unit | None, valid_from: datetime.date, basis: str, actor: User, at: datetime.datetime
) -> None:
    """Ends before `valid_from`, and the roles held at it too. Its people, sites and units go to `into`.

    Without a successor it must be empty.
    """
    may_change_units(actor, unit.pk, on=at.date()).or_refuse()
    current = _open_version(unit)
    children = UnitVersion.objects.filter(lasting(valid_from), parent=unit)
    posts = list(Post.objects.filter(lasting(valid_from), unit=unit).order_by("pk"))
    if into is None and (children.exists() or posts):
        raise UnitChangeError(_("Say which unit takes over: there are still people or units in this one."))
    if valid_from <= current.valid_from:
        raise UnitChangeError(_("A unit ends after it began."))
    if into:
        _check_successor(unit, into, valid_from)
        _move_people(posts, into, valid_from, basis)
        _move_units(list(children), into, valid_from, basis)
        Site.objects.filter(unit=unit, closed_on__isnull=True).update(unit=into)
    UnitVersion.objects.filter(pk=current.pk).update(valid_to=valid_from)
    Unit.objects.filter(pk=unit.pk).update(successor=into)
    held = RoleAssignment.objects.filter(lasting(valid_from), unit=unit)
    held.filter(valid_from__lt=valid_from).update(valid_to=valid_from)
    held.filter(valid_from__gte=valid_from).delete()
    people = {post.person_id for post in posts}
    detail = {"into": into.code if into else "", "basis": basis, "people": len(people)}
    record("organization.dissolve_unit", actor=actor, at=at, subject=unit, unit_id=unit.pk, detail=detail)
    if people:
        people_changed.send(None, people=people, first_day=valid_from, at=at)


def _check_successor(unit: Unit, into: Unit, valid_from: datetime.date) -> None:
    tree = all_tree_on(valid_from)
    if into.pk not in tree:
        raise UnitChangeError(_("The unit that takes over does not exist on that day."))
    if unit.pk in {node.id for node in tree.above(into.pk)}:
        raise UnitChangeError(_("A unit cannot be merged into itself or into one below it."))


def _move_people(posts: list[Post], into: Unit, valid_from: datetime.date, basis: str) -> None:
    """A post that began before ends and goes on at the successor; one that begins later begins there."""
    begun = [post for post in posts if post.valid_from < valid_from]
    Post.objects.filter(pk__in=[post.pk for post in posts if post not in begun]).update(unit=into)
    Post.objects.filter(pk__in=[post.pk for post in begun]).update(valid_to=valid_from)
    for post in begun:
        post.pk, post.unit, post.valid_from, post.basis = None, into, valid_from, basis
    Post.objects.bulk_create(begun, batch_size=500)


def _move_units(children: list[UnitVersion], into: Unit, valid_from: datetime.date, basis: str) -> None:
    for child in children:
        if child.valid_from >= valid_from:
            UnitVersion.objects.filter(pk=child.pk).update(parent=into)
            continue
        UnitVersion.objects.filter(pk=child.pk).update(valid_to=valid_from)
        child.pk, child.parent, child.valid_from, child.basis = None, into, valid_from, basis
        child.save(force_insert=True)


def _open_version(unit: Unit) -> UnitVersion:
    version = UnitVersion.objects.select_for_update().filter(unit=unit, valid_to__isnull=True).first()
    if version is None:
        raise UnitChangeError(_("This unit has ended."))
    return version
