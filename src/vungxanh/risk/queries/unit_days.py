"""What the people of a unit come to on a day: what one of them counts for, counted anew, and summed up the tree."""

import datetime
from collections.abc import Collection, Iterable
from functools import lru_cache

import polars as pl
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce

from vungxanh.organization.enums import AbsenceKind
from vungxanh.organization.tree import Tree
from vungxanh.risk.models import LevelDecision, PersonAssessment, UnitDay
from vungxanh.risk.queries.days import COUNTED_BELOW, MISSING
from vungxanh.risk.rulebook import RISK_LEVELS
from vungxanh.screening.enums import Timeliness
from vungxanh.screening.models import PersonDay

KEY = ("day", "unit_id", "windows_id")
BY_LEVEL = {RISK_LEVELS[2]: "high_people", RISK_LEVELS[3]: "very_high_people"}
WINDOWS = ("arrival", "leaving")
KINDS = tuple(kind for kind in Timeliness.values if kind)
COUNTS = (
    "people",
    "staff",
    *BY_LEVEL.values(),
    "excused",
    "expected",
    *(f"{window}_{name}" for window in WINDOWS for name in ("expected", *(kind.lower() for kind in KINDS))),
    "missing_both",
)
"""What a `UnitDay` counts, in the order of `contribution`."""

FIGURES = (*COUNTED_BELOW, "people")

Key = tuple[datetime.date, int, int]
Counts = tuple[int, ...]
NOTHING: Counts = (0,) * len(COUNTS)


def key_of(row: PersonDay) -> Key:
    return row.day, row.unit_id, row.windows_id


def contribution(row: PersonDay, level: str) -> Counts:
    """What one person counts for on one day, in the order of `COUNTS`; `level`: the one that counts, "" for none."""
    expects = row.is_counted and row.expects_arrival, row.is_counted and row.expects_leaving
    return _contribution(row.is_counted, expects, (row.arrival_timeliness, row.leaving_timeliness), row.excuse, level)


@lru_cache(maxsize=1024)
def _contribution(
    is_counted: bool, expects: tuple[bool, bool], came: tuple[str, str], excuse: str, level: str
) -> Counts:
    """Few combinations occur."""
    is_free = excuse != AbsenceKind.ISOLATION
    counts = [
        True,
        is_counted,
        *(is_free and level == one for one in BY_LEVEL),
        is_counted and excuse != "",
        any(expects),
    ]
    for is_expected, timeliness in zip(expects, came, strict=True):
        counts += [is_expected, *(is_expected and timeliness == kind for kind in KINDS)]
    counts.append(all(expects) and not any(came))
    return tuple(map(int, counts))


def all_counted(days: Collection[datetime.date], unit_ids: Collection[int] | None = None) -> dict[Key, Counts]:
    """The same counts anew, of everybody who stands on the days in the units (None: in any), with the levels that
    count now; a key with nobody is left out. Two queries."""
    here = PersonDay.objects.filter(in_units(days, unit_ids))
    rows = here.order_by().values(*KEY).annotate(**_figures()).values_list(*KEY, *_figures())
    counted = {
        (day, unit, windows): dict(zip(_figures(), figures, strict=True)) for day, unit, windows, *figures in rows
    }
    free = here.exclude(excuse=AbsenceKind.ISOLATION).annotate(level=_level()).filter(level__in=BY_LEVEL)
    flagged = free.order_by().values(*KEY, "level").annotate(found=Count("pk"))
    for day, unit, windows, level, found in flagged.values_list(*KEY, "level", "found"):
        counted[day, unit, windows][BY_LEVEL[level]] = found
    return {key: tuple(figures.get(name, 0) for name in COUNTS) for key, figures in counted.items()}


def in_units(days: Collection[datetime.date], unit_ids: Collection[int] | None) -> Q:
    here = Q(day__in=list(days))
    return here if unit_ids is None else here & Q(unit_id__in=list(unit_ids))


