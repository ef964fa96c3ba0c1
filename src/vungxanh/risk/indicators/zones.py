"""Green days of units.

A day counts for the scored unit's own zone, in which everybody below it is counted already; what counts for it
otherwise is not looked at. Every day of the calendar counts on which the unit existed and had a colour: days off too,
since a colour holds until another is judged; before the first there is none. A day is green when the worst that was
judged on it by the moment was green, or nothing was and the colour before it was. Of today that is what is known so
far.
"""

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import moment
from vungxanh.common.indicators import Asked, Indicator, Measured, Records
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import all_trees_of
from vungxanh.risk.enums import ZoneLevel
from vungxanh.risk.indicators.showing import shown
from vungxanh.risk.models import UnitZone
from vungxanh.risk.rulebook import ZONE_LEVELS


def all_colours(asked: Asked) -> dict[int, dict[datetime.date, str]]:
    """By scored unit the worst colour of each day that has one; three queries."""
    trees, before, changes = asked.once(all_trees_of), dict(_before(asked)), _changes(asked)
    found: dict[int, dict[datetime.date, str]] = {}
    for unit in asked.members:
        level = before.get(unit) or ""
        colours = {}
        for day in asked.days:
            judged = changes.get((unit, day), [])
            if colour := max(judged, key=ZONE_LEVELS.index, default=level):
                colours[day] = colour
            level = judged[-1] if judged else level
        found[unit] = {day: colour for day, colour in colours.items() if unit in trees[day]}
    return found


def _before(asked: Asked) -> QuerySet[Unit, Any]:
    """Each unit with the colour with which it came into the period."""
    last = UnitZone.objects.filter(unit=OuterRef("pk"), day__lt=asked.first, at__lte=asked.at).order_by("-at", "-pk")
    return Unit.objects.filter(pk__in=list(asked.members)).values_list("pk", Subquery(last.values("level")[:1]))


def _changes(asked: Asked) -> dict[tuple[int, datetime.date], list[str]]:
    """Of each unit and day the colours judged on it, the last one last: a row per colour, many change figures alone."""
    # No zone is judged before its day: the moment lets the index leave the years before out.
    since = moment(asked.first, datetime.time())
    rows = UnitZone.objects.filter(
        unit_id__in=list(asked.members), day__range=(asked.first, asked.until), at__gte=since, at__lte=asked.at
    )
    colours = rows.values("unit_id", "day", "level").annotate(latest=Max("at"), newest=Max("pk"))
    found: dict[tuple[int, datetime.date], list[str]] = {}
    for unit, day, level in colours.order_by("latest", "newest").values_list("unit_id", "day", "level"):
        found.setdefault((unit, day), []).append(level)
    return found


def green_days(asked: Asked) -> Mapping[int, Measured]:
    return {
        unit: Measured(sum(colour == ZoneLevel.GREEN for colour in colours.values()), len(colours))
        for unit, colours in asked.once(all_colours).items()
        if colours
    }


def green_day_records(asked: Asked, unit_id: int) -> Records:
    colours = asked.once(all_colours)[unit_id]
    rows = [(day, unit_id, int(colour == ZoneLevel.GREEN), 1) for day, colour in colours.items()]
    return Records(sorted(rows, key=lambda row: (row[2], row[0])), shown(_("zone of the day"), _timeline))


def _timeline(code: str, day: datetime.date) -> str:
    return f"{reverse('risk:zone_timeline', args=[code])}?thang={day:%Y-%m}"


INDICATORS = (Indicator("risk.green_days", green_days, green_day_records),)
