"""Gates, rooms and vehicles by the code that stands on them."""

import datetime
from collections.abc import Collection

from django.db.models import Q

from vungxanh.organization.models import Place


def all_open_place(code: str, *, on: datetime.date) -> Place | None:
    """With its site; None where there is no such place or it is closed. Who may see it is asked by the caller."""
    return all_open_places_coded([code], on=on).get(code)


def all_open_places_coded(codes: Collection[str], *, on: datetime.date) -> dict[str, Place]:
    """The same of several, by code."""
    rows = Place.objects.filter(code__in=codes).select_related("site")
    return {place.code: place for place in rows if not place.is_closed(on)}


def all_open_places(unit_ids: Collection[int], *, on: datetime.date) -> list[Place]:
    """Gates, rooms, vehicles and field posts of these units' open sites, with their sites."""
    rows = Place.objects.filter(site__unit_id__in=list(unit_ids), site__closed_on__isnull=True)
    open_ones = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))
    return list(open_ones.select_related("site").order_by("site__name", "name", "pk"))
