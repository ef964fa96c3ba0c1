"""Person-days as columns, and what a unit's day comes to: expected, declared, missing, excused, levels."""

import datetime
import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from vungxanh.common.bulk import Select
from vungxanh.organization.enums import AbsenceKind
from vungxanh.risk.enums import DecisionKind
from vungxanh.risk.models import LevelDecision, PersonAssessment
from vungxanh.risk.queries.people import all_in_force_on, all_level_of
from vungxanh.risk.rulebook import RISK_LEVELS
from vungxanh.screening.models import DayWindows, PersonDay
from vungxanh.screening.queries.days import is_missing as past_due

_PERSON_DAY_SCHEMA = {
    "subject": pl.String(),
    "unit_id": pl.Int64(),
    "is_counted": pl.Boolean(),
    "excuse": pl.String(),
    "expects_arrival": pl.Boolean(),
    "arrival_timeliness": pl.String(),
    "expects_leaving": pl.Boolean(),
    "leaving_timeliness": pl.String(),
    "windows_id": pl.Int64(),
}
_WINDOWS_SCHEMA = {
    "windows_id": pl.Int64(),
    "arrival_due": pl.Datetime("us", "UTC"),
    "leaving_due": pl.Datetime("us", "UTC"),
}

unit_ids_of = Select(PersonDay, ["subject", "unit_id"], among=["subject", "day"])
MISSING = "missing_declarations"
COUNTED_BELOW = ("very_high_people", "high_people", MISSING)
"""The figures of a zone that `zone_figures` counts over everybody in the unit and below it."""


@dataclass(frozen=True)
class PersonDays:
    """The people of one day with the levels that count for them."""

    day: datetime.date
    frame: pl.DataFrame

    def of_units(self, unit_ids: Collection[int]) -> pl.DataFrame:
        return self.frame.filter(pl.col("unit_id").is_in(list(unit_ids)))


def all_person_days(day: datetime.date, unit_ids: Collection[int]) -> PersonDays:
    """Everybody who stands on the day in one of the units, with `level` (null: never assessed) and `is_overridden`;
    four queries."""
    here = PersonDay.objects.filter(day=day, unit_id__in=list(unit_ids))
    levels = _levels(here.order_by().values("subject"))
    return PersonDays(day, _frame(here).join(levels, on="subject", how="left", maintain_order="left"))


def _levels(subjects: QuerySet[PersonDay, Any]) -> pl.DataFrame:
    """The level that counts now, as `all_level_of` says it: the unit's last decision, else what the rules said."""
    decisions = LevelDecision.objects.filter(assessment__is_current=True, assessment__subject__in=subjects)
    decided = {
        assessment: (level, kind == DecisionKind.OVERRIDDEN)
        for assessment, level, kind in decisions.order_by("decided_at", "pk").values_list(
            "assessment_id", "level", "kind"
        )
    }
    current = PersonAssessment.objects.filter(is_current=True, subject__in=subjects)
    rows = [
        (str(subject), *decided.get(key, (level, False)))
        for key, subject, level in current.values_list("pk", "subject", "level")
    ]
    schema = {"subject": pl.String(), "level": pl.String(), "is_overridden": pl.Boolean()}
    return pl.DataFrame(rows, schema=schema, orient="row")


def _frame(person_days: QuerySet[PersonDay]) -> pl.DataFrame:
    """Many people share few windows: these are read by themselves, since a moment takes longer to read than a row."""
    rows = person_days.order_by("pk").values_list(*_PERSON_DAY_SCHEMA)
    frame = pl.DataFrame([(str(subject), *rest) for subject, *rest in rows], schema=_PERSON_DAY_SCHEMA, orient="row")
    windows = DayWindows.objects.filter(pk__in=frame["windows_id"].unique().to_list())
    dues = list(windows.values_list("pk", "arrival_due_at", "leaving_due_at"))
    due = pl.DataFrame(dues, schema=_WINDOWS_SCHEMA, orient="row")
    return frame.join(due, on="windows_id", how="left", maintain_order="left")


def all_missing_counts(day: datetime.date, unit_ids: Collection[int], *, at: datetime.datetime) -> dict[int, int]:
    """Per unit with such people how many are past due, as `zone_figures` counts them; one query."""
    late = Q(expects_arrival=True) & past_due("arrival", at) | Q(expects_leaving=True) & past_due("leaving", at)
    rows = PersonDay.objects.filter(late, day=day, unit_id__in=list(unit_ids), is_counted=True)
    return dict(rows.values("unit_id").annotate(people=Count("pk")).values_list("unit_id", "people"))


def all_unit_ids_of(subjects: Collection[uuid.UUID], day: datetime.date) -> dict[uuid.UUID, int]:
    """Where each subject is counted on the day."""
    return dict(unit_ids_of(subjects, [day]))


