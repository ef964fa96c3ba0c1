"""What a leader asks of a day: is everything green, what is not and why, and who answers for it."""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from vungxanh.accounts.models import User
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on
from vungxanh.reports.queries.control_room import BEHIND, Cell, ControlRoom, Row, control_room
from vungxanh.risk import queries as risk_queries
from vungxanh.risk.queries import ShownZone
from vungxanh.screening.models import PersonDay

GREEN = "GREEN"
LEADS = (Role.UNIT_HEAD, Role.ACTING_HEAD)


@dataclass(frozen=True, slots=True)
class Answering:
    """Whoever answers for a unit today. `stands_in`: because the head is away."""

    holding: roles.Held
    stands_in: bool = False


@dataclass(frozen=True, slots=True)
class Concern:
    """A unit that is not green, or behind with a duty."""

    row: Row
    zone: ShownZone | None
    answering: Answering | None

    @property
    def behind(self) -> list[Cell]:
        return [cell for cell in self.row.cells if cell.status.state in BEHIND]

    @property
    def is_coloured(self) -> bool:
        return is_coloured(self.row)


@dataclass(frozen=True)
class LeaderDay:
    """`troubled`: every unit that is not green or behind, coloured ones first, then worst first; `concerns`: the first
    of these, with their reasons and who answers."""

    room: ControlRoom
    troubled: tuple[Row, ...]
    concerns: tuple[Concern, ...]

    @cached_property
    def fine(self) -> list[Row]:
        troubled = {row.unit.id for row in self.troubled}
        return [row for row in self.room.all_rows if row.unit.id not in troubled]

    @property
    def coloured(self) -> int:
        return sum(is_coloured(row) for row in self.troubled)

    @property
    def left_out(self) -> int:
        return len(self.troubled) - len(self.concerns)


def is_coloured(row: Row) -> bool:
    return row.zone not in ("", GREEN)


def leader_day(viewer: User, day: datetime.date, *, at: datetime.datetime, most: int | None = None) -> LeaderDay:
    """Of the units of the viewer's control room, `most` of the concerns in full; a flat number of queries."""
    tree = all_tree_on(day)
    room = control_room(viewer, day, at=at, tree=tree)
    troubled = [row for row in room.all_rows if row.is_behind or is_coloured(row)]
    troubled.sort(key=lambda row: not is_coloured(row))
    unit_ids = [row.unit.id for row in troubled[:most]]
    zones, answering = risk_queries.all_zones_on(unit_ids, day), all_answering(unit_ids, day)
    concerns = [Concern(row, zones.get(row.unit.id), answering.get(row.unit.id)) for row in troubled[:most]]
    return LeaderDay(room, tuple(troubled), tuple(concerns))


def all_answering(unit_ids: Collection[int], day: datetime.date) -> dict[int, Answering]:
    """Whoever acts for the head by delegation, else the head (or acting head), else a deputy, of these the first who is
    not away; else the head. Three queries."""
    by_unit: dict[int, list[roles.Held]] = defaultdict(list)
    for one in roles.all_held(roles.HEADS, unit_ids, on=day):
        by_unit[one.unit_id].append(one)
    people = {pseudonym for ones in by_unit.values() for one in ones if (pseudonym := _pseudonym(one))}
    away = set(
        PersonDay.objects.filter(day=day, subject__in=people).exclude(excuse="").values_list("subject", flat=True)
    )
    return {unit: _answering(ones, away) for unit, ones in by_unit.items()}


def _pseudonym(held: roles.Held) -> uuid.UUID | None:
    person = getattr(held.user, "person", None)
    return person.pseudonym if person else None


def _answering(held: Collection[roles.Held], away: Collection[uuid.UUID]) -> Answering:
    def order(one: roles.Held) -> tuple[bool, bool, bool]:
        is_away = _pseudonym(one) in away
        return is_away, one.role == Role.UNIT_DEPUTY, (one.principal is None) != is_away

    first = min(held, key=order)
    return Answering(first, stands_in=first.role == Role.UNIT_DEPUTY and any(one.role in LEADS for one in held))
