"""Targets with what was reached: what pages, spreadsheets, the API and the scores of the movement read."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Q, QuerySet

from vungxanh.common.clock import ZONE
from vungxanh.production.enums import FigureState, TargetState
from vungxanh.production.models import ProductionFigure, ProductionTarget
from vungxanh.production.rulebook import (
    Figures,
    Judged,
    ProductionTerm,
    come_to,
    judged,
    month_of,
    months_between,
    rule_on,
    term_of,
)

Place = tuple[int, str]
"""A unit and an indicator."""
DONE, BEHIND, RUNNING = "REACHED", "BEHIND", "RUNNING"


@dataclass(frozen=True, slots=True)
class TargetLine:
    """A target as it stands at a moment. `figures` are verified, `latest` the newest version of each month, `closed`
    the last month whose figures were due."""

    target: ProductionTarget
    term: ProductionTerm
    months: Sequence[datetime.date]
    figures: Figures
    latest: Mapping[datetime.date, ProductionFigure]
    closed: datetime.date

    @property
    def judged(self) -> Judged:
        return judged(self.term, self.target.value, self.months, self.figures, self.closed)

    @property
    def state(self) -> str:
        found = self.judged
        return RUNNING if not found.is_due else DONE if found.is_reached else BEHIND

    @property
    def value(self) -> Decimal | None:
        return come_to(self.term, self.figures)

    @property
    def share(self) -> Decimal | None:
        """Reached over target; None without a figure, or where the target is 0."""
        return self.value / self.target.value if self.value is not None and self.target.value else None

    @property
    def last_month(self) -> datetime.date | None:
        return max(self.figures, default=None)

    @property
    def missing(self) -> list[datetime.date]:
        """Months whose figures were due and that have none, or only one that was sent back."""
        return [month for month in self.months if month <= self.closed and not self.is_there(month)]

    @property
    def waiting(self) -> list[datetime.date]:
        return [month for month, one in self.latest.items() if one.state == FigureState.ENTERED]

    @property
    def returned(self) -> list[ProductionFigure]:
        return [one for one in self.latest.values() if one.state == FigureState.RETURNED]

    def is_there(self, month: datetime.date) -> bool:
        """Verified, or waiting: a correction that was sent back leaves the verified figure standing."""
        return month in self.figures or (month in self.latest and self.latest[month].state != FigureState.RETURNED)


def all_targets_as_of(at: datetime.datetime) -> QuerySet[ProductionTarget]:
    """Approved by the moment, and neither replaced nor taken back before it."""
    return ProductionTarget.objects.filter(Q(ended_at__isnull=True) | Q(ended_at__gt=at), decided_at__lte=at).exclude(
        state=TargetState.REFUSED
    )


def all_figures_as_of(at: datetime.datetime) -> QuerySet[ProductionFigure]:
    """Verified by the moment, and not replaced before it."""
    return ProductionFigure.objects.filter(
        Q(replaced_at__isnull=True) | Q(replaced_at__gt=at),
        checked_at__lte=at,
        state__in=[FigureState.VERIFIED, FigureState.REPLACED],
    )


def all_verified(
    targets: Iterable[ProductionTarget], until: datetime.date, at: datetime.datetime
) -> dict[Place, dict[datetime.date, Decimal]]:
    """Figures of the units and months of the targets, no later than the month of `until`; one query."""
    given = list(targets)
    if not given:
        return {}
    rows = all_figures_as_of(at).filter(
        unit_id__in={one.unit_id for one in given},
        month__range=(min(one.first_day for one in given), month_of(until)),
    )
    found: dict[Place, dict[datetime.date, Decimal]] = {}
    for unit, indicator, month, value in rows.values_list("unit_id", "indicator", "month", "value"):
        found.setdefault((unit, indicator), {})[month] = value
    return found


def all_lines(targets: Collection[ProductionTarget], *, at: datetime.datetime) -> list[TargetLine]:
    """The targets as they stand, in their order; one query for any number."""
    if not targets:
        return []
    today = at.astimezone(ZONE).date()
    closed = rule_on(today).closed_month(today, today)
    latest: dict[Place, dict[datetime.date, ProductionFigure]] = {}
    verified: dict[Place, dict[datetime.date, Decimal]] = {}
    rows = ProductionFigure.objects.filter(
        unit_id__in={one.unit_id for one in targets},
        month__range=(min(one.first_day for one in targets), max(one.last_day for one in targets)),
    )
    for row in rows.select_related("entered_by").order_by("number"):
        place = (row.unit_id, row.indicator)
        latest.setdefault(place, {})[row.month] = row
        if row.state == FigureState.VERIFIED:
            verified.setdefault(place, {})[row.month] = row.value
    found = []
    for one in targets:
        place, months = (one.unit_id, one.indicator), months_between(one.first_day, one.last_day)
        own = latest.get(place, {})
        counted = {month: value for month, value in verified.get(place, {}).items() if month in months}
        newest = {month: own[month] for month in months if month in own}
        found.append(TargetLine(one, term_of(one.indicator), months, counted, newest, closed))
    return found


def overlapping(
    targets: QuerySet[ProductionTarget], first: datetime.date, last: datetime.date
) -> QuerySet[ProductionTarget]:
    """Those with a day in the span."""
    return targets.filter(first_day__lte=last, last_day__gte=first)


def all_waiting_figures(unit_ids: Collection[int]) -> QuerySet[ProductionFigure]:
    """What waits for verification, the oldest month first."""
    rows = ProductionFigure.objects.filter(state=FigureState.ENTERED, unit_id__in=unit_ids)
    return rows.select_related("entered_by").order_by("month", "unit_id", "indicator")


def all_waiting_targets(unit_ids: Collection[int]) -> QuerySet[ProductionTarget]:
    rows = ProductionTarget.objects.filter(state=TargetState.PROPOSED, unit_id__in=unit_ids)
    return rows.select_related("proposed_by").order_by("proposed_at", "unit_id", "indicator")


def all_waiting_marks() -> list[tuple[int, int | None]]:
    """Unit and writer of everything that waits, figures and targets: little, whatever number of units there are."""
    figures = ProductionFigure.objects.filter(state=FigureState.ENTERED).values_list("unit_id", "entered_by_id")
    targets = ProductionTarget.objects.filter(state=TargetState.PROPOSED).values_list("unit_id", "proposed_by_id")
    return [*figures, *targets]
