"""People's levels: judged together in one pass, kept as history, and what a worse level sets off."""

import datetime
import uuid
from collections.abc import Iterable, Mapping, Sequence

import polars as pl
from django.db import transaction

from vungxanh.common import facts
from vungxanh.common.bulk import insert, update
from vungxanh.common.decision_tables import Judged
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.enums import Cause
from vungxanh.risk.models import PersonAssessment
from vungxanh.risk.operations.decisions import lock_people
from vungxanh.risk.operations.events import note_person
from vungxanh.risk.operations.unit_days import note_levels
from vungxanh.risk.operations.zones import assess_zones_above
from vungxanh.risk.queries.days import all_unit_ids_of
from vungxanh.risk.queries.people import all_current, all_level_of
from vungxanh.risk.rulebook import PERSON_TABLE, RISK_LEVELS, is_worse
from vungxanh.risk.signals import levels_changed

FEW = 512
"""Up to so many are judged by plain rows; more by columns."""


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
    with transaction.atomic(savepoint=False):
        lock_people(wanted)
        before = all_current(wanted)
        new = [
            _assessment(subject, judged, day, at, cause, (declaration_ids or {}).get(subject))
            for subject, judged in zip(wanted, _judged(wanted, day), strict=True)
            if _differs(judged, before.get(subject))
        ]
        _replace(new, before)
        _set_off(before, new, day, at)
    return before | {row.subject: row for row in new}


def _judged(subjects: Sequence[uuid.UUID], day: datetime.date) -> Iterable[Judged]:
    """In the order of the subjects."""
    table = PERSON_TABLE.current()
    asked = table.editions.in_force(day).facts
    if len(subjects) <= FEW:
        return table.judge_few(facts.gather_few(subjects, asked, on=day), on=day)
    ids = pl.Series([str(subject) for subject in subjects], dtype=pl.String)
    rows = table.judge(facts.gather(ids, asked, on=day), on=day).drop("id").iter_rows()
    return (Judged(*row) for row in rows)


def _differs(judged: Judged, current: PersonAssessment | None) -> bool:
    return current is None or (current.level, current.row_codes, current.unknown, current.edition) != (
        judged.level,
        judged.matched,
        judged.unknown,
        judged.edition,
    )


def _assessment(
    subject: uuid.UUID,
    judged: Judged,
    day: datetime.date,
    at: datetime.datetime,
    cause: Cause,
    declaration_id: int | None,
) -> PersonAssessment:
    made = PersonAssessment(
        subject=subject,
        day=day,
        at=at,
        level=judged.level,
        table=PERSON_TABLE.current().code,
        edition=judged.edition,
        row_codes=judged.matched,
        unknown=judged.unknown,
        cause=cause,
        declaration_id=declaration_id,
    )
    made.known_decisions = []
    return made


def _replace(new: Sequence[PersonAssessment], before: Mapping[uuid.UUID, PersonAssessment]) -> None:
    replaced = [(False, before[row.subject].pk) for row in new if row.subject in before]
    update(PersonAssessment, ["is_current"], replaced)
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
    levels_changed.send(None, subjects={row.subject for row in changed}, at=at)


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
