"""Everybody who stands on a day, a part of the nation at a time, and what was said of them last."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
from django.db.models import Count

from vungxanh.common import columns
from vungxanh.screening.models import PersonDay

PEOPLE_IN_A_PART = 250_000
"""What is held in memory, and for how many people a transaction lasts."""


@dataclass(frozen=True, slots=True)
class Part:
    """Everybody in the units whose ids lie in between, both included."""

    day: datetime.date
    first_unit: int
    last_unit: int


def all_parts(day: datetime.date, *, people: int | None = None) -> Iterator[Part]:
    """The whole day in parts of at most so many people (PEOPLE_IN_A_PART); a unit is never divided, a larger one is a
    part of its own."""
    rows = PersonDay.objects.filter(day=day).order_by("unit_id").values("unit_id").annotate(there=Count("pk"))
    most = people or PEOPLE_IN_A_PART
    units: list[int] = []
    whole = 0
    for unit, there in rows.values_list("unit_id", "there"):
        if units and whole + there > most:
            yield Part(day, units[0], units[-1])
            units, whole = [], 0
        units.append(unit)
        whole += there
    if units:
        yield Part(day, units[0], units[-1])


def all_people_of(part: Part) -> pl.DataFrame:
    """`id` and `unit_id`."""
    return columns.read(
        f"SELECT {columns.uuid_text('subject')}, unit_id FROM screening_personday"  # noqa: S608
        " WHERE day = %s AND unit_id BETWEEN %s AND %s",
        [part.day.isoformat(), part.first_unit, part.last_unit],
        {"id": pl.String(), "unit_id": pl.Int64()},
    )


def all_said_of(ids: pl.Series) -> pl.DataFrame:
    """The current assessment of those who have one: `id`, `key`, `said_edition`, `said_matched` and `said_unknown` as
    texts, `said_level`, and `counted_level`, which is the unit's decision where there is one."""
    decided = (
        "SELECT d.level FROM risk_leveldecision d WHERE d.assessment_id = a.id ORDER BY d.decided_at DESC, d.id DESC"
        " LIMIT 1"
    )
    said = columns.read(
        f"SELECT asked.place, a.id, a.level, CAST(a.edition AS TEXT), CAST(a.row_codes AS TEXT), "  # noqa: S608
        f"CAST(a.unknown AS TEXT), COALESCE(({decided}), a.level)"
        f" FROM {columns.asked()} JOIN risk_personassessment a ON a.subject = asked.subject AND a.is_current",
        [columns.asked_of(ids)],
        {
            "place": pl.Int64(),
            "key": pl.Int64(),
            **dict.fromkeys(("said_level", "said_edition", "said_matched", "said_unknown"), pl.String()),
            "counted_level": pl.String(),
        },
    )
    canonical = (columns.canonical(name, said) for name in ("said_matched", "said_unknown"))
    return said.with_columns(ids.gather(said["place"]).alias("id"), *canonical).drop("place")
