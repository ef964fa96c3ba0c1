"""Areas as they stood on a day, and the level in force in each."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Case, Prefetch, QuerySet, Value, When

from vungxanh.areas.enums import AreaTier
from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.common.dated import in_force, lasting
from vungxanh.common.vietnamese import folded

MOST_FOUND = 100
Published = TypeVar("Published", str, AreaLevel)
TIER_ORDER = Case(*(When(tier=tier, then=Value(place)) for place, tier in enumerate(AreaTier)), default=Value(9))


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


def all_areas_to_name(*, on: datetime.date) -> list[AdministrativeUnit]:
    """Provinces and districts, as somebody names where they were."""
    return [*all_areas(on=on, tier=AreaTier.PROVINCE), *all_areas(on=on, tier=AreaTier.DISTRICT)]


def all_levels_of(area_ids: Collection[int], *, on: datetime.date) -> dict[int, str]:
    """The published level of each area: its own, else that of the nearest area above that has one."""
    if not area_ids:
        return {}
    published = dict(AreaLevel.objects.filter(in_force(on)).order_by("valid_from").values_list("area_id", "level"))
    parents = _all_parents(area_ids)
    return {area: level for area in area_ids if (level := _nearest(area, parents, published))}


def _all_parents(area_ids: Collection[int]) -> dict[int, int | None]:
    """Of these areas and of all that lie above them; a query per tier."""
    parents: dict[int, int | None] = {}
    wanted = set(area_ids)
    while wanted:
        parents |= dict(AdministrativeUnit.objects.filter(pk__in=wanted).values_list("pk", "parent_id"))
        wanted = {parent for parent in parents.values() if parent} - set(parents)
    return parents


def _nearest(area: int | None, parents: dict[int, int | None], published: Mapping[int, Published]) -> Published | None:
    while area is not None and area not in published:
        area = parents.get(area)
    return published[area] if area is not None else None


def all_levels_between(
    area_ids: Collection[int], first: datetime.date, last: datetime.date
) -> dict[tuple[int, datetime.date], AreaLevel]:
    """Of each area on each day what was published for it, else for the nearest area above; days without lack.

    The row names its area and its document. The same rule as `all_levels_of`, for a stretch of days; flat in queries.
    """
    parents = _all_parents(area_ids)
    rows = AreaLevel.objects.filter(lasting(first), valid_from__lte=last, area_id__in=parents).select_related("area")
    published = list(rows.order_by("valid_from"))
    found: dict[tuple[int, datetime.date], AreaLevel] = {}
    for offset in range((last - first).days + 1):
        day = first + datetime.timedelta(days=offset)
        on_day = {one.area_id: one for one in published if one.valid_from <= day and _lasts(one, day)}
        found |= {(area, day): row for area in area_ids if (row := _nearest(area, parents, on_day))}
    return found


def _lasts(row: AreaLevel, day: datetime.date) -> bool:
    return row.valid_to is None or row.valid_to > day


@dataclass(frozen=True, slots=True)
class AreaRow:
    """An area with the level in force in it; `own` is its own publication, empty where the level is inherited."""

    area: AdministrativeUnit
    level: str
    own: AreaLevel | None


def areas_below(parent: AdministrativeUnit | None, *, on: datetime.date) -> list[AreaRow]:
    """Directly below `parent` (provinces without one), in Vietnamese order; public knowledge."""
    below = AdministrativeUnit.objects.filter(in_force(on), parent=parent).select_related("parent")
    return _rows(below.order_by("sort_key", "pk"), on=on)


def _rows(areas: QuerySet[AdministrativeUnit], *, on: datetime.date) -> list[AreaRow]:
    published = AreaLevel.objects.filter(in_force(on)).order_by("-valid_from")
    found = list(areas.prefetch_related(Prefetch("levels", published, to_attr="in_force")))
    levels = all_levels_of([area.pk for area in found], on=on)
    return [AreaRow(area, levels.get(area.pk, ""), next(iter(getattr(area, "in_force", [])), None)) for area in found]


def areas_found(search: str, *, on: datetime.date) -> list[AreaRow]:
    """The first areas whose name holds every word of `search`, with or without marks, provinces first."""
    found = all_areas(on=on, search=search).alias(depth=TIER_ORDER).order_by("depth", "sort_key", "pk")
    return _rows(found[:MOST_FOUND], on=on)


def area_on(code: str, *, on: datetime.date) -> AdministrativeUnit | None:
    return AdministrativeUnit.objects.filter(in_force(on), code=code).select_related("parent__parent").first()


def level_history(area: AdministrativeUnit) -> list[AreaLevel]:
    """All levels that were published for the area itself, newest first."""
    return list(AreaLevel.objects.filter(area=area).order_by("-valid_from"))


def level_of(area: AdministrativeUnit, *, on: datetime.date) -> AreaRow:
    """The level in force and, where it comes from an area above, that area's row."""
    return _rows(AdministrativeUnit.objects.filter(pk=area.pk).select_related("parent"), on=on)[0]
