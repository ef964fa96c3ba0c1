"""The sums of a day of this installation, from the counts that are kept of its units."""

import datetime
from collections import Counter
from collections.abc import Mapping
from typing import Any

from django.db.models import Sum

from vungxanh.federation.rulebook import FederationRule
from vungxanh.federation.sums import COUNTS, HEALTH, WINDOWS, Agency, Counts, named, parted, summed
from vungxanh.organization.enums import UnitKind
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.risk.models import UnitDay
from vungxanh.risk.queries.returns import BriefStatus, all_brief_statuses, all_owed
from vungxanh.risk.queries.zones import all_levels_on
from vungxanh.risk.rulebook import ZONE_LEVELS

OF_PEOPLE = COUNTS[: 3 + 4 * len(WINDOWS)]


def all_own_sums(root: UnitNode, day: datetime.date, *, tree: Tree, rule: FederationRule) -> dict[str, Any] | None:
    """What is said of the day upward, without its version; None where nobody stood there on the day. Flat, whatever the
    number of units and people."""
    nodes = {node.id: node for node in tree.below(root.id)}
    people = _of_people(nodes, day)
    if not people:
        return None
    owed = all_owed({day: tree})[day] & nodes.keys()
    returns = _of_returns(all_brief_statuses(day, unit_ids=owed, tree=tree), owed)
    zones = all_levels_on(nodes, day)
    agencies = _agencies(root, tree, people, returns, zones)
    kept, others = parted(agencies, smallest=rule.smallest_agency, most=rule.most_agencies)
    total = named(summed([one.counts for one in agencies]))
    health = _health(people, zones, nodes) if total["people"] >= rule.smallest_health else None
    left = {"agencies": len(others), **named(summed([one.counts for one in others]))}
    return {
        "sender": root.code,
        "sender_name": root.name,
        "day": day.isoformat(),
        "total": total,
        "health": health,
        "agencies": [{"code": one.code, "name": one.name, "zone": one.zone, **named(one.counts)} for one in kept],
        "others": left if others else None,
    }


def _of_people(nodes: Mapping[int, UnitNode], day: datetime.date) -> dict[int, dict[str, int]]:
    """By unit where people stand; whatever windows they have."""
    names = (*OF_PEOPLE, *HEALTH)
    rows = UnitDay.objects.filter(day=day, unit_id__in=list(nodes)).order_by().values("unit_id")
    found = rows.annotate(**{f"sum_{name}": Sum(name) for name in names})
    return {one["unit_id"]: {name: one[f"sum_{name}"] for name in names} for one in found if one["sum_people"]}


def _of_returns(statuses: list[BriefStatus], owed: set[int]) -> dict[int, Counts]:
    """By reporting point that owes one: expected, on time, late, missing. A return is late by its first version."""
    sent = {one.unit.id: one.on_time for one in statuses if one.first}
    return {
        unit: (1, int(sent.get(unit) is True), int(sent.get(unit) is False), int(unit not in sent)) for unit in owed
    }


def _agencies(
    root: UnitNode,
    tree: Tree,
    people: Mapping[int, Mapping[str, int]],
    returns: Mapping[int, Counts],
    zones: Mapping[int, str],
) -> list[Agency]:
    """In the order of the tree; each unit counts for the nearest agency at or above it, the top one where none is."""
    by_agency: dict[int, list[Counts]] = {}
    for node in tree.below(root.id):
        nearest = next((one for one in tree.above(node.id) if one.kind == UnitKind.AGENCY), root)
        rows = by_agency.setdefault(nearest.id, [])
        if node.id in people or node.id in returns:
            own = people.get(node.id, {})
            rows.append((*(own.get(name, 0) for name in OF_PEOPLE), *returns.get(node.id, (0, 0, 0, 0))))
    return [
        Agency(tree[unit].code, tree[unit].name, zones.get(unit, ""), summed(rows)) for unit, rows in by_agency.items()
    ]


def _health(
    people: Mapping[int, Mapping[str, int]], zones: Mapping[int, str], nodes: Mapping[int, UnitNode]
) -> dict[str, Any]:
    """Of the whole alone; colours are those of reporting points."""
    colours = Counter(zones[node.id] for node in nodes.values() if node.is_reporting_point and node.id in zones)
    counts: dict[str, Any] = {name: sum(one[name] for one in people.values()) for name in HEALTH}
    return {**counts, "zones": {level: colours[level] for level in ZONE_LEVELS}}
