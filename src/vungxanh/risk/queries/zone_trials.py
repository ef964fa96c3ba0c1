"""What a unit's zone would be: the people of the day with a few of them replaced, judged by the same table.

Nothing here is kept. Names stand where the viewer sees levels of people; others choose how many of each level.
"""

import datetime
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from vungxanh.accounts.models import User
from vungxanh.organization import roles
from vungxanh.organization.enums import AbsenceKind, Role
from vungxanh.organization.models import Person
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.risk.queries.days import COUNTED_BELOW, PersonDays, all_person_days, is_missing, zone_figures
from vungxanh.risk.queries.facts import in_parts
from vungxanh.risk.queries.judging import all_judged_units, judged, unkept_zone
from vungxanh.risk.queries.zone_changes import ZoneChange
from vungxanh.risk.queries.zone_tree import levels_with
from vungxanh.risk.queries.zones import ShownZone, shown
from vungxanh.risk.rulebook import RISK_LEVELS

CASES = "cases_in_14_days"
WORSE = RISK_LEVELS[:0:-1]
"""Levels that can drive a zone, the worst first."""

SEE_NAMES = roles.UNIT_STAFF | {Role.HEALTH_OFFICER}


@dataclass(frozen=True)
class Driver:
    """Somebody not isolated whose level is worse than low, by name."""

    subject: uuid.UUID
    person: Person
    unit: UnitNode
    level: str


@dataclass(frozen=True)
class Hypothesis:
    """`cleared`: they come back negative, hence low. `cleared_of`: so many of a level do, whoever they are.

    `all_declare`: whoever is past due has declared, with nothing to report. `positive`: so many more test positive.
    """

    cleared: frozenset[uuid.UUID] = frozenset()
    cleared_of: Mapping[str, int] = field(default_factory=dict)
    all_declare: bool = False
    positive: int = 0


@dataclass(frozen=True)
class Stand:
    """The people whom a unit's zone counts, as they stand at a moment."""

    unit_id: int
    at: datetime.datetime
    days: PersonDays
    members: set[int]
    drivers: tuple[Driver, ...] | None

    @property
    def driving(self) -> dict[str, int]:
        """How many of each level can drive the zone, the worst level first; by level also where names are seen."""
        counts = Counter(self.days.frame.filter(_is_free())["level"])
        return {level: counts[level] for level in WORSE if counts[level]}

    @property
    def missing(self) -> int:
        late = is_missing("arrival", self.at) | is_missing("leaving", self.at)
        return self.days.frame.filter(pl.col("is_counted") & late).height

    @property
    def free(self) -> int:
        """How many are not isolated."""
        return self.days.frame.filter(_is_free()).height


@dataclass(frozen=True)
class Trial:
    """The zone as it is judged now and as it would be; `above`: units above whose colour would change with it."""

    change: ZoneChange
    above: tuple[tuple[UnitNode, str, str], ...] = ()

    @property
    def now(self) -> ShownZone:
        assert self.change.before
        return self.change.before

    @property
    def then(self) -> ShownZone:
        return self.change.zone


def stand_of(viewer: User, unit_id: int, day: datetime.date, *, at: datetime.datetime, tree: Tree) -> Stand:
    """Drivers by name, worst first, for those who see the levels of the unit's people; None for the others."""
    members = {node.id for node in tree.below(unit_id)}
    days = all_person_days(day, members)
    sees = unit_id in roles.unit_ids_where(viewer, SEE_NAMES, on=day, tree=tree)
    return Stand(unit_id, at, days, members, _drivers(days, tree) if sees else None)


def _drivers(days: PersonDays, tree: Tree) -> tuple[Driver, ...]:
    rows = days.frame.filter(_is_free() & pl.col("level").is_in(WORSE)).select("subject", "unit_id", "level").rows()
    people = {
        person.pseudonym: person
        for part in in_parts(subject for subject, _unit, _level in rows)
        for person in Person.objects.filter(pseudonym__in=part)
    }
    found = [
        Driver(key, people[key], tree[unit], level)
        for subject, unit, level in rows
        if (key := uuid.UUID(subject)) in people
    ]
    return tuple(sorted(found, key=lambda one: (WORSE.index(one.level), one.person.sort_key)))


def tried(stand: Stand, hypothesis: Hypothesis, zones_above: Sequence[tuple[UnitNode, ShownZone]] = ()) -> Trial:
    """`zones_above`: those in force of the units above, to see whether theirs would change too."""
    before = _judged(stand, stand.days)
    plus = {CASES: hypothesis.positive} if hypothesis.positive else {}
    after = _judged(stand, replace(stand.days, frame=_replaced(stand, hypothesis)), plus)
    step = {name: _figure(after, name) - _figure(before, name) for name in COUNTED_BELOW}
    levels = levels_with([zone for _node, zone in zones_above], step | plus, day=stand.days.day)
    moved = [(node, zone.level, levels[node.id]) for node, zone in zones_above if levels[node.id] != zone.level]
    return Trial(ZoneChange(after, before), tuple(moved))


def _judged(stand: Stand, days: PersonDays, plus: Mapping[str, int] | None = None) -> ShownZone:
    figures = zone_figures(days, {stand.unit_id: stand.members}, at=stand.at).rows(named=True)
    [row] = all_judged_units(figures, on=days.day, plus=plus)
    return shown(unkept_zone(row, day=days.day, at=stand.at))


def _replaced(stand: Stand, hypothesis: Hypothesis) -> pl.DataFrame:
    """The people with other levels and declarations, one row each as before."""
    frame = stand.days.frame
    level = pl.col("level")
    low = pl.col("subject").is_in([str(one) for one in hypothesis.cleared])
    for name, count in hypothesis.cleared_of.items():
        low |= _first(_is_free() & (level == name), count)
    frame = frame.with_columns(pl.when(low).then(pl.lit(RISK_LEVELS[0])).otherwise(level).alias("level"))
    if hypothesis.all_declare:
        frame = frame.with_columns(
            pl.when(is_missing(window, stand.at)).then(pl.lit("LATE")).otherwise(pl.col(came)).alias(came)
            for window in ("arrival", "leaving")
            for came in (f"{window}_timeliness",)
        )
    if hypothesis.positive:
        worst = judged({"test_result": "POSITIVE"}, on=stand.days.day).level
        calm = frame.with_row_index("place").filter(_is_free()).sort(_severity(), "place")["place"]
        chosen = pl.int_range(pl.len()).is_in(calm.head(hypothesis.positive).to_list())
        frame = frame.with_columns(pl.when(chosen).then(pl.lit(worst)).otherwise(level).alias("level"))
    return frame


def _first(condition: pl.Expr, count: int) -> pl.Expr:
    """The first so many rows of those for which the condition holds."""
    holds = condition.fill_null(False)
    return holds & (holds.cast(pl.Int64).cum_sum() <= count)


def _severity() -> pl.Expr:
    """The mildest first; whoever was never assessed counts as low."""
    return pl.col("level").replace_strict({one: i for i, one in enumerate(RISK_LEVELS)}, default=0)


def _is_free() -> pl.Expr:
    """Not isolated: counts for the zone."""
    return pl.col("excuse") != AbsenceKind.ISOLATION.value


def _figure(zone: ShownZone, name: str) -> int:
    return int(zone.zone.figures.get(name) or 0)
