"""The ledger of returns: every reporting point on every day of a month, on time, late or missing, with the reason."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db.models import Min

from vungxanh.accounts.models import User
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, UnitNode, all_trees_between
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import DailyReturn, ReturnExplanation
from vungxanh.risk.queries.returns import SEE_RETURNS, all_due_at, all_owed, units_on_duty_for

Key = tuple[int, datetime.date]


@dataclass(frozen=True, slots=True)
class Entry:
    """One reporting point on one day. `state`: ON_TIME, LATE, MISSING, PENDING, or empty where nothing was owed.

    `sent` is the first version, by which it is judged; `versions` counts all; `unusual` and `unusual_late` count the
    returns of that day that were due at once, and those of them that came late or are still open after their time.
    """

    day: datetime.date
    state: str = ""
    sent: DailyReturn | None = None
    versions: int = 0
    unusual: int = 0
    unusual_late: int = 0
    explanation: ReturnExplanation | None = None


@dataclass(frozen=True, slots=True)
class Line:
    unit: UnitNode
    entries: tuple[Entry, ...]

    def count(self, state: str) -> int:
        return sum(entry.state == state for entry in self.entries)

    @property
    def on_time(self) -> int:
        return self.count("ON_TIME")

    @property
    def late(self) -> int:
        return self.count("LATE")

    @property
    def missing(self) -> int:
        return self.count("MISSING")

    @property
    def owed(self) -> int:
        """Days that are judged."""
        return self.on_time + self.late + self.missing

    @property
    def share(self) -> float | None:
        return self.on_time / self.owed if self.owed else None

    @property
    def unusual(self) -> tuple[int, int]:
        """Unusual returns, and how many of them were late."""
        return sum(one.unusual for one in self.entries), sum(one.unusual_late for one in self.entries)

    @property
    def faults(self) -> list[Entry]:
        return [entry for entry in self.entries if entry.state in ("LATE", "MISSING")]


@dataclass(frozen=True, slots=True)
class Ledger:
    days: tuple[datetime.date, ...]
    lines: tuple[Line, ...]

    @property
    def on_time(self) -> int:
        return sum(line.on_time for line in self.lines)

    @property
    def late(self) -> int:
        return sum(line.late for line in self.lines)

    @property
    def missing(self) -> int:
        return sum(line.missing for line in self.lines)

    @property
    def unexplained(self) -> int:
        return sum(entry.explanation is None for line in self.lines for entry in line.faults)


def ledger(viewer: User, first: datetime.date, last: datetime.date, *, at: datetime.datetime) -> Ledger:
    """The reporting points that the viewer sees on the last day, then those seen on the first that are no more, each in
    the order of the tree; a flat number of queries."""
    trees = all_trees_between(first, last)
    points = _seen_points(viewer, trees, first, last)
    rows: dict[Key, list[DailyReturn]] = defaultdict(list)
    found = DailyReturn.objects.filter(day__range=(first, last), unit_id__in=points).order_by("number", "version")
    for row in found.select_related("submitted_by", "submitted_for"):
        rows[row.unit_id, row.day].append(row)
    given = ReturnExplanation.objects.filter(day__range=(first, last), unit_id__in=points).select_related("given_by")
    explained = {(one.unit_id, one.day): one for one in given}
    owed = all_owed(trees)
    began = DailyReturn.objects.aggregate(day=Min("day"))["day"] or last
    return Ledger(
        days=tuple(trees),
        lines=tuple(
            Line(
                node,
                tuple(
                    _entry(
                        day,
                        rows[unit, day],
                        explained.get((unit, day)),
                        at,
                        is_owed=day >= began and unit in owed[day],
                    )
                    for day in trees
                ),
            )
            for unit, node in points.items()
        ),
    )


def _seen_points(
    viewer: User, trees: Mapping[datetime.date, Tree], first: datetime.date, last: datetime.date
) -> dict[int, UnitNode]:
    """By the tree of the last day; points that were dissolved in between stand at the end."""
    points: dict[int, UnitNode] = {}
    for day in (last, first):
        seen = roles.unit_ids_where(viewer, SEE_RETURNS, on=day, tree=trees[day]) | units_on_duty_for(viewer, day)
        for node in trees[day].reporting_points():
            if node.id in seen:
                points.setdefault(node.id, node)
    return points


def _entry(
    day: datetime.date,
    rows: Collection[DailyReturn],
    explanation: ReturnExplanation | None,
    at: datetime.datetime,
    *,
    is_owed: bool,
) -> Entry:
    daily = [row for row in rows if row.kind == ReturnKind.DAILY and row.submitted_at]
    unusual = [row for row in rows if row.kind == ReturnKind.UNUSUAL and row.version == 1]
    sent = daily[0] if daily else None
    return Entry(
        day=day,
        state=_state(day, sent, at) if sent or is_owed else "",
        sent=sent,
        versions=len(daily),
        unusual=len(unusual),
        unusual_late=sum(_is_late(row, at) for row in unusual),
        explanation=explanation,
    )


def _state(day: datetime.date, sent: DailyReturn | None, at: datetime.datetime) -> str:
    if sent:
        return "ON_TIME" if sent.is_on_time else "LATE"
    return "PENDING" if at < all_due_at(day) else "MISSING"


def _is_late(row: DailyReturn, at: datetime.datetime) -> bool:
    return row.is_on_time is False or (row.submitted_at is None and row.due_at <= at)
