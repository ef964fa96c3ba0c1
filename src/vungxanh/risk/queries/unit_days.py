"""What the people of a unit come to on a day: what one of them counts for, counted anew, and summed up the tree."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from vungxanh.common.bulk import Select
from vungxanh.organization.enums import AbsenceKind
from vungxanh.risk.models import LevelDecision, PersonAssessment, TreeDay
from vungxanh.risk.queries.days import MISSING
from vungxanh.risk.rulebook import RISK_LEVELS
from vungxanh.screening.enums import Timeliness
from vungxanh.screening.models import DayWindows, PersonDay

KEY = ("day", "unit_id", "windows_id")
FIELDS = ("day", "unit_id", "windows")
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

BELOW = ("people", *BY_LEVEL.values(), *(f"{window}_missing" for window in WINDOWS), "missing_both")
"""What a `TreeDay` sums up, in the order of `below`."""

sums_below = Select(TreeDay, ["unit_id", "windows_id", *BELOW], among=["unit_id"], where='"day" = %s')
due_moments = Select(DayWindows, ["id", "arrival_due_at", "leaving_due_at"], among=["id"])

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


def below(counts: Counts) -> Counts:
    """What counts of a unit's own come to in the sums of the units above, in the order of `BELOW`."""
    own = dict(zip(COUNTS, counts, strict=True))
    missing = (own[f"{window}_expected"] - sum(own[f"{window}_{kind.lower()}"] for kind in KINDS) for window in WINDOWS)
    return own["people"], *(own[name] for name in BY_LEVEL.values()), *missing, own["missing_both"]


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


def all_zone_figures(unit_ids: Collection[int], day: datetime.date, *, at: datetime.datetime) -> list[dict[str, Any]]:
    """What `zone_figures` gives, in the order of the units, from the sums that are kept; each unit with everything
    below it. Two queries."""
    rows: dict[int, list[tuple[int, ...]]] = {unit: [] for unit in unit_ids}
    for unit, *row in sums_below(unit_ids, where=[day.isoformat()]):
        rows[unit].append(tuple(row))
    windows = {row[0] for found in rows.values() for row in found}
    late = {key: tuple(moment is not None and moment < at for moment in due) for key, *due in due_moments(windows)}
    return [{"id": unit, **_figures_of(found, late)} for unit, found in rows.items()]


def _figures_of(rows: Sequence[tuple[int, ...]], late: Mapping[int, tuple[bool, ...]]) -> dict[str, int | None]:
    """Whoever is past due in both windows is one person; of nobody it is not known how many are missing."""
    people = high = very_high = missing = 0
    for windows, whole, high_ones, very_high_ones, no_arrival, no_leaving, neither in rows:
        arrival, leaving = late.get(windows, (False, False))
        people += whole
        high += high_ones
        very_high += very_high_ones
        missing += arrival * no_arrival + leaving * no_leaving - (arrival and leaving) * neither
    return {
        "very_high_people": very_high,
        "high_people": high,
        MISSING: missing if people else None,
        "people": people,
    }
