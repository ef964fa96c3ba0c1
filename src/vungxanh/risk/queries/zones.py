"""The zones of units with their reasons, history, and what a unit must do to be green."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery

from vungxanh.accounts.models import User
from vungxanh.common.dated import in_force
from vungxanh.common.decision_tables import Judgement, Reason
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Post, Unit
from vungxanh.organization.tree import all_tree_on
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
    def figures(self) -> list[tuple[str, Any]]:
        """The figures that the rules looked at, in words; unknown ones are left to `unknown`."""
        facts = UNIT_RULEBOOK.by_name
        known = [(facts[name], value) for name, value in self.zone.figures.items() if name in facts]
        return [(fact.label_vi, fact.choices.get(str(value), value)) for fact, value in known if value is not None]


def all_zones(unit_ids: Collection[int]) -> dict[int, ShownZone]:
    """The zone in force of each unit that has one."""
    rows = UnitZone.objects.filter(unit_id__in=list(unit_ids), is_current=True)
    return {row.unit_id: shown(row) for row in rows}


def all_zones_on(unit_ids: Collection[int], day: datetime.date) -> dict[int, ShownZone]:
    """The zone of each unit as the day ended, or as it stands where the day has not ended; one query."""
    last = UnitZone.objects.filter(unit=OuterRef("pk"), day__lte=day).order_by("-at", "-pk").values("pk")[:1]
    keys = Unit.objects.filter(pk__in=list(unit_ids)).values_list(Subquery(last))
    return {row.unit_id: shown(row) for row in UnitZone.objects.filter(pk__in=keys)}


def all_zone_levels_on(
    unit_ids: Collection[int], days: Collection[datetime.date]
) -> dict[tuple[int, datetime.date], str]:
    """The worst colour that each unit had on each of the days; a day without a change keeps the colour before it."""
    if not unit_ids or not days:
        return {}
    rows = UnitZone.objects.filter(unit_id__in=list(unit_ids), day__lte=max(days)).order_by("at", "pk")
    by_unit: dict[int, list[tuple[datetime.date, str]]] = {}
    for unit, day, level in rows.values_list("unit_id", "day", "level"):
        by_unit.setdefault(unit, []).append((day, level))
    return {
        (unit, day): level for unit, changes in by_unit.items() for day in days if (level := _worst_on(changes, day))
    }


def zone_of(viewer: User, unit_id: int, day: datetime.date) -> ShownZone | None:
    """The zone in force, for those who may see the unit's zone."""
    return all_zones([unit_id]).get(unit_id) if may_see_zone(viewer, unit_id, day) else None


def zone_history(viewer: User, unit_id: int, day: datetime.date) -> list[ShownZone]:
    """Every change of the unit's zone, newest first; empty for a stranger."""
    if not may_see_zone(viewer, unit_id, day):
        return []
    return [shown(row) for row in UnitZone.objects.filter(unit_id=unit_id).order_by("-at", "-pk")[:200]]


def may_see_zone(viewer: User, unit_id: int, day: datetime.date) -> bool:
    """Whoever holds a role at or above the unit, and its own staff (with the units above theirs)."""
    if roles.holds(viewer, frozenset(Role), unit_id, on=day):
        return True
    posts = Post.objects.filter(in_force(day), person__user_id=viewer.pk)
    tree = all_tree_on(day)
    return any(unit_id == node.id for post in posts for node in tree.above(post.unit_id))


def shown(zone: UnitZone) -> ShownZone:
    row = {"level": zone.level, "edition": zone.edition, "matched": zone.row_codes, "unknown": zone.unknown}
    return ShownZone(zone, ZONE_TABLE.current().judgement(row))


def _worst_on(changes: list[tuple[datetime.date, str]], day: datetime.date) -> str:
    before = [level for changed, level in changes if changed < day][-1:]
    during = [level for changed, level in changes if changed == day]
    levels = during or before
    return max(levels, key=ZONE_LEVELS.index) if levels else ""
