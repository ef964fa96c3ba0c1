"""Units' zones: judged together, kept as history, one current row per unit."""

import datetime
from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from vungxanh.common.bulk import Select
from vungxanh.organization.models import Unit
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.risk.models import UnitZone
from vungxanh.risk.operations.tree_days import bring_up, hold_counts
from vungxanh.risk.queries.judging import all_judged_units, unkept_zone
from vungxanh.risk.queries.unit_days import all_zone_figures
from vungxanh.risk.rulebook import ZONE_TABLE
from vungxanh.risk.signals import zones_changed

locked_units = Select(Unit, ["id"], among=["id"], order=["id"], lock="FOR NO KEY UPDATE")
current_zones = Select(UnitZone, among=["unit_id"], where='"is_current"')


def assess_zones(
    unit_ids: Iterable[int], *, day: datetime.date, at: datetime.datetime, tree: Tree | None = None
) -> dict[int, UnitZone]:
    """Judges the units (each with everything below it) as of `at` and keeps what changed; unit id → zone in force."""
    tree = tree or all_tree_on(day)
    units = [unit for unit in dict.fromkeys(unit_ids) if unit in tree]
    if not units:
        return {}
    with transaction.atomic(savepoint=False):
        bring_up(day, tree)
        lock_units(units)
        return _keep(all_judged_units(all_zone_figures(units, day, at=at), on=day), day, at)


def assess_zones_above(
    unit_ids: Collection[int], *, day: datetime.date, at: datetime.datetime, tree: Tree | None = None
) -> dict[int, UnitZone]:
    """The zones that a change in these units can touch: their own and those of the units above."""
    tree = tree or all_tree_on(day)
    touched = [node.id for unit in unit_ids for node in tree.above(unit)]
    return assess_zones(touched, day=day, at=at, tree=tree)


def lock_units(unit_ids: Iterable[int]) -> None:
    """Until the end of the transaction nobody else judges these units or sends their returns; people come before."""
    hold_counts()
    locked_units(list(unit_ids))


def _keep(judged: list[dict[str, Any]], day: datetime.date, at: datetime.datetime) -> dict[int, UnitZone]:
    ids = [row["id"] for row in judged]
    current = {zone.unit_id: zone for zone in current_zones.models(ids)}
    table = ZONE_TABLE.current().code
    new = [unkept_zone(row, day=day, at=at) for row in judged if _differs(row, current.get(row["id"]), table)]
    UnitZone.objects.filter(unit_id__in=[zone.unit_id for zone in new], is_current=True).update(is_current=False)
    UnitZone.objects.bulk_create(new)
    if new:
        zones_changed.send(UnitZone, new=new, before=current, at=at)
    return current | {zone.unit_id: zone for zone in new}


def _differs(row: dict[str, Any], zone: UnitZone | None, table: str) -> bool:
    """A new row for another colour, reason, figure or edition; the same day after day leaves one row."""
    return zone is None or (zone.level, zone.row_codes, zone.unknown, zone.figures, zone.edition, zone.table) != (
        row["level"],
        row["matched"],
        row["unknown"],
        row["figures"],
        row["edition"],
        table,
    )
