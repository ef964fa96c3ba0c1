"""What was passed on to the map and other receivers: per reporting point and day, with who, when, and before 15:00
or not."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, TypeVar

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common import badges
from vungxanh.common.decision_tables.editions import NoEditionInForceError
from vungxanh.common.spreadsheets import Value
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.risk.enums import DeliveryState, ReturnKind
from vungxanh.risk.files import Row
from vungxanh.risk.models import Delivery, DeliveryProof
from vungxanh.risk.queries.returns import all_due_at, by_point, of_units, units_with_returns_for
from vungxanh.risk.rulebook import DELIVERIES, Receiver, value_at

NO_RETURN = "NO_RETURN"
DELIVERED = frozenset({DeliveryState.SENT, DeliveryState.DONE})
WORST_FIRST = (DeliveryState.GIVEN_UP, DeliveryState.FAILED, DeliveryState.WAITING)


class BriefDelivery(NamedTuple):
    """What the state of a delivery needs; what went out, the proofs and who noted it are left where they are."""

    unit_id: int
    return_kind: str
    state: str
    delivered_at: datetime.datetime | None
    is_on_time: bool | None


Sent = TypeVar("Sent", Delivery, BriefDelivery)


@dataclass(frozen=True, slots=True)
class UnitDeliveries(Generic[Sent]):
    """What one reporting point passed on of one day; `deliveries` in the order in which they were written."""

    unit: UnitNode
    day: datetime.date
    due_at: datetime.datetime
    deliveries: tuple[Sent, ...]

    @property
    def standing(self) -> tuple[Sent, ...]:
        """Without what a newer version replaced."""
        return tuple(one for one in self.deliveries if one.state != DeliveryState.REPLACED)

    @property
    def open(self) -> tuple[Sent, ...]:
        return tuple(one for one in self.standing if one.state not in DELIVERED)

    @property
    def is_done(self) -> bool:
        """Everything that stands was passed on."""
        return bool(self.standing) and not self.open

    @property
    def state(self) -> str:
        """`NO_RETURN`, the worst of what is open, else that of the last."""
        if not self.standing:
            return NO_RETURN
        states = {one.state for one in self.standing}
        return next((state for state in WORST_FIRST if state in states), self.standing[-1].state)

    @property
    def first(self) -> Sent | None:
        """The first version of the daily return that a receiver had: it alone is on time or late."""
        daily = [one for one in self.standing if one.return_kind == ReturnKind.DAILY and one.delivered_at]
        return min(daily, key=_delivered_at, default=None)

    @property
    def last(self) -> Sent | None:
        return max((one for one in self.standing if one.delivered_at), key=_delivered_at, default=None)


MapStatus = UnitDeliveries[Delivery]
BriefMapStatus = UnitDeliveries[BriefDelivery]


def _delivered_at(one: Delivery | BriefDelivery) -> datetime.datetime:
    assert one.delivered_at
    return one.delivered_at


def all_receivers(day: datetime.date) -> tuple[Receiver, ...]:
    """Those that get the returns of the day: switched on, and with an address where they need one."""
    try:
        receivers = DELIVERIES.current().in_force(day).receiver
    except NoEditionInForceError:
        return ()
    return tuple(one for one in receivers if is_ready(one))


def is_ready(receiver: Receiver) -> bool:
    addresses = {"HTTPS": settings.NATIONAL_MAP_URL, "DHIS2": settings.DHIS2_URL}
    return receiver.is_on and bool(addresses.get(receiver.way, True))


def all_map_statuses(
    day: datetime.date, *, unit_ids: Collection[int] | None = None, tree: Tree | None = None
) -> list[MapStatus]:
    """One per reporting point of the day, in the order of the tree; two queries beside the tree's."""
    proofs = DeliveryProof.objects.filter(withdrawn_at__isnull=True).defer("content").order_by("added_at")
    whole = (
        of_units(_in_order(day), unit_ids)
        .select_related("sent_return", "noted_by")
        .prefetch_related(Prefetch("proofs", proofs.select_related("added_by")))
    )
    return _statuses(whole, day, unit_ids, tree)


def all_brief_map_statuses(
    day: datetime.date, *, unit_ids: Collection[int] | None = None, tree: Tree | None = None
) -> list[BriefMapStatus]:
    """`all_map_statuses` for boards of many units; one query beside the tree's."""
    rows = _in_order(day).values_list("unit_id", "sent_return__kind", "state", "delivered_at", "is_on_time")
    return _statuses(map(BriefDelivery._make, rows), day, unit_ids, tree)


def _in_order(day: datetime.date) -> QuerySet[Delivery]:
    return Delivery.objects.filter(day=day).order_by("pk")


def _statuses(
    found: Iterable[Sent], day: datetime.date, unit_ids: Collection[int] | None, tree: Tree | None
) -> list[UnitDeliveries[Sent]]:
    due_at = all_due_at(day)
    return [UnitDeliveries(point, day, due_at, tuple(rows)) for point, rows in by_point(found, day, unit_ids, tree)]


def map_statuses_for(viewer: User, day: datetime.date, *, tree: Tree | None = None) -> list[MapStatus]:
    """The reporting points whose returns the viewer sees."""
    tree = tree or all_tree_on(day)
    return all_map_statuses(day, unit_ids=units_with_returns_for(viewer, day, tree=tree), tree=tree)


def map_status_of_unit(viewer: User, unit_id: int, day: datetime.date, *, tree: Tree) -> MapStatus | None:
    """None for what is no reporting point and where the viewer does not see its returns."""
    if unit_id not in units_with_returns_for(viewer, day, tree=tree):
        return None
    return next(iter(all_map_statuses(day, unit_ids=[unit_id], tree=tree)), None)


def sheet_of(payload: Mapping[str, object], on: datetime.date) -> list[tuple[str, Value]]:
    """What is copied, line by line, as the rule of the day orders it; None where the return has no such figure."""
    return [(field.says, _value(payload, field.path)) for field in DELIVERIES.current().in_force(on).field]


def day_rows(statuses: Iterable[MapStatus]) -> list[Row]:
    """The newest version of each return, whichever receiver it is for, in the order of the tree."""
    rows: list[Row] = []
    for status in statuses:
        newest = {(one.sent_return.kind, one.sent_return.number): one.payload for one in status.deliveries}
        rows += [(payload, sheet_of(payload, status.day)) for payload in newest.values()]
    return rows


def all_day_rows(day: datetime.date) -> list[Row]:
    return day_rows(all_map_statuses(day))


def _value(payload: object, path: str) -> Value:
    found = value_at(payload, path)
    if path == "zone":
        return str(badges.badge("zone", found).word)
    if path == "day":
        return datetime.date.fromisoformat(str(found))
    return found if isinstance(found, int) or found is None else str(found)
