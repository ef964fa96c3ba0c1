"""The daily returns: which unit has sent its own, in which versions, and who answers for it."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from django.db.models import Model, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE, moment
from vungxanh.organization import roles
from vungxanh.organization.enums import Role, RosterKind
from vungxanh.organization.models import RosterEntry
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.organization.workdays import all_workdays
from vungxanh.risk.enums import ReturnKind, ReturnState
from vungxanh.risk.models import DailyReturn, ReturnExplanation, whole_minutes
from vungxanh.risk.rulebook import RETURN_TIMES
from vungxanh.screening.queries.corrections import all_corrections

SENDING = (Role.UNIT_HEAD, Role.ACTING_HEAD, Role.UNIT_DEPUTY, Role.UNIT_CLERK)
"""In this order a return is sent in one of several roles: a deputy to whom the head's is lent sends it as the head."""
SEE_RETURNS = roles.UNIT_STAFF | roles.LEADERS | {Role.OFFICE, Role.HEALTH_OFFICER}


class BriefReturn(NamedTuple):
    """What the state of a return needs; figures, words and people are left where they are."""

    unit_id: int
    kind: str
    state: str
    opened_at: datetime.datetime
    due_at: datetime.datetime
    submitted_at: datetime.datetime | None
    is_on_time: bool | None

    @property
    def minutes_taken(self) -> int | None:
        return whole_minutes(self.opened_at, self.submitted_at)


class OfUnit(Protocol):
    @property
    def unit_id(self) -> int: ...


Sent = TypeVar("Sent", DailyReturn, BriefReturn)
Row = TypeVar("Row", bound=OfUnit)
Kept = TypeVar("Kept", bound=Model)


@dataclass(frozen=True, slots=True)
class UnitReturns(Generic[Sent]):
    """Where one reporting point stands with the returns of one day."""

    unit: UnitNode
    day: datetime.date
    due_at: datetime.datetime
    daily: Sent | None
    first: Sent | None
    unusual: tuple[Sent, ...] = ()

    @property
    def status(self) -> str:
        """`NOT_PREPARED`, `PREPARED` or `SUBMITTED`."""
        return self.daily.state if self.daily else "NOT_PREPARED"

    @property
    def is_submitted(self) -> bool:
        return self.status == ReturnState.SUBMITTED

    @property
    def submitted_at(self) -> datetime.datetime | None:
        """Of the first version: a later one adds to it and does not make it late."""
        return self.first.submitted_at if self.first else None

    @property
    def on_time(self) -> bool | None:
        return self.first.is_on_time if self.first else None

    @property
    def open_unusual(self) -> tuple[Sent, ...]:
        return tuple(one for one in self.unusual if one.state == ReturnState.PREPARED)

    def is_overdue(self, at: datetime.datetime) -> bool:
        return not self.is_submitted and at >= self.due_at


ReturnStatus = UnitReturns[DailyReturn]
BriefStatus = UnitReturns[BriefReturn]


def all_due_at(day: datetime.date) -> datetime.datetime:
    return moment(day, RETURN_TIMES.current().in_force(day).due_at)


def all_prepared_from(day: datetime.date) -> datetime.datetime:
    return moment(day, RETURN_TIMES.current().in_force(day).prepared_at)


def all_return_statuses(
    day: datetime.date, *, unit_ids: Collection[int] | None = None, tree: Tree | None = None
) -> list[ReturnStatus]:
    """One per reporting point of the day, in the order of the tree; one query beside the tree's."""
    return _statuses(_with_people(of_units(_in_order(day), unit_ids)), day, unit_ids, tree)


def all_brief_statuses(
    day: datetime.date, *, unit_ids: Collection[int] | None = None, tree: Tree | None = None
) -> list[BriefStatus]:
    """`all_return_statuses` for boards of many units."""
    rows = _in_order(day).values_list(*BriefReturn._fields)
    return _statuses(map(BriefReturn._make, rows), day, unit_ids, tree)


def all_owed(trees: Mapping[datetime.date, Tree]) -> dict[datetime.date, set[int]]:
    """By day, the reporting points that owe the daily return: on their working days, and on days off for which the
    roster has an officer on duty. Flat, whatever the number of units and days."""
    first, last = min(trees), max(trees)
    calendar = all_workdays(first, last, tree=trees[last])
    duty = RosterEntry.objects.filter(date__range=(first, last), kind=RosterKind.DUTY)
    on_duty = set(duty.values_list("date", "unit_id"))
    return {
        day: {
            point.id
            for point in tree.reporting_points()
            if calendar.is_working(day, point.id) or (day, point.id) in on_duty
        }
        for day, tree in trees.items()
    }


def units_with_returns_for(viewer: User, day: datetime.date, *, tree: Tree) -> set[int]:
    """Units whose returns the viewer sees: by role at or above them, or on duty for them that day."""
    return roles.unit_ids_where(viewer, SEE_RETURNS, on=day, tree=tree) | units_on_duty_for(viewer, day)


def return_status_for(viewer: User, day: datetime.date, *, tree: Tree | None = None) -> list[ReturnStatus]:
    """The reporting points that the viewer sees."""
    tree = tree or all_tree_on(day)
    return all_return_statuses(day, unit_ids=units_with_returns_for(viewer, day, tree=tree), tree=tree)


