"""Sites and shifts of units, gates and rooms of sites, and groups across units."""

import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.organization.enums import GroupKind, PlaceKind
from vungxanh.organization.models import Group, GroupMembership, Person, Place, Post, Shift, Site, Unit
from vungxanh.organization.permissions import may_change_people, may_change_units, may_set_roster


class PlaceChangeError(ValidationError):
    """The code is taken, or somebody still works there."""


@transaction.atomic
def open_site(
    code: str, *, unit: Unit, name: str, address: str, area_id: int | None, actor: User | None, at: datetime.datetime
) -> Site:
    may_change_units(actor, unit.pk, on=at.date()).or_refuse()
    if Site.objects.filter(code__iexact=code).exists():
        raise PlaceChangeError(
            _("The code %(code)s is taken; codes are unique in the whole installation.") % {"code": code}
        )
    site = Site.objects.create(code=code, unit=unit, name=name, address=address, area_id=area_id)
    record("organization.open_site", actor=actor, at=at, subject=site, unit_id=unit.pk)
    return site


@transaction.atomic
def change_site(
    site: Site, *, name: str, address: str, area_id: int | None, actor: User, at: datetime.datetime
) -> None:
    may_change_units(actor, site.unit_id, on=at.date()).or_refuse()
    site.name, site.address, site.area_id = name, address, area_id
    site.save(update_fields=["name", "address", "area"])
    record("organization.change_site", actor=actor, at=at, subject=site, unit_id=site.unit_id)


@transaction.atomic
def close_site(site: Site, *, on: datetime.date, actor: User, at: datetime.datetime) -> None:
    """From the day on nobody works there; posts must have gone elsewhere before."""
    may_change_units(actor, site.unit_id, on=at.date()).or_refuse()
    if Post.objects.filter(site=site, valid_to__isnull=True).exists():
        raise PlaceChangeError(_("People still have their post at this site; move them first."))
    Site.objects.filter(pk=site.pk).update(closed_on=on)
    record("organization.close_site", actor=actor, at=at, subject=site, unit_id=site.unit_id)


@transaction.atomic
def open_place(
    code: str,
    *,
    site: Site,
    name: str,
    kind: PlaceKind,
    capacity: int | None = None,
    has_fixed_code: bool = False,
    actor: User | None,
    at: datetime.datetime,
) -> Place:
    """A gate, room, vehicle or field post of a site."""
    may_change_units(actor, site.unit_id, on=at.date()).or_refuse()
    if Place.objects.filter(code__iexact=code).exists():
        raise PlaceChangeError(
            _("The code %(code)s is taken; codes are unique in the whole installation.") % {"code": code}
        )
    place = Place(
        code=code, site=site, name=name, kind=kind, capacity=capacity, has_fixed_code=_fixed(kind, has_fixed_code)
    )
    place.save()
    record("organization.open_place", actor=actor, at=at, subject=place, unit_id=site.unit_id)
    return place


@transaction.atomic
def change_place(
    place: Place, *, name: str, capacity: int | None, has_fixed_code: bool, actor: User, at: datetime.datetime
) -> None:
    """What it is stays: a room that becomes a gate is another place."""
    may_change_units(actor, place.site.unit_id, on=at.date()).or_refuse()
    place.name, place.capacity = name, capacity
    place.has_fixed_code = _fixed(PlaceKind(place.kind), has_fixed_code)
    place.save(update_fields=["name", "capacity", "has_fixed_code"])
    record("organization.change_place", actor=actor, at=at, subject=place, unit_id=place.site.unit_id)


@transaction.atomic
def close_place(place: Place, *, on: datetime.date, actor: User, at: datetime.datetime) -> None:
    """From the day on its codes are refused."""
    may_change_units(actor, place.site.unit_id, on=at.date()).or_refuse()
    Place.objects.filter(pk=place.pk).update(closed_on=on)
    record("organization.close_place", actor=actor, at=at, subject=place, unit_id=place.site.unit_id)


def _fixed(kind: PlaceKind, has_fixed_code: bool) -> bool:
    if kind == PlaceKind.GATE and has_fixed_code:
        raise PlaceChangeError(
            _("The code of a gate changes on its screen; a printed one is for rooms, vehicles and field posts.")
        )
    return has_fixed_code


@transaction.atomic
def define_shift(
    code: str,
    *,
    unit: Unit,
    name: str,
    starts: datetime.time,
    ends: datetime.time,
    actor: User | None,
    at: datetime.datetime,
) -> Shift:
    """A shift with hours of its own. Hours do not change later: past days were judged by them; define a new one."""
    may_set_roster(actor, unit.pk, on=at.date()).or_refuse()
    if code == DUTY_CODE or Shift.objects.filter(unit=unit, code=code).exists():
        raise PlaceChangeError(_("The shift code %(code)s is taken.") % {"code": code})
    shift = Shift.objects.create(unit=unit, code=code, name=name, starts=starts, ends=ends)
    record("organization.define_shift", actor=actor, at=at, subject=shift, unit_id=unit.pk)
    return shift


DUTY_CODE = "TRUC"
"""Stands in rosters for duty on a day off."""


@transaction.atomic
def found_group(
    code: str, *, unit: Unit, name: str, kind: GroupKind, actor: User | None, at: datetime.datetime
) -> Group:
    """People across the units below `unit`: a trade union, a youth union, a cell."""
    may_change_people(actor, unit.pk, on=at.date()).or_refuse()
    if Group.objects.filter(code__iexact=code).exists():
        raise PlaceChangeError(
            _("The code %(code)s is taken; codes are unique in the whole installation.") % {"code": code}
        )
    group = Group.objects.create(code=code, unit=unit, name=name, kind=kind)
    record("organization.found_group", actor=actor, at=at, subject=group, unit_id=unit.pk)
    return group


@transaction.atomic
def join_group(
    group: Group, person: Person, *, valid_from: datetime.date, actor: User | None, at: datetime.datetime
) -> GroupMembership:
    may_change_people(actor, group.unit_id, on=at.date()).or_refuse()
    open_end = GroupMembership.objects.filter(group=group, person=person, valid_to__isnull=True)
    if open_end.exists() or GroupMembership.objects.filter(group=group, person=person, valid_from=valid_from).exists():
        raise PlaceChangeError(_("This person belongs to the group already."))
    joined = GroupMembership.objects.create(group=group, person=person, valid_from=valid_from)
    record("organization.join_group", actor=actor, at=at, subject=joined, unit_id=group.unit_id)
    return joined


@transaction.atomic
def leave_group(joined: GroupMembership, *, valid_to: datetime.date, actor: User, at: datetime.datetime) -> None:
    """Belongs no more from the day on; one who joined on that day never did."""
    may_change_people(actor, joined.group.unit_id, on=at.date()).or_refuse()
    record("organization.leave_group", actor=actor, at=at, subject=joined, unit_id=joined.group.unit_id)
    if valid_to <= joined.valid_from:
        joined.delete()
    else:
        GroupMembership.objects.filter(pk=joined.pk).update(valid_to=valid_to)
