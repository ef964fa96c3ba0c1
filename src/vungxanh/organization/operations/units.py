"""Units over time: founded, changed, moved, merged, dissolved; each change is a new dated version."""

import datetime
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.models import Post, Unit, UnitVersion
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
    if Unit.objects.filter(code=code).exists():
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
    tree = all_tree_on(valid_from)
    if shape.parent and unit.pk in {node.id for node in tree.above(shape.parent.pk)}:
        raise UnitChangeError(_("A unit cannot hang below itself."))
    current = _open_version(unit)
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
    """Ends before `valid_from`. Its people and the units below it go to `into`; without one it must be empty."""
    may_change_units(actor, unit.pk, on=at.date()).or_refuse()
    current = _open_version(unit)
    children = UnitVersion.objects.filter(parent=unit, valid_to__isnull=True)
    posts = Post.objects.filter(unit=unit, valid_to__isnull=True)
    if into is None and (children.exists() or posts.exists()):
        raise UnitChangeError(_("Say which unit takes over: there are still people or units in this one."))
    if valid_from <= current.valid_from:
        raise UnitChangeError(_("A unit ends after it began."))
    people = _move_people(posts, into, valid_from, basis) if into else set()
    for child in list(children):
        UnitVersion.objects.filter(pk=child.pk).update(valid_to=valid_from)
        child.pk, child.parent, child.valid_from, child.basis = None, into, valid_from, basis
        child.save(force_insert=True)
    UnitVersion.objects.filter(pk=current.pk).update(valid_to=valid_from)
    Unit.objects.filter(pk=unit.pk).update(successor=into)
    record(
        "organization.dissolve_unit",
        actor=actor,
        at=at,
        subject=unit,
        unit_id=unit.pk,
        detail={"into": into.code if into else "", "basis": basis, "people": len(people)},
    )
    if people:
        people_changed.send(None, people=people, first_day=valid_from, at=at)


def _move_people(posts: object, into: Unit, valid_from: datetime.date, basis: str) -> set[int]:
    moved = list(posts)  # type: ignore[call-overload]
    Post.objects.filter(pk__in=[post.pk for post in moved], valid_from__lt=valid_from).update(valid_to=valid_from)
    for post in moved:
        if post.valid_from < valid_from:
            post.pk = None
        post.unit, post.valid_from, post.basis = into, max(post.valid_from, valid_from), basis
        post.save()
    return {post.person_id for post in moved}


def _open_version(unit: Unit) -> UnitVersion:
    version = UnitVersion.objects.select_for_update().filter(unit=unit, valid_to__isnull=True).first()
    if version is None:
        raise UnitChangeError(_("This unit has ended."))
    return version
