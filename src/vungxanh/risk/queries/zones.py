"""The zones of units with their reasons, history, and what a unit must do to be green."""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.common import formats
from vungxanh.common.clock import moment
from vungxanh.common.dated import in_force
from vungxanh.common.decision_tables import Judgement, Reason
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post, Unit
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.models import UnitZone
from vungxanh.risk.rulebook import UNIT_RULEBOOK, ZONE_LEVELS, ZONE_TABLE


@dataclass(frozen=True)
class ShownZone:
    """A zone with its sentences. Remedies are those of every row that keeps the unit from being green."""

    zone: UnitZone
    judgement: Judgement

    @property
    def level(self) -> str:
        return self.zone.level

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self.judgement.reasons

    @property
    def remedies(self) -> tuple[Reason, ...]:
        return tuple(reason for reason in self.judgement.reasons if reason.remedy)

    @property
    def unknown(self) -> tuple[str, ...]:
        facts = UNIT_RULEBOOK.by_name
        return tuple(facts[name].label_vi for name in self.zone.unknown if name in facts)

    @property
    def figures(self) -> list[tuple[str, str]]:
        """The figures that the rules looked at, in words; unknown ones are left to `unknown`."""
        facts = UNIT_RULEBOOK.by_name
        known = [(name, value) for name, value in self.zone.figures.items() if name in facts and value is not None]
        return [(label_of(name), words_of(name, value)) for name, value in known]


def all_zones(unit_ids: Collection[int]) -> dict[int, ShownZone]:
    """The zone in force of each unit that has one."""
    rows = UnitZone.objects.filter(unit_id__in=list(unit_ids), is_current=True)
    return {row.unit_id: shown(row) for row in rows}


def all_zones_on(unit_ids: Collection[int], day: datetime.date) -> dict[int, ShownZone]:
    """The zone of each unit as the day ended, or as it stands where the day has not ended; one query."""
    return {row.unit_id: shown(row) for row in UnitZone.objects.filter(pk__in=_last_keys(unit_ids, day))}


def all_levels_on(unit_ids: Collection[int], day: datetime.date) -> dict[int, str]:
    """The colours of `all_zones_on` without their sentences, for boards of many units; one query, and one more where a
    colour changed after the day."""
    columns = "unit_id", "level", "day"
    rows = list(UnitZone.objects.filter(unit_id__in=list(unit_ids), is_current=True).values_list(*columns))
    if changed := [unit for unit, _level, since in rows if since > day]:
        rows += UnitZone.objects.filter(pk__in=_last_keys(changed, day)).values_list(*columns)
    return {unit: level for unit, level, since in rows if since <= day}


def all_zone_levels_on(
    unit_ids: Collection[int], days: Collection[datetime.date]
) -> dict[tuple[int, datetime.date], str]:
    """The worst colour that each unit had on each of the days; a day without a change keeps the colour before it. Two
    queries, and of each unit and day a row per colour: changes of figures alone are many."""
    if not unit_ids or not days:
        return {}
    first, last = min(days), max(days)
    by_unit: dict[int, list[tuple[datetime.date, str]]] = {
        unit: [(first - datetime.timedelta(days=1), level)]
        for unit, level in all_levels_on(unit_ids, first - datetime.timedelta(days=1)).items()
    }
    # No zone is judged before its day: the moment lets the index leave the years before out.
    since = moment(first, datetime.time())
    rows = UnitZone.objects.filter(unit_id__in=list(unit_ids), day__range=(first, last), at__gte=since)
    colours = rows.values("unit_id", "day", "level").annotate(latest=Max("at"), newest=Max("pk"))
    for unit, day, level in colours.order_by("latest", "newest").values_list("unit_id", "day", "level"):
        by_unit.setdefault(unit, []).append((day, level))
    return {
        (unit, day): level for unit, changes in by_unit.items() for day in days if (level := worst_on(changes, day))
    }


def zone_of(viewer: User, unit_id: int, day: datetime.date) -> ShownZone | None:
    """The zone in force, for those who may see the unit's zone."""
    return all_zones([unit_id]).get(unit_id) if may_see_zone(viewer, unit_id, day) else None


def may_see_zone(viewer: User, unit_id: int, day: datetime.date, *, tree: Tree | None = None) -> bool:
    """Whoever holds a role at or above the unit, and its own staff (with the units above theirs)."""
    return unit_id in unit_ids_with_zone_for(viewer, day, tree=tree or all_tree_on(day))


def unit_ids_with_zone_for(viewer: User, day: datetime.date, *, tree: Tree) -> set[int]:
    """Units whose zone the viewer may see."""
    posts = Post.objects.filter(in_force(day), person__user_id=viewer.pk).values_list("unit_id", flat=True)
    own = {node.id for unit in posts for node in tree.above(unit)}
    return own | roles.unit_ids_where(viewer, frozenset(Role), on=day, tree=tree)


def shown(zone: UnitZone) -> ShownZone:
    row = {"level": zone.level, "edition": zone.edition, "matched": zone.row_codes, "unknown": zone.unknown}
    return ShownZone(zone, ZONE_TABLE.current().judgement(row))


def _last_keys(unit_ids: Collection[int], day: datetime.date) -> QuerySet[Unit, Any]:
    last = UnitZone.objects.filter(unit=OuterRef("pk"), day__lte=day).order_by("-at", "-pk").values("pk")[:1]
    return Unit.objects.filter(pk__in=list(unit_ids)).values_list(Subquery(last))


def label_of(name: str) -> str:
    """Of a figure that is kept with a zone."""
    fact = UNIT_RULEBOOK.by_name.get(name)
    return fact.label_vi if fact else _("People counted")


def words_of(name: str, value: Any) -> str:
    """Of the value of a figure; one that is not known says so."""
    if value is None:
        return _("not known")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    fact = UNIT_RULEBOOK.by_name.get(name)
    return fact.choices.get(str(value), "") if fact and fact.choices else formats.number(value)


def worst_on(changes: Sequence[tuple[datetime.date, str]], day: datetime.date) -> str:
    """Of changes in the order of time: the worst of the day, else what held before it."""
    before = [level for changed, level in changes if changed < day][-1:]
    during = [level for changed, level in changes if changed == day]
    levels = during or before
    return max(levels, key=ZONE_LEVELS.index) if levels else ""