def return_status_of_unit(
    viewer: User, unit_id: int, day: datetime.date, *, tree: Tree | None = None
) -> ReturnStatus | None:
    """Of the reporting point that answers for the unit; None where there is none or the viewer may not see it."""
    tree = tree or all_tree_on(day)
    point = tree.reporting_point_of(unit_id)
    if point is None or point.id not in units_with_returns_for(viewer, day, tree=tree):
        return None
    return all_return_statuses(day, unit_ids=[point.id], tree=tree)[0]


def all_corrected_after(sent: DailyReturn | None, tree: Tree) -> int:
    """How many declarations of the day were corrected after the return had gone; its figures stay as they were sent."""
    if sent is None or sent.submitted_at is None:
        return 0
    corrections = all_corrections(sent.day, tree.answered_by(sent.unit_id))
    return sum(one.is_after(sent.submitted_at) for one in corrections)


def return_versions(viewer: User, unit_id: int, day: datetime.date) -> list[DailyReturn]:
    """Every version of every return of the day, newest first; empty for a stranger."""
    if not return_status_of_unit(viewer, unit_id, day):
        return []
    rows = DailyReturn.objects.filter(unit_id=unit_id, day=day).exclude(state=ReturnState.PREPARED)
    return list(_with_people(rows).prefetch_related("events").order_by("-submitted_at", "-pk"))


def all_first_sent(first: datetime.date, last: datetime.date) -> QuerySet[DailyReturn]:
    """The first version of each daily return of the days: by it a return is on time or late, whatever came later."""
    span = {"day__range": (first, last), "submitted_at__isnull": False}
    return DailyReturn.objects.filter(**span, kind=ReturnKind.DAILY, version=1)


def all_submitted_daily(unit_ids: Collection[int], day: datetime.date) -> set[int]:
    """Units whose daily return of the day has gone."""
    rows = DailyReturn.objects.filter(
        unit_id__in=list(unit_ids), day=day, kind=ReturnKind.DAILY, state=ReturnState.SUBMITTED
    )
    return set(rows.values_list("unit_id", flat=True))


def may_be_explained(unit_id: int, day: datetime.date, *, at: datetime.datetime) -> bool:
    """Late or missing, and not longer ago than the rule lets a unit say why."""
    today = at.astimezone(ZONE).date()
    if at < all_due_at(day) or day < today - datetime.timedelta(days=RETURN_TIMES.current().in_force(day).explain_days):
        return False
    rows = DailyReturn.objects.filter(unit_id=unit_id, day=day, kind=ReturnKind.DAILY, version=1, is_on_time=True)
    return not rows.exists()


def all_explanation(unit_id: int, day: datetime.date) -> ReturnExplanation | None:
    return ReturnExplanation.objects.filter(unit_id=unit_id, day=day).select_related("given_by").first()


def sending_role(user: User, unit_id: int, *, on: datetime.date, tree: Tree) -> roles.Holding | None:
    """In which of one's roles a return is sent; None for whoever is on duty only."""
    above = {node.id for node in tree.above(unit_id)}
    held = [one for one in roles.holdings(user, on=on) if one.role in SENDING and one.unit_id in above]
    return min(held, key=lambda one: SENDING.index(one.role)) if held else None


def units_on_duty_for(user: User, day: datetime.date) -> set[int]:
    """Units for which the roster has the user on duty, where the day is a day off of theirs."""
    rows = RosterEntry.objects.filter(date=day, kind=RosterKind.DUTY, person__user_id=user.pk)
    units = set(rows.values_list("unit_id", flat=True))
    if not units:
        return set()
    calendar = all_workdays(day, day)
    return {unit for unit in units if not calendar.is_working(day, unit)}


def _in_order(day: datetime.date) -> QuerySet[DailyReturn]:
    return DailyReturn.objects.filter(day=day).order_by("number", "version")


def _statuses(
    found: Iterable[Sent], day: datetime.date, unit_ids: Collection[int] | None, tree: Tree | None
) -> list[UnitReturns[Sent]]:
    due_at = all_due_at(day)
    return [_status(point, day, due_at, rows) for point, rows in by_point(found, day, unit_ids, tree)]


def of_units(rows: QuerySet[Kept], unit_ids: Collection[int] | None) -> QuerySet[Kept]:
    """Those of the units; of all where none are named."""
    return rows if unit_ids is None else rows.filter(unit_id__in=list(unit_ids))


def by_point(
    found: Iterable[Row], day: datetime.date, unit_ids: Collection[int] | None, tree: Tree | None
) -> Iterator[tuple[UnitNode, list[Row]]]:
    """Each reporting point of the day, of the units where some are named, in the order of the tree, with its rows."""
    rows: dict[int, list[Row]] = defaultdict(list)
    for row in found:
        rows[row.unit_id].append(row)
    for point in (tree or all_tree_on(day)).reporting_points():
        if unit_ids is None or point.id in unit_ids:
            yield point, rows[point.id]


def _status(point: UnitNode, day: datetime.date, due_at: datetime.datetime, rows: list[Sent]) -> UnitReturns[Sent]:
    daily = [row for row in rows if row.kind == ReturnKind.DAILY]
    return UnitReturns(
        unit=point,
        day=day,
        due_at=due_at,
        daily=next((row for row in daily if row.state != ReturnState.REPLACED), None),
        first=next((row for row in daily if row.submitted_at), None),
        unusual=tuple(row for row in rows if row.kind == ReturnKind.UNUSUAL and row.state != ReturnState.REPLACED),
    )


def _with_people(rows: QuerySet[DailyReturn]) -> QuerySet[DailyReturn]:
    return rows.select_related("submitted_by", "submitted_for")
