"""The sums of units with everything below them, kept in one transaction with the unit-days.

They are made by the tree of the day. Where it has changed since, whoever needs them next makes them anew. Locks are
taken after those of the unit-days, by day, unit and windows.
"""

import datetime
from collections.abc import Mapping
from operator import add as plus

from django.db import transaction

from vungxanh.common import bulk
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.models import TreeDay, TreeDayMark, UnitDay
from vungxanh.risk.queries.unit_days import BELOW, COUNTS, FIELDS, KEY, Counts, Key, below

NOTHING: Counts = (0,) * len(BELOW)
made_by = bulk.Select(TreeDayMark, ["day"], among=["day"], where='"mark" = %s', lock="FOR SHARE")


def add(changed: Mapping[Key, Counts]) -> None:
    """After these differences were added to the unit-days."""
    for day in sorted({day for day, _unit, _windows in changed}):
        tree = all_tree_on(day)
        if _is_made(day, tree):
            _add_up({key: counts for key, counts in changed.items() if key[0] == day}, tree)
        else:
            _make(day, tree)


def bring_up(day: datetime.date, tree: Tree) -> None:
    """The sums of the day are those by the tree, until the end of the transaction."""
    if not _is_made(day, tree):
        _make(day, tree)


def all_differing(day: datetime.date, counted: Mapping[Key, Counts]) -> dict[int, dict[str, tuple[int, int]]]:
    """By unit whose sums are not those of the counts: each sum (`people_below` and so on) as it is kept and as it
    should be. Sums by an older tree are nobody's."""
    tree = all_tree_on(day)
    if not _is_made(day, tree):
        return {}
    rows = TreeDay.objects.filter(day=day).values_list(*KEY, *BELOW)
    kept = {(on, unit, windows): tuple(sums) for on, unit, windows, *sums in rows}
    right = _sums(counted, tree)
    found: dict[int, dict[str, tuple[int, int]]] = {}
    for key in sorted(kept.keys() | right.keys()):
        pairs = zip(BELOW, kept.get(key, NOTHING), right.get(key, NOTHING), strict=True)
        if differing := {f"{name}_below": (one, other) for name, one, other in pairs if one != other}:
            found.setdefault(key[1], {}).update(differing)
    return found


def _is_made(day: datetime.date, tree: Tree) -> bool:
    """Held so: nobody makes them anew before the end of this transaction."""
    return bool(tree.mark and made_by([day], where=[tree.mark]))


@transaction.atomic
def _make(day: datetime.date, tree: Tree) -> None:
    """Whoever adds to the sums of the day has ended, or waits and then finds them made."""
    TreeDayMark.objects.bulk_create([TreeDayMark(day=day)], ignore_conflicts=True)
    made = TreeDayMark.objects.select_for_update(no_key=True).get(day=day)
    if tree.mark and made.mark == tree.mark:
        return
    TreeDay.objects.filter(day=day).delete()
    rows = UnitDay.objects.filter(day=day).values_list(*KEY, *COUNTS)
    _add_up({(on, unit, windows): tuple(counts) for on, unit, windows, *counts in rows}, tree)
    made.mark = tree.mark
    made.save(update_fields=["mark"])


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
