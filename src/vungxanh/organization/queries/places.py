"""Gates, rooms and vehicles by the code that stands on them."""

import datetime
from collections.abc import Collection

from django.db.models import Q

from vungxanh.organization.models import Place


def all_open_place(code: str, *, on: datetime.date) -> Place | None:
    """With its site; None where there is no such place or it is closed. Who may see it is asked by the caller."""
    place = Place.objects.filter(code=code).select_related("site").first()
    return None if place is None or place.is_closed(on) else place


def all_open_places(unit_ids: Collection[int], *, on: datetime.date) -> list[Place]:
    """Gates, rooms, vehicles and field posts of these units' open sites, with their sites."""
    rows = Place.objects.filter(site__unit_id__in=list(unit_ids), site__closed_on__isnull=True)
    open_ones = rows.filter(Q(closed_on__isnull=True) | Q(closed_on__gt=on))
    return list(open_ones.select_related("site").order_by("site__name", "name", "pk"))