def _figures() -> dict[str, Count]:
    """`contribution` as aggregates, but for the levels."""
    staff = Q(is_counted=True)
    figures = {
        "people": Count("pk"),
        "staff": Count("pk", filter=staff),
        "excused": Count("pk", filter=staff & ~Q(excuse="")),
        "expected": Count("pk", filter=staff & (Q(expects_arrival=True) | Q(expects_leaving=True))),
        "missing_both": Count(
            "pk",
            filter=staff & Q(expects_arrival=True, expects_leaving=True, arrival_timeliness="", leaving_timeliness=""),
        ),
    }
    for window in WINDOWS:
        expected = staff & Q(**{f"expects_{window}": True})
        figures[f"{window}_expected"] = Count("pk", filter=expected)
        for kind in KINDS:
            figures[f"{window}_{kind.lower()}"] = Count("pk", filter=expected & Q(**{f"{window}_timeliness": kind}))
    return figures


def _level() -> Coalesce:
    """Of a person-day: the unit's last decision on the current assessment, else what the rules said."""
    current = PersonAssessment.objects.filter(subject=OuterRef("subject"), is_current=True)
    decisions = LevelDecision.objects.filter(assessment__subject=OuterRef("subject"), assessment__is_current=True)
    return Coalesce(
        Subquery(decisions.order_by("-decided_at", "-pk").values("level")[:1]), Subquery(current.values("level")[:1])
    )


def all_zone_figures(
    unit_ids: Collection[int], day: datetime.date, *, at: datetime.datetime, tree: Tree
) -> pl.DataFrame:
    """What `zone_figures` gives, in the order of the units, from the counts that are kept; each unit with everything
    below it. One query."""
    sums: dict[int, tuple[int, ...]] = dict.fromkeys(unit_ids, (0,) * len(FIGURES))
    below = {node.id for unit in _highest(sums, tree) for node in tree.below(unit)}
    for unit, *own in _own_figures(below, day, at):
        for node in tree.above(unit):
            if node.id in sums:
                sums[node.id] = tuple(map(sum, zip(sums[node.id], own, strict=True)))
    rows = [(unit, *figures) for unit, figures in sums.items()]
    frame = pl.DataFrame(rows, schema=dict.fromkeys(("id", *FIGURES), pl.Int64()), orient="row")
    return frame.with_columns(pl.when(pl.col("people") > 0).then(pl.col(MISSING)).alias(MISSING))


def _highest(unit_ids: Collection[int], tree: Tree) -> list[int]:
    """Those of the units that lie below no other of them."""
    return [unit for unit in unit_ids if not any(node.id in unit_ids for node in list(tree.above(unit))[1:])]


def _own_figures(unit_ids: Collection[int], day: datetime.date, at: datetime.datetime) -> Iterable[tuple[int, ...]]:
    """Per unit where people stand, in the order of `FIGURES`. Whoever is past due in both windows is one person."""
    late = {window: Q(**{f"windows__{window}_due_at__lt": at}) for window in WINDOWS}
    missing = _sum(_missing("arrival"), late["arrival"]) + _sum(_missing("leaving"), late["leaving"])
    missing -= _sum(F("missing_both"), late["arrival"] & late["leaving"])
    rows = UnitDay.objects.filter(day=day, unit_id__in=list(unit_ids)).order_by().values("unit_id")
    return rows.annotate(
        very_high=Sum("very_high_people"), high=Sum("high_people"), missing=missing, whole=Sum("people")
    ).values_list("unit_id", "very_high", "high", "missing", "whole")


def _missing(window: str) -> Combinable:
    """How many were expected and have not declared, late or not."""
    return F(f"{window}_expected") - F(f"{window}_on_time") - F(f"{window}_early") - F(f"{window}_late")


def _sum(figure: Combinable, condition: Q) -> Sum:
    return Sum(figure, filter=condition, default=Value(0), output_field=IntegerField())
