"""Days on which a unit was reminded or urged and still did not send its daily return in time."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from vungxanh.organization.tree import all_trees_between
from vungxanh.organization.workdays import all_workdays
from vungxanh.reports.models import Urge
from vungxanh.risk.enums import ReminderTarget
from vungxanh.risk.models import DailyReturn, ReturnExplanation, ReturnReminder
from vungxanh.risk.queries.returns import all_due_at, all_first_sent, all_owed

Key = tuple[int, datetime.date]
Span = dict[str, tuple[datetime.date, datetime.date]]


@dataclass(frozen=True, slots=True)
class LateDay:
    """`sent`: the first version, which was late; None where nothing came."""

    day: datetime.date
    reminded_at: tuple[datetime.datetime, ...]
    urged_at: tuple[datetime.datetime, ...]
    sent: DailyReturn | None
    reason: str


def first_of_window(last: datetime.date, working_days: int) -> datetime.date:
    """The first of so many working days that end with `last`, or before it where that is a day off."""
    calendar = all_workdays(last, last)
    day, left = last, working_days
    while True:
        left -= calendar.is_working(day)
        if left == 0:
            return day
        day -= datetime.timedelta(days=1)


def day_after(day: datetime.date, working_days: int) -> datetime.date:
    """So many working days later."""
    calendar = all_workdays(day, day + datetime.timedelta(days=4 * working_days + 31))
    while working_days:
        day += datetime.timedelta(days=1)
        working_days -= calendar.is_working(day)
    return day


def all_late_days(
    first: datetime.date,
    last: datetime.date,
    *,
    at: datetime.datetime,
    unit_ids: Collection[int] | None = None,
) -> dict[int, list[LateDay]]:
    """By unit, oldest first; a flat number of queries."""
    owed = all_owed(all_trees_between(first, last))
    past = [day for day in owed if all_due_at(day) <= at]
    span: Span = {"day__range": (first, last)}
    sent = {(one.unit_id, one.day): one for one in all_first_sent(first, last)}
    reminded, urged = _reminded(span), _urged(span)
    reasons = {(one.unit_id, one.day): one.reason for one in ReturnExplanation.objects.filter(**span)}
    found: dict[int, list[LateDay]] = defaultdict(list)
    for key in sorted(reminded.keys() | urged.keys(), key=lambda one: (one[1], one[0])):
        unit, day = key
        came = sent.get(key)
        is_late = day in past and unit in owed[day] and not (came and came.is_on_time)
        if is_late and (unit_ids is None or unit in unit_ids):
            found[unit].append(LateDay(day, tuple(reminded[key]), tuple(urged[key]), came, reasons.get(key, "")))
    return found


def _reminded(span: Span) -> dict[Key, list[datetime.datetime]]:
    """Of those who must act; what superiors are told reminds nobody."""
    rows = ReturnReminder.objects.filter(**span, target=ReminderTarget.ACTORS).order_by("reminded_at")
    found: dict[Key, list[datetime.datetime]] = defaultdict(list)
    for unit, day, at in rows.values_list("unit_id", "day", "reminded_at"):
        found[unit, day].append(at)
    return found


def _urged(span: Span) -> dict[Key, list[datetime.datetime]]:
    """For the daily return among what was open."""
    found: dict[Key, list[datetime.datetime]] = defaultdict(list)
    for one in Urge.objects.filter(**span).order_by("urged_at"):
        if "daily_return" in one.duties:
            found[one.unit_id, one.day].append(one.urged_at)
    return found
