"""What production counts for the movement: targets reached, of those that are due.

A target counts in every period that has a day of it, by the months of its own period, not of the asked one, and by
what was verified at the moment. When it is due and reached says `rulebook.judged`; months are closed here once they are
over by the last day that was asked for and the day on which their figures were due is over by the moment.
"""

import datetime
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from django.urls import reverse

from vungxanh.common.indicators import Asked, Indicator, Measured, Record, Records, summed
from vungxanh.production.queries.standing import all_targets_as_of, all_verified, overlapping
from vungxanh.production.rulebook import judged, months_between, rule_on, term_of


class _Due(NamedTuple):
    day: datetime.date
    unit_id: int
    unit_code: str
    indicator: str
    is_reached: bool


def _due(asked: Asked) -> list[_Due]:
    """Two queries."""
    if asked.until < asked.first:
        return []
    targets = overlapping(all_targets_as_of(asked.at), asked.first, asked.until)
    given = list(targets.filter(unit_id__in=asked.units).select_related("unit").order_by("last_day", "pk"))
    verified = all_verified(given, asked.until, asked.at)
    closed = rule_on(asked.today).closed_month(asked.until, asked.today)
    found = []
    for one in given:
        months = months_between(one.first_day, one.last_day)
        own = verified.get((one.unit_id, one.indicator), {})
        figures = {month: value for month, value in own.items() if month in months}
        result = judged(term_of(one.indicator), one.value, months, figures, closed)
        if result.is_due:
            day = max(asked.first, min(one.last_day, asked.until))
            found.append(_Due(day, one.unit_id, one.unit.code, one.indicator, result.is_reached))
    return found


def reached(asked: Asked) -> Mapping[int, Measured]:
    counts: dict[int, Measured] = {}
    for one in asked.once(_due):
        part, whole = counts.get(one.unit_id, (0, 0))
        counts[one.unit_id] = Measured(part + one.is_reached, whole + 1)
    return summed(asked, counts)


def reached_records(asked: Asked, unit_id: int) -> Records:
    units: Collection[int] = set(asked.members[unit_id])
    rows = [one for one in asked.once(_due) if one.unit_id in units]
    return Records(sorted(rows, key=lambda one: (one.is_reached, one.day, one.indicator, one.unit_code)), _show)


def _show(rows: Sequence[_Due]) -> list[Record]:
    return [
        Record(
            one.day,
            one.unit_id,
            term_of(one.indicator).name,
            int(one.is_reached),
            1,
            reverse("production:indicator_page", args=[one.unit_code, one.indicator]),
        )
        for one in rows
    ]


INDICATORS = (Indicator("movement.production_reached", reached, reached_records),)
