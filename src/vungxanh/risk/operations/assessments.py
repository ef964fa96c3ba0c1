"""People's levels: judged together in one pass, kept as history, and what a worse level sets off."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import polars as pl
from django.db import transaction

from vungxanh.common import facts
from vungxanh.common.bulk import insert
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import PersonAssessment
from vungxanh.risk.operations.decisions import lock_people
from vungxanh.risk.operations.events import note_person
from vungxanh.risk.operations.unit_days import note_levels
from vungxanh.risk.operations.zones import assess_zones_above
from vungxanh.risk.queries.days import all_unit_ids_of
from vungxanh.risk.queries.facts import in_parts
from vungxanh.risk.queries.people import all_current, all_level_of
from vungxanh.risk.rulebook import PERSON_TABLE, RISK_LEVELS, is_worse
from vungxanh.risk.signals import levels_changed


def assess_people(
    subjects: Iterable[uuid.UUID],
    *,
    day: datetime.date,
    at: datetime.datetime,
    cause: Cause,
    declaration_ids: Mapping[uuid.UUID, int] | None = None,
) -> dict[uuid.UUID, PersonAssessment]:
    """Judges the people in one pass; keeps a new assessment where level, reasons, unknown facts or edition changed.

    Returns the assessment in force of each. A worse level opens an unusual return where the rules say so, and the zones
    of the units concerned follow. Call it in the transaction that wrote what it looks at.
    """
    wanted = list(dict.fromkeys(subjects))
    if not wanted:
        return {}
    with transaction.atomic():
        lock_people(wanted)
        judged = _judged(wanted, day)
        before = all_current(wanted)
        new = [
            _assessment(row, day, at, cause, (declaration_ids or {}).get(uuid.UUID(row["id"])))
            for row in judged
            if _differs(row, before.get(uuid.UUID(row["id"])))
        ]
        _replace(new)
        _set_off(before, new, day, at)
        if new:
            levels_changed.send(None, subjects={row.subject for row in new}, at=at)
    return before | {row.subject: row for row in new}


def _judged(subjects: Sequence[uuid.UUID], day: datetime.date) -> list[dict[str, Any]]:
    table = PERSON_TABLE.current()
    ids = pl.Series([str(subject) for subject in subjects], dtype=pl.String)
    frame = facts.gather(ids, table.editions.in_force(day).facts, on=day)
    return table.judge(frame, on=day).rows(named=True)


def _differs(row: dict[str, Any], current: PersonAssessment | None) -> bool:
    return current is None or (current.level, current.row_codes, current.unknown, current.edition) != (
        row["level"],
        row["matched"],
        row["unknown"],
        row["edition"],
    )


def _assessment(
    row: dict[str, Any], day: datetime.date, at: datetime.datetime, cause: Cause, declaration_id: int | None
) -> PersonAssessment:
    made = PersonAssessment(
        subject=uuid.UUID(row["id"]),
        day=day,
        at=at,
        level=row["level"],
        table=PERSON_TABLE.current().code,
        edition=row["edition"],
        row_codes=row["matched"],
        unknown=row["unknown"],
        cause=cause,
        declaration_id=declaration_id,
    )
    made.known_decisions = []
    return made


def _replace(new: Sequence[PersonAssessment]) -> None:
    for part in in_parts(row.subject for row in new):
        PersonAssessment.objects.filter(subject__in=part, is_current=True).update(is_current=False)
    insert(new)


def _set_off(
    before: Mapping[uuid.UUID, PersonAssessment],
    new: Sequence[PersonAssessment],
    day: datetime.date,
    at: datetime.datetime,
) -> None:
    levels = {key: all_level_of(row) for key, row in before.items()}
    changed = [row for row in new if levels.get(row.subject) != row.level]
    if not changed:
        return
    note_levels({row.subject: (levels.get(row.subject, ""), row.level) for row in changed}, day=day, at=at)
    tree = all_tree_on(day)
    units = all_unit_ids_of([row.subject for row in changed], day)
    assess_zones_above(set(units.values()), day=day, at=at, tree=tree)
    for unit_id, worst in sorted(_worsened(changed, levels, units).items()):
        note_person(worst, unit_id, at=at, tree=tree)


def _worsened(
    changed: Sequence[PersonAssessment],
    levels: Mapping[uuid.UUID, str],
    units: Mapping[uuid.UUID, int],
) -> dict[int, PersonAssessment]:
    """The worst level that is new in each unit; `levels`: those before."""
    worst: dict[int, PersonAssessment] = {}
    for row in changed:
        unit = units.get(row.subject)
        if unit is None or not is_worse(row.level, levels.get(row.subject, RISK_LEVELS[0])):
            continue
        if unit not in worst or is_worse(row.level, worst[unit].level):
            worst[unit] = row
    return worst
