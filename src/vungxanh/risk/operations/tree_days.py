"""The sums of units with everything below them, kept in one transaction with the unit-days.

They are made by the tree of the day. Where it has changed since, whoever needs them next makes them anew.
"""

import datetime
from collections.abc import Collection, Mapping
from operator import add as plus

from django.db import connection

from vungxanh.common import bulk
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.models import TreeDay, TreeDayMark, UnitDay
from vungxanh.risk.queries.unit_days import BELOW, COUNTS, FIELDS, KEY, Counts, Key, below

NOTHING: Counts = (0,) * len(BELOW)
LOCK = 0x76787564
"""A number of PostgreSQL's locks that nothing else takes."""
made_by = bulk.Select(TreeDayMark, ["day"], among=["day"], where='"mark" = %s')


def hold_counts() -> None:
    """Until the end of the transaction nobody else changes counts, sums or zones: everybody of an agency changes those
    at its top anyway. Taken after person-days and people, before all that is locked of units; once more does no harm.
    SQLite has one writer.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def add(changed: Mapping[Key, Counts]) -> None:
    """After these differences were added to the unit-days, with the counts held."""
    for day in sorted({day for day, _unit, _windows in changed}):
        tree = all_tree_on(day)
        if _is_made(day, tree):
            _add_up({key: counts for key, counts in changed.items() if key[0] == day}, tree)
        else:
            _make(day, tree)


def bring_up(day: datetime.date, tree: Tree) -> None:
    """The sums of the day are those by the tree, until the end of the transaction."""
    hold_counts()
    if not _is_made(day, tree):
        _make(day, tree)


def all_differing(
    day: datetime.date, own: Mapping[Key, Counts], counted: Mapping[Key, Counts]
) -> dict[int, dict[str, tuple[int, int]]]:
    """By unit whose sums are neither those of the counts that are kept nor those of the people: each sum
    (`people_below` and so on) as it is kept and as it should be. Sums by an older tree are nobody's."""
    tree = all_tree_on(day)
    if not _is_made(day, tree):
        return {}
    rows = TreeDay.objects.filter(day=day).values_list(*KEY, *BELOW)
    kept = {(on, unit, windows): tuple(sums) for on, unit, windows, *sums in rows}
    right, as_kept = _sums(counted, tree), _sums(own, tree)
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for key in sorted(kept.keys() | right.keys()):
        values = zip(BELOW, *(sums.get(key, NOTHING) for sums in (kept, right, as_kept)), strict=True)
        wrong = {f"{name}_below": (is_, right_) for name, is_, right_, added in values if is_ not in (right_, added)}
        if wrong:
            found.setdefault(key[1], {}).update(wrong)
    return found


def forget(days: Collection[datetime.date]) -> None:
    """Whoever needs the sums of these days next makes them anew."""
    TreeDayMark.objects.filter(day__in=days).delete()


def _is_made(day: datetime.date, tree: Tree) -> bool:
    return bool(tree.mark and made_by([day], where=[tree.mark]))


def _make(day: datetime.date, tree: Tree) -> None:
    TreeDay.objects.filter(day=day).delete()
    rows = UnitDay.objects.filter(day=day).values_list(*KEY, *COUNTS)
    _add_up({(on, unit, windows): tuple(counts) for on, unit, windows, *counts in rows}, tree)
    TreeDayMark.objects.update_or_create(day=day, defaults={"mark": tree.mark})


def _add_up(counts: Mapping[Key, Counts], tree: Tree) -> None:
    rows = [(*key, *sums) for key, sums in sorted(_sums(counts, tree).items()) if any(sums)]
    bulk.add(TreeDay, FIELDS, BELOW, rows)


def _sums(counts: Mapping[Key, Counts], tree: Tree) -> dict[Key, Counts]:
    """Of each unit and of those above it; what stands in no unit of the day counts nowhere."""
    sums: dict[Key, Counts] = {}
    for (day, unit, windows), own in counts.items():
        added = below(own)
        for node in tree.above(unit):
            key = day, node.id, windows
            sums[key] = tuple(map(plus, sums.get(key, NOTHING), added))
    return sums
