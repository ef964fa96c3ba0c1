"""Returns measured over a period.

The daily return is due from each reporting point among the units that count, on its working days and on days off for
which the roster had an officer on duty, from the first return of the installation on, and once its time is over or it
has gone. A unit for which another point answers has nothing to measure by its own; that point counts for whoever
scores it. The first version says whether it was in time; a later one neither makes it late nor in time. A reason
given for a late or missing return is shown beside it and does not make it one in time; a return that nobody owed
counts for nothing. A point counts while it exists and is one.

An unusual event is answered by the return that it opened or was added to, which is due within what the rule allowed
when that return opened. It counts once that time is over or the return has gone; a return that somebody opens by hand
is no event.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.db.models import Case, Count, Min, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from vungxanh.common.clock import ZONE
from vungxanh.common.indicators import Asked, Indicator, Measured, Record, Records, summed
from vungxanh.organization.tree import all_trees_of
from vungxanh.risk.indicators.showing import all_codes, shown
from vungxanh.risk.models import DailyReturn, UnusualEvent
from vungxanh.risk.queries.returns import all_due_at, all_first_sent, all_owed


def all_judged(asked: Asked) -> dict[tuple[datetime.date, int], bool]:
    """By day and reporting point whose return was due: whether it came in time; four queries."""
    trees = asked.once(all_trees_of)
    if not trees:
        return {}
    points = asked.units
    sent = all_first_sent(asked.first, asked.until).filter(unit_id__in=points, submitted_at__lte=asked.at)
    came = {(day, unit): bool(on_time) for day, unit, on_time in sent.values_list("day", "unit_id", "is_on_time")}
    began = DailyReturn.objects.aggregate(day=Min("day"))["day"]
    judged = {}
    for day, owed in all_owed(trees).items():
        is_over = began is not None and day >= began and asked.at >= all_due_at(day)
        for key in ((day, unit) for unit in owed & points):
            if is_over or key in came:
                judged[key] = came.get(key, False)
    return judged


def daily(asked: Asked) -> Mapping[int, Measured]:
    judged = asked.once(all_judged)
    due, in_time = (
        Counter(unit for _day, unit in judged),
        Counter(unit for (_day, unit), came in judged.items() if came),
    )
    return summed(asked, {unit: Measured(in_time[unit], count) for unit, count in due.items()})


def daily_records(asked: Asked, unit_id: int) -> Records:
    units = set(asked.members[unit_id])
    rows = [(day, unit, int(came), 1) for (day, unit), came in asked.once(all_judged).items() if unit in units]
    return Records(sorted(rows, key=lambda row: (row[2], row[0], row[1])), shown(_("daily return"), _page))


def unusual(asked: Asked) -> Mapping[int, Measured]:
    rows = _events(asked, asked.units).values("unit_id")
    counted = rows.annotate(whole=Count("pk"), part=Count("pk", filter=_in_time(asked)))
    return summed(
        asked, {unit: Measured(part, whole) for unit, part, whole in counted.values_list("unit_id", "part", "whole")}
    )


def unusual_records(asked: Asked, unit_id: int) -> Records:
    part = Case(When(_in_time(asked), then=Value(1)), default=Value(0))
    rows = _events(asked, asked.members[unit_id]).annotate(part=part).order_by("part", "at", "pk")
    return Records(rows.values_list("at", "unit_id", "part", "opened__day"), _show_events)


def _events(asked: Asked, units: Collection[int]) -> QuerySet[UnusualEvent]:
    began, ended = asked.moments
    is_over = Q(opened__due_at__lte=asked.at) | Q(opened__submitted_at__lte=asked.at)
    return UnusualEvent.objects.filter(is_over, unit_id__in=units, at__gte=began, at__lt=ended, at__lte=asked.at)


def _in_time(asked: Asked) -> Q:
    return Q(opened__is_on_time=True, opened__submitted_at__lte=asked.at)


def _show_events(rows: Sequence[tuple[datetime.datetime, int, int, datetime.date]]) -> list[Record]:
    """What happened stands on the page of the return alone."""
    codes = all_codes({unit for _at, unit, *_rest in rows})
    return [
        Record(at.astimezone(ZONE).date(), unit, _("unusual event"), part, 1, _page(codes[unit], day))
        for at, unit, part, day in rows
    ]


def _page(code: str, day: datetime.date) -> str:
    return reverse("risk:return_page", args=[code, day])


INDICATORS = (
    Indicator("risk.returns_on_time", daily, daily_records),
    Indicator("risk.unusual_in_time", unusual, unusual_records),
)