def all_level_counts(day: datetime.date, unit_ids: Collection[int]) -> dict[int, dict[str, int]]:
    """Per unit where people stand on the day: how many had each level on it, UNKNOWN for those never assessed."""
    in_force = all_in_force_on(day, unit_ids)
    counts: dict[int, dict[str, int]] = {}
    for subject, unit in PersonDay.objects.filter(day=day, unit_id__in=list(unit_ids)).values_list(
        "subject", "unit_id"
    ):
        level = all_level_of(in_force[subject]) if subject in in_force else "UNKNOWN"
        counts.setdefault(unit, dict.fromkeys((*RISK_LEVELS, "UNKNOWN"), 0))[level] += 1
    return counts


def zone_figures(days: PersonDays, members: Mapping[int, Collection[int]], *, at: datetime.datetime) -> pl.DataFrame:
    """One row per unit: the facts of its zone that lie in people and their declarations; `members`: whom it counts."""
    pairs = [(unit, member) for unit, below in members.items() for member in below]
    belongs = pl.DataFrame(pairs, schema={"id": pl.Int64, "unit_id": pl.Int64}, orient="row")
    free = pl.col("excuse") != AbsenceKind.ISOLATION.value
    missing = is_missing("arrival", at).cast(pl.Int64) + is_missing("leaving", at).cast(pl.Int64)
    people = days.frame.with_columns(
        (free & (pl.col("level") == RISK_LEVELS[3])).fill_null(False).alias("is_very_high"),
        (free & (pl.col("level") == RISK_LEVELS[2])).fill_null(False).alias("is_high"),
        (pl.col("is_counted") & (missing > 0)).alias("is_missing"),
    )
    return (
        belongs.join(people, on="unit_id", how="left")
        .group_by("id")
        .agg(
            pl.col("is_very_high").sum().cast(pl.Int64).alias("very_high_people"),
            pl.col("is_high").sum().cast(pl.Int64).alias("high_people"),
            pl.col("is_missing").sum().cast(pl.Int64).alias("missing_declarations"),
            pl.col("subject").count().cast(pl.Int64).alias("people"),
        )
        .with_columns(pl.when(pl.col("people") > 0).then(pl.col("missing_declarations")).alias("missing_declarations"))
    )


def is_missing(window: str, at: datetime.datetime) -> pl.Expr:
    """Expected, past due, and nothing came."""
    due = pl.col(f"{window}_due") < pl.lit(at).dt.convert_time_zone("UTC")
    return (pl.col(f"expects_{window}") & due & (pl.col(f"{window}_timeliness") == "")).fill_null(False)


def day_figures(today: PersonDays, before: PersonDays | None, unit_ids: Collection[int]) -> dict[str, object]:
    """The figures of a daily return: arrival forms of the day, leaving forms of the previous working day, levels."""
    here = today.of_units(unit_ids)
    staff = here.filter(pl.col("is_counted"))
    previous = before.of_units(unit_ids).filter(pl.col("is_counted")) if before else here.clear()
    excused = Counter(one for one in staff["excuse"] if one)
    levels = Counter(one or "UNKNOWN" for one in here["level"])
    return {
        "day": today.day.isoformat(),
        "staff": staff.height,
        "others": here.height - staff.height,
        "arrival": window_figures(staff, "arrival"),
        "leaving_day": before.day.isoformat() if before else None,
        "leaving": window_figures(previous, "leaving"),
        "excused": dict(sorted(excused.items())),
        "levels": {level: levels[level] for level in (*RISK_LEVELS, "UNKNOWN")},
        "overridden": int(here["is_overridden"].sum()),
        "flagged": [one for one, level in here.select("subject", "level").rows() if level in RISK_LEVELS[1:]],
    }


def window_figures(staff: pl.DataFrame, window: str) -> dict[str, int]:
    """Of those expected: declared (on time, early, late) and missing."""
    expected = staff.filter(pl.col(f"expects_{window}"))
    came = Counter(expected[f"{window}_timeliness"])
    declared = expected.height - came[""]
    return {
        "expected": expected.height,
        "declared": declared,
        "late": came["LATE"],
        "early": came["EARLY"],
        "missing": expected.height - declared,
    }


def all_unassessed_counts(day: datetime.date) -> dict[int, int]:
    """Per unit with such people: how many are expected on the day whom the rules had never judged; one query."""
    judged = PersonAssessment.objects.filter(subject=OuterRef("subject"), day__lte=day)
    rows = PersonDay.objects.filter(
        Q(expects_arrival=True) | Q(expects_leaving=True), ~Exists(judged), day=day, is_counted=True
    )
    return dict(rows.values("unit_id").annotate(people=Count("pk")).values_list("unit_id", "people"))
