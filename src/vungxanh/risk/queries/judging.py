"""Judging without keeping anything: somebody who just answered, and units as their people stand or would stand."""

import datetime
from collections.abc import Mapping
from typing import Any

import polars as pl

from vungxanh.common import facts
from vungxanh.common.decision_tables import Judgement, TableEdition
from vungxanh.risk.models import UnitZone
from vungxanh.risk.rulebook import PERSON_RULEBOOK, PERSON_TABLE, ZONE_TABLE


def judged(facts: Mapping[str, object], *, on: datetime.date) -> Judgement:
    """By the table of people in force; every fact that is not given is unknown, and the judgement says so."""
    known = {name: value for name, value in facts.items() if name in PERSON_RULEBOOK.by_name}
    columns = [
        pl.Series(name, [value], dtype=PERSON_RULEBOOK.by_name[name].type.column_type) for name, value in known.items()
    ]
    table = PERSON_TABLE.current()
    missing = [fact for fact in table.editions.in_force(on).facts if fact.name not in known]
    columns += [pl.Series(fact.name, [None], dtype=fact.type.column_type) for fact in missing]
    return table.judgement(
        table.judge(pl.DataFrame([pl.Series("id", ["visitor"]), *columns]), on=on).row(0, named=True)
    )


def all_judged_units(
    own: pl.DataFrame,
    *,
    on: datetime.date,
    plus: Mapping[str, int] | None = None,
    edition: TableEdition | None = None,
) -> list[dict[str, Any]]:
    """A row per unit by the table of zones in force on the day, or by the `edition`, with its `figures`; `own`: those
    that lie in people, as `zone_figures` gives them.

    `plus` is added to figures that lie outside the people, whether they are known or not.
    """
    edition = edition or ZONE_TABLE.current().editions.in_force(on)
    asked = edition.facts
    others = [fact for fact in asked if fact.name not in own.columns]
    frame = facts.gather(own["id"], others, on=on).join(own, on="id", how="left", maintain_order="left")
    more = {name: count for name, count in (plus or {}).items() if name in frame.columns}
    frame = frame.with_columns(pl.col(name).fill_null(0) + count for name, count in more.items())
    figures = frame.select(*(fact.name for fact in asked), "people").rows(named=True)
    judged = edition.compiled.judge(frame.drop("people")).rows(named=True)
    return [{**row, "figures": figure} for row, figure in zip(judged, figures, strict=True)]


def unkept_zone(row: Mapping[str, Any], *, day: datetime.date, at: datetime.datetime) -> UnitZone:
    """What was judged of a unit, as it would be kept."""
    return UnitZone(
        unit_id=row["id"],
        day=day,
        at=at,
        level=row["level"],
        table=ZONE_TABLE.current().code,
        edition=row["edition"],
        row_codes=row["matched"],
        unknown=row["unknown"],
        figures=row["figures"],
    )
