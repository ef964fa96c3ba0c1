"""Judging without keeping anything: somebody who just answered, and units as their people stand or would stand."""

import datetime
from collections.abc import Mapping, Sequence
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
    own: Sequence[Mapping[str, Any]],
    *,
    on: datetime.date,
    plus: Mapping[str, int] | None = None,
    edition: TableEdition | None = None,
) -> list[dict[str, Any]]:
    """A row per unit by the table of zones in force on the day, or by the `edition`: `id`, `level`, `edition`,
    `matched`, `unknown` and `figures`; `own`: the figures that lie in people, as `zone_figures` gives them.

    `plus` is added to figures that lie outside the people, whether they are known or not.
    """
    if not own:
        return []
    edition = edition or ZONE_TABLE.current().editions.in_force(on)
    asked = [fact.name for fact in edition.facts]
    others = [fact for fact in edition.facts if fact.name not in own[0]]
    known = facts.gather_few([unit["id"] for unit in own], others, on=on)
    names = [fact.name for fact in others]
    figures = [{**unit, **dict(zip(names, values, strict=True))} for unit, values in zip(own, known, strict=True)]
    for name, count in (plus or {}).items():
        for unit in figures:
            unit[name] = (unit.get(name) or 0) + count
    judged = edition.compiled.judge_few([tuple(unit[name] for name in asked) for unit in figures])
    return [
        {
            "id": unit["id"],
            "level": found.level,
            "edition": found.edition,
            "matched": found.matched,
            "unknown": found.unknown,
            "figures": {name: unit[name] for name in (*asked, "people")},
        }
        for unit, found in zip(figures, judged, strict=True)
    ]


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
