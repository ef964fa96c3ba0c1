"""Areas as they stood on a day, and the level in force in each."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.common.vietnamese import folded


def in_force(on: datetime.date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to__isnull=True) | Q(valid_to__gt=on))


def all_areas_by_code(codes: Iterable[str], *, on: datetime.date) -> dict[str, AdministrativeUnit]:
    """By GSO code. Codes of provinces, districts and communes differ in length, so that one code is one area."""
    return {area.code: area for area in AdministrativeUnit.objects.filter(in_force(on), code__in=list(codes))}


def all_areas(*, on: datetime.date, tier: AreaTier | None = None, search: str = "") -> QuerySet[AdministrativeUnit]:
    """In Vietnamese order; `search` with or without marks."""
    found = AdministrativeUnit.objects.filter(in_force(on)).select_related("parent")
    if tier:
        found = found.filter(tier=tier)
    for word in folded(search).split():
        found = found.filter(search_name__contains=word)
    return found.order_by("sort_key", "pk")


def all_levels_of(area_ids: Collection[int], *, on: datetime.date) -> dict[int, str]:
    """The published level of each area: its own, else that of the nearest area above that has one."""
    if not area_ids:
        return {}
    published = dict(AreaLevel.objects.filter(in_force(on)).order_by("valid_from").values_list("area_id", "level"))
    parents: dict[int, int | None] = {}
    wanted = set(area_ids)
    while wanted:
        parents |= dict(AdministrativeUnit.objects.filter(pk__in=wanted).values_list("pk", "parent_id"))
        wanted = {parent for parent in parents.values() if parent} - set(parents)
    return {area: level for area in area_ids if (level := _nearest(area, parents, published))}


def _nearest(area: int | None, parents: dict[int, int | None], published: dict[int, str]) -> str | None:
    while area is not None and area not in published:
        area = parents.get(area)
    return published[area] if area is not None else None


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area with the level in force in it and, where that is published for itself, its document."""

    area: AdministrativeUnit
    level: str
    own: AreaLevel | None


def areas_with_levels(*, on: datetime.date, parent: AdministrativeUnit | None) -> list[AreaRow]:
    """The areas directly below `parent` (provinces without one); public knowledge, so for everybody signed in."""
    levels = Prefetch("levels", AreaLevel.objects.filter(in_force(on)).order_by("-valid_from"), to_attr="in_force")
    areas = list(
        AdministrativeUnit.objects.filter(in_force(on), parent=parent)
        .order_by("sort_key", "pk")
        .prefetch_related(levels)
    )
    level_of = all_levels_of([area.pk for area in areas], on=on)
    return [AreaRow(area, level_of.get(area.pk, ""), next(iter(getattr(area, "in_force", [])), None)) for area in areas]
