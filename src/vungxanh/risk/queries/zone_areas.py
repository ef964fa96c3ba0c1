"""The official level of the areas where a unit works, day by day, beside the unit's own colour."""

import datetime
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Q

from vungxanh.areas.models import AdministrativeUnit, AreaLevel
from vungxanh.areas.queries import all_levels_between
from vungxanh.common.dated import lasting
from vungxanh.organization.models import Site, UnitVersion
from vungxanh.risk.rulebook import ZONE_LEVELS, is_worse


@dataclass(frozen=True)
class WorkArea:
    """An area where a unit works on a day: that of its seat, which its zone counts, or those of its sites."""

    area: AdministrativeUnit
    is_seat: bool
    sites: tuple[str, ...]
    published: AreaLevel | None

    @property
    def level(self) -> str:
        return self.published.level if self.published else ""


@dataclass(frozen=True)
class AreaDay:
    """A unit's colour (empty: not judged) and the official levels on one day, the seat first."""

    day: datetime.date
    zone: str
    areas: tuple[WorkArea, ...]

    @property
    def worst(self) -> WorkArea | None:
        """The area of highest known level, the seat before the others."""
        known = [one for one in self.areas if one.level]
        return max(known, key=lambda one: ZONE_LEVELS.index(one.level)) if known else None

    @property
    def level(self) -> str:
        return self.worst.level if self.worst else ""

    @property
    def outcome(self) -> str:
        """`NO_AREA`, `UNKNOWN`, `NOT_JUDGED`, `SAME`, `MILDER` or `WORSE` than the official level."""
        if not self.areas:
            return "NO_AREA"
        if not self.level:
            return "UNKNOWN"
        if not self.zone:
            return "NOT_JUDGED"
        if self.zone == self.level:
            return "SAME"
        return "WORSE" if is_worse(self.zone, self.level, levels=ZONE_LEVELS) else "MILDER"

    @property
    def differs(self) -> bool:
        return self.outcome in ("MILDER", "WORSE")

    @property
    def unknown(self) -> tuple[WorkArea, ...]:
        """Areas for which nothing was published."""
        return tuple(one for one in self.areas if not one.level)


@dataclass(frozen=True)
class AreaSpan:
    """Days in a row on which colour, official level and document stayed the same."""

    first: datetime.date
    last: datetime.date
    day: AreaDay


def all_area_days(unit_id: int, levels: Mapping[datetime.date, str], days: Sequence[datetime.date]) -> list[AreaDay]:
    """`levels`: the colour of the unit on the days that have one. Flat in queries; `days` follow one another."""
    first, last = days[0], days[-1]
    versions = list(
        UnitVersion.objects.filter(lasting(first), unit_id=unit_id, valid_from__lte=last).select_related("area")
    )
    open_ones = Q(closed_on__isnull=True) | Q(closed_on__gt=first)
    sites = list(Site.objects.filter(open_ones, unit_id=unit_id).select_related("area").order_by("name", "pk"))
    ids = {one.area_id for one in versions if one.area_id} | {one.area_id for one in sites if one.area_id}
    published = all_levels_between(ids, first, last) if ids else {}
    return [AreaDay(day, levels.get(day, ""), _areas(versions, sites, day, published)) for day in days]


def _areas(
    versions: Sequence[UnitVersion],
    sites: Sequence[Site],
    day: datetime.date,
    published: Mapping[tuple[int, datetime.date], AreaLevel],
) -> tuple[WorkArea, ...]:
    held = (one for one in versions if one.valid_from <= day and (one.valid_to is None or one.valid_to > day))
    seat = next((one.area for one in held if one.area), None)
    areas = {seat.pk: seat} if seat else {}
    names: dict[int, list[str]] = defaultdict(list)
    for site in sites:
        if site.area and (site.closed_on is None or site.closed_on > day):
            areas.setdefault(site.area.pk, site.area)
            names[site.area.pk].append(site.name)
    return tuple(WorkArea(area, area == seat, tuple(names[pk]), published.get((pk, day))) for pk, area in areas.items())


def area_spans(days: Sequence[AreaDay]) -> list[AreaSpan]:
    """Stretches of days on which the colour and the official level differ, or the level is not known; newest first."""

    def alike(one: AreaDay) -> tuple[object, ...]:
        worst = one.worst.published if one.worst else None
        return one.outcome, one.zone, one.level, worst.pk if worst else None

    spans = []
    for _key, group in groupby(days, alike):
        found = list(group)
        if found[0].differs or found[0].outcome == "UNKNOWN":
            spans.append(AreaSpan(found[0].day, found[-1].day, found[0]))
    return list(reversed(spans))
