"""What `facts` answers, for a handful of people by plain rows: a frame for few costs as much as one for thousands.

A test holds both equal.
"""

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence
from operator import itemgetter
from typing import Any

from vungxanh.areas.queries import all_levels_of
from vungxanh.common.bulk import Select
from vungxanh.organization.enums import AbsenceKind
from vungxanh.organization.models import Absence, Person
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk.queries.facts import EXPOSURES, SIGNS
from vungxanh.risk.rulebook import LOOKING_BACK, VISITED_LEVELS
from vungxanh.screening.models import Declaration

NAMES = (*SIGNS, *EXPOSURES, "worst_visited_level", "subject", "day", "declared_at", "id", "version", "window")
LEVEL, SUBJECT, DAY, DECLARED_AT, _KEY, VERSION, WINDOW = range(len(SIGNS) + len(EXPOSURES), len(NAMES))
SEVERITY = {level: place for place, level in enumerate(VISITED_LEVELS)}
WITHIN = '"day" BETWEEN %s AND %s'
THAT_TELL = " OR ".join(
    ['"day" >= %s', *(f'"{name}"' for name in EXPOSURES), "\"worst_visited_level\" <> ''", '"version" > 1']
)
"""Of a fortnight of saying no to everything only the last days need to be read. A correction may take back what an
earlier version told."""

declarations = Select(Declaration, NAMES, among=["subject"], where=f"{WITHIN} AND ({THAT_TELL})", order=["id"])
who_declared = Select(Declaration, ["subject"], among=["subject"], where=WITHIN)
people = Select(Person, ["pseudonym", "id", "residence"], among=["pseudonym"])
isolations = Select(
    Absence,
    ["person"],
    among=["person"],
    where='"kind" = %s AND "first_day" <= %s AND "last_day" >= %s AND "withdrawn_at" IS NULL',
)

Rows = list[tuple[Any, ...]]


def all_declared_facts(ids: Sequence[uuid.UUID], on: datetime.date) -> Mapping[uuid.UUID, Sequence[Any]]:
    """In the order of `DECLARED`."""
    back = LOOKING_BACK.current().in_force(on)
    recent = on - datetime.timedelta(days=back.sign_days)
    span = [(on - datetime.timedelta(days=back.exposure_days)).isoformat(), on.isoformat()]
    by_subject: dict[uuid.UUID, Rows] = {}
    for row in declarations(ids, where=[*span, recent.isoformat()]):
        by_subject.setdefault(row[SUBJECT], []).append(row)
    quiet = [one for one in ids if one not in by_subject]
    return {
        **{one: _nothing() for (one,) in who_declared(quiet, where=span)},
        **{one: _told(_newest(rows), recent) for one, rows in by_subject.items()},
    }


def _newest(rows: Rows) -> Rows:
    """Without the versions that were corrected."""
    last: dict[tuple[object, object], int] = {}
    for row in rows:
        form = row[DAY], row[WINDOW]
        last[form] = max(row[VERSION], last.get(form, 0))
    return [row for row in rows if row[VERSION] == last[row[DAY], row[WINDOW]]]


def _told(rows: Rows, recent: datetime.date) -> tuple[Any, ...]:
    latest: Sequence[Any] = [None] * len(SIGNS)
    # Of two of one moment the first: `max` keeps it, and the rows are in the order of their keys.
    if late := [row for row in rows if row[DAY] >= recent]:
        latest = max(late, key=itemgetter(DECLARED_AT))
    exposures = [any(row[place] for row in rows) for place in range(len(SIGNS), LEVEL)]
    return (*latest[: len(SIGNS)], *exposures, max((row[LEVEL] or "NONE" for row in rows), key=SEVERITY.__getitem__))


def _nothing() -> tuple[Any, ...]:
    return (*[None] * len(SIGNS), *[False] * len(EXPOSURES), "NONE")


def all_isolating(ids: Sequence[uuid.UUID], on: datetime.date) -> Mapping[uuid.UUID, Sequence[Any]]:
    known = people(ids)
    day = on.isoformat()
    isolating = {person for (person,) in isolations(_keys(known), where=[AbsenceKind.ISOLATION.value, day, day])}
    return {one: (key in isolating,) for one, key, _residence in known}


def _keys(known: Rows) -> Collection[int]:
    return [key for _one, key, _residence in known]


def all_residence_levels(ids: Sequence[uuid.UUID], on: datetime.date) -> Mapping[uuid.UUID, Sequence[Any]]:
    homes = {one: residence for one, _key, residence in people(ids) if residence}
    levels = all_levels_of(set(homes.values()), on=on) if homes else {}
    return {one: (levels.get(area),) for one, area in homes.items()}


def all_unit_area_levels(ids: Sequence[int], on: datetime.date) -> Mapping[int, Sequence[Any]]:
    tree = all_tree_on(on)
    places = {unit: area for unit in ids if unit in tree and (area := tree[unit].area_id)}
    levels = all_levels_of(set(places.values()), on=on) if places else {}
    return {unit: (levels.get(area),) for unit, area in places.items()}
