"""Subscribers are told of returns, of colours, and of unusual returns; called in the transaction of the change."""

import datetime
from collections.abc import Collection, Mapping

from vungxanh.common.clock import ZONE
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.risk import subscribers
from vungxanh.risk.models import DailyReturn, UnitZone
from vungxanh.webhooks.events import Event
from vungxanh.webhooks.operations import publish

LEFT_OUT = frozenset({"flagged", "day", "zone", "zone_rows"})
"""Of the figures of a return: who stands above the low level stays inside; the others stand outside the figures."""


def figures_told(sent: DailyReturn, code: str, name: str) -> dict[str, object]:
    """What anybody outside is told of a return: counts and colours; no name, no answer, no free text."""
    assert sent.submitted_at
    return {
        "unit": code,
        "unit_name": name,
        "day": sent.day.isoformat(),
        "kind": str(sent.kind),
        "number": sent.number,
        "version": sent.version,
        "submitted_at": _moment(sent.submitted_at),
        "is_on_time": sent.is_on_time,
        "zone": sent.figures["zone"],
        "zone_rows": sent.figures["zone_rows"],
        "figures": {name: value for name, value in sent.figures.items() if name not in LEFT_OUT},
    }


def publish_return(sent: DailyReturn, *, was_open: bool, at: datetime.datetime) -> None:
    """A first version is new, a later one replaces; `was_open`: it answers an unusual return that had been opened."""

    def told(tree: Tree) -> list[Event]:
        node = tree[sent.unit_id]
        figures, key = figures_told(sent, node.code, node.name), _key(sent)
        if sent.version > 1:
            return [Event(subscribers.RETURN_REPLACED, key, node.id, figures | {"replaces": sent.version - 1})]
        events = [Event(subscribers.RETURN_SUBMITTED, key, node.id, figures)]
        if was_open:
            closed = {"closed_at": figures["submitted_at"], "is_on_time": sent.is_on_time}
            events.append(Event(subscribers.UNUSUAL_CLOSED, key, node.id, _unusual_told(sent, node) | closed))
        return events

    publish(told, day=sent.day, at=at)


def publish_unusual(opened: DailyReturn, *, at: datetime.datetime) -> None:
    """Without what opened it, which may tell of somebody's health."""

    def told(tree: Tree) -> list[Event]:
        node = tree[opened.unit_id]
        return [Event(subscribers.UNUSUAL_OPENED, _key(opened), node.id, _unusual_told(opened, node))]

    publish(told, day=opened.day, at=at)


def publish_zones(new: Collection[UnitZone], before: Mapping[int, UnitZone], *, at: datetime.datetime) -> None:
    """Colours that are others than before. Of units that no return speaks of, a colour could speak of one of its few
    people."""
    changed = [one for one in new if one.unit_id in before and before[one.unit_id].level != one.level]

    def told(tree: Tree) -> list[Event]:
        return [_zone_told(one, before, tree) for one in changed if _is_reported(one, tree)]

    if changed:
        publish(told, day=changed[0].day, at=at)


def _zone_told(one: UnitZone, before: Mapping[int, UnitZone], tree: Tree) -> Event:
    data = {
        "unit": tree[one.unit_id].code,
        "unit_name": tree[one.unit_id].name,
        "day": one.day.isoformat(),
        "at": _moment(one.at),
        "zone": one.level,
        "zone_before": before[one.unit_id].level,
        "zone_rows": one.row_codes,
    }
    return Event(subscribers.ZONE_CHANGED, f"{one.unit_id}/{one.at.isoformat()}", one.unit_id, data)


def _is_reported(one: UnitZone, tree: Tree) -> bool:
    return one.unit_id in tree and any(node.is_reporting_point for node in tree.below(one.unit_id))


def _unusual_told(one: DailyReturn, node: UnitNode) -> dict[str, object]:
    return {
        "unit": node.code,
        "unit_name": node.name,
        "day": one.day.isoformat(),
        "number": one.number,
        "opened_at": _moment(one.opened_at),
        "due_at": _moment(one.due_at),
    }


def _key(one: DailyReturn) -> str:
    """The same return of the same unit, whatever its number in the database."""
    return f"{one.unit_id}/{one.day}/{one.kind}/{one.number}/{one.version}"


def _moment(at: datetime.datetime) -> str:
    return at.astimezone(ZONE).isoformat(timespec="seconds")
