"""Declarations month by month: tables made ahead, and those dropped whose time is over."""

import datetime

from django.db import transaction

from vungxanh.audit.operations import record
from vungxanh.common import months
from vungxanh.common.clock import ZONE
from vungxanh.screening.models import AcceptedUuid, Declaration
from vungxanh.screening.queries.months import COLUMN, TABLE, months_ahead
from vungxanh.screening.rulebook import DECLARATION_KEEPING

ONE_DAY = datetime.timedelta(days=1)


def make_months(*, at: datetime.datetime) -> list[datetime.date]:
    """Tables for this month, for those ahead, and for every month of which rows stand in the rest; returns the new
    ones. Each is a transaction, and made once, however often this is called."""
    if not months.is_by_month(TABLE):
        return []
    wanted = set(months.stray_months(TABLE, COLUMN)) | set(months_ahead(at))
    missing = sorted(wanted - set(months.months_of(TABLE)))
    for month in missing:
        months.make_month(TABLE, COLUMN, month)
    return missing


def renew_statistics() -> None:
    """Of all months together: a database does that by itself for each of them alone."""
    if months.is_by_month(TABLE):
        months.analyze(TABLE)


def erase_declarations(*, at: datetime.datetime) -> int:
    """Declarations that the rule keeps no longer, with the keys of their retries; returns how many.

    A month that is over as a whole goes with its table, else each day is a transaction, so that nobody waits long.
    """
    today = at.astimezone(ZONE).date()
    last = DECLARATION_KEEPING.current().in_force(today).last_gone(today)
    if last is None:
        return 0
    made, erased = set(months.months_of(TABLE)), 0
    while (day := _oldest_day()) is not None and day <= last:
        month = months.begin_of(day)
        is_whole = month in made and months.next_month(month) <= last + ONE_DAY
        first, end = (month, months.next_month(month) - ONE_DAY) if is_whole else (day, day)
        if is_whole:
            # A month of a country's keys is no single transaction; a retry so late is refused by its age.
            for number in range((end - first).days + 1):
                _erase_keys(first + number * ONE_DAY)
        erased += _erase(first, end, at)
    return erased


def _oldest_day() -> datetime.date | None:
    return Declaration.objects.order_by("day", "unit_id").values_list("day", flat=True).first()


def _erase_keys(day: datetime.date) -> None:
    AcceptedUuid.objects.filter(pk__in=Declaration.objects.filter(day=day).values("client_uuid")).delete()


@transaction.atomic
def _erase(first: datetime.date, last: datetime.date, at: datetime.datetime) -> int:
    """Of these days: one, or all of a month, which then loses its table."""
    rows = Declaration.objects.filter(day__range=(first, last))
    count = rows.count()
    record(
        "screening.erase_declarations",
        actor=None,
        at=at,
        subject=("screening.declaration", last.isoformat()),
        detail={"from": first.isoformat(), "to": last.isoformat(), "declarations": count},
    )
    if first == last:
        _erase_keys(first)
        rows.delete()
    else:
        months.drop_month(TABLE, first)
    return count
