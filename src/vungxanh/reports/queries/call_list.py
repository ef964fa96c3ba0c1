"""Whom to call before the return is due: unit by unit who is missing, and who answers for the unit."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from vungxanh.accounts.models import User
from vungxanh.organization import roles
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.queries.control_room import Row, control_room
from vungxanh.reports.queries.people import PersonLine, all_lines
from vungxanh.screening.queries.days import missing_people


@dataclass(frozen=True, slots=True)
class Call:
    """One reporting point: its line of figures, its people to call, those who answer for it."""

    row: Row
    missing: tuple[PersonLine, ...]
    contacts: tuple[roles.Held, ...]

    @property
    def is_needed(self) -> bool:
        return bool(self.missing) or self.row.is_behind


@dataclass(frozen=True, slots=True)
class CallList:
    day: datetime.date
    at: datetime.datetime
    calls: tuple[Call, ...]

    @property
    def needed(self) -> list[Call]:
        return [call for call in self.calls if call.is_needed]

    @property
    def complete(self) -> list[Call]:
        return [call for call in self.calls if not call.is_needed]

    @property
    def people(self) -> int:
        return sum(len(call.missing) for call in self.calls)


def call_list(viewer: User, day: datetime.date, *, at: datetime.datetime) -> CallList:
    """Every unit of the viewer's control room, in its order; a flat number of queries."""
    tree = all_tree_on(day)
    room = control_room(viewer, day, at=at, tree=tree)
    rows = missing_people(viewer, room.member_ids, day, at)
    missing: dict[int, list[PersonLine]] = defaultdict(list)
    for line in all_lines(rows, day=day, at=at, tree=tree):
        if point := tree.reporting_point_of(line.day.unit_id):
            missing[point.id].append(line)
    contacts = _contacts([row.unit.id for row in room.all_rows], day)
    calls = [Call(row, tuple(missing[row.unit.id]), tuple(contacts[row.unit.id])) for row in room.all_rows]
    return CallList(day, at, tuple(calls))


def _contacts(unit_ids: Collection[int], day: datetime.date) -> dict[int, list[roles.Held]]:
    """Clerks first, who sit nearest to the list, then those who act for a head, then heads and deputies; each once."""
    held = roles.all_held(roles.UNIT_STAFF, unit_ids, on=day)
    held.sort(key=lambda one: (one.role in roles.HEADS, one.principal is None))
    found: dict[int, dict[User, roles.Held]] = defaultdict(dict)
    for one in held:
        found[one.unit_id].setdefault(one.user, one)
    return defaultdict(list, {unit: list(ones.values()) for unit, ones in found.items()})
