"""The counts of units' days, kept in the transaction of what changes them.

A change of some people adds differences, from rows that its transaction has locked; a change of who stands where counts
the units anew. Locks are taken in one order: person-days, people, the counts as a whole, then units.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping
from operator import add, sub

from django.db import transaction
from django.db.models import QuerySet

from vungxanh.common import bulk
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Person
from vungxanh.risk.models import UnitDay
from vungxanh.risk.operations import tree_days
from vungxanh.risk.operations.tree_days import forget, hold_counts
from vungxanh.risk.queries.facts import in_parts
from vungxanh.risk.queries.unit_days import (
    COUNTS,
    FIELDS,
    KEY,
    NOTHING,
    Counts,
    Key,
    all_counted,
    contribution,
    in_units,
    key_of,
)
from vungxanh.screening.models import PersonDay

READ = ("day", "unit_id", "windows_id", "is_counted", "excuse", "expects_arrival", "expects_leaving")
CAME = ("arrival_timeliness", "leaving_timeliness")
AT_ONCE = 500


class Changes:
    """Differences of counts: what is taken out before a change and put in after it, written by `keep`."""

    def __init__(self) -> None:
        self.by_key: dict[Key, Counts] = {}

    def take_out(self, row: PersonDay, level: str = "") -> None:
        key = key_of(row)
        self.by_key[key] = tuple(map(sub, self.by_key.get(key, NOTHING), contribution(row, level)))

    def put_in(self, row: PersonDay, level: str = "") -> None:
        key = key_of(row)
        self.by_key[key] = tuple(map(add, self.by_key.get(key, NOTHING), contribution(row, level)))

    def keep(self) -> None:
        """In the order of the keys, so that two transactions never wait for each other in a ring."""
        changed = sorted((key, counts) for key, counts in self.by_key.items() if counts != NOTHING)
        bulk.add(UnitDay, FIELDS, COUNTS, [(*key, *counts) for key, counts in changed])
        tree_days.add(dict(changed))


def _of(subjects: Collection[object], first: datetime.date) -> QuerySet[PersonDay]:
    return PersonDay.objects.filter(subject__in=subjects, day__gte=first).order_by()


def _lock(days: Collection[datetime.date], unit_ids: Collection[int] | None) -> dict[Key, Counts]:
    rows = UnitDay.objects.select_for_update(no_key=True).filter(in_units(days, unit_ids)).order_by(*KEY)
    return {(day, unit, windows): tuple(counts) for day, unit, windows, *counts in rows.values_list(*KEY, *COUNTS)}


def note_declared(changes: Changes) -> None:
    """What came for people's days."""
    hold_counts()
    changes.keep()


def note_levels(changed: Mapping[uuid.UUID, tuple[str, str]], *, day: datetime.date, at: datetime.datetime) -> None:
    """Levels before ("": never assessed) and after of people who are locked, judged for the day.

    They count for today and the open days after it; of a day that is over the units concerned are counted anew.
    """
    hold_counts()
    today = at.astimezone(ZONE).date()
    if day < today:
        here = [_of(part, day).filter(day=day) for part in in_parts(changed)]
        count_anew([day], {unit for rows in here for unit in rows.values_list("unit_id", flat=True)})
    changes = Changes()
    for part in in_parts(changed):
        for row in _of(part, today).only("subject", *READ, *CAME):
            before, after = changed[row.subject]
            changes.take_out(row, before)
            changes.put_in(row, after)
    changes.keep()


def count_anew(days: Collection[datetime.date], unit_ids: Collection[int] | None = None) -> None:
    """Everything of the units (None: of all, and then the sums as well) on the days, whatever was kept before.

    The rows are made and locked first: whoever adds a difference at the same time has done so before the people are
    counted, or waits and adds it to the new counts.
    """
    with transaction.atomic():
        hold_counts()
        if unit_ids is None:
            forget(days)
        places = PersonDay.objects.filter(in_units(days, unit_ids)).order_by(*KEY).values_list(*KEY).distinct()
        rows = (UnitDay(**dict(zip(KEY, place, strict=True))) for place in places)
        UnitDay.objects.bulk_create(rows, ignore_conflicts=True, batch_size=AT_ONCE)
        kept = _lock(days, unit_ids)
        counted = all_counted(days, unit_ids)
        changes = Changes()
        changes.by_key = {key: tuple(map(sub, counted.get(key, NOTHING), counts)) for key, counts in kept.items()}
        changes.keep()


def follow_person_days(
    days: Collection[datetime.date], *, people: Collection[int] | None, unit_ids: Collection[int] | None
) -> None:
    """After person-days of these people (`Person` ids; None: of everybody) were written anew in the units. Nobody
    changes a level of theirs meanwhile."""
    rows = Person.objects.select_for_update(no_key=True).order_by("pseudonym")
    list((rows if people is None else rows.filter(pk__in=people)).values_list("pk"))
    count_anew(days, unit_ids)


def all_differing_units(day: datetime.date) -> dict[int, dict[str, tuple[int, int]]]:
    """By unit whose counts of the day, or sums with everything below, are not those of the people: each as it is kept
    and as it should be.

    Nothing is repaired. What is kept is locked while the people are counted, so that nobody is caught halfway.
    """
    with transaction.atomic():
        hold_counts()
        kept = _lock([day], None)
        counted = all_counted([day])
        sums = tree_days.all_differing(day, kept, counted)
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for key in sorted(kept.keys() | counted.keys()):
        pairs = zip(COUNTS, kept.get(key, NOTHING), counted.get(key, NOTHING), strict=True)
        if differing := {name: (one, other) for name, one, other in pairs if one != other}:
            found.setdefault(key[1], {}).update(differing)
    for unit, differing in sums.items():
        found.setdefault(unit, {}).update(differing)
    return found
