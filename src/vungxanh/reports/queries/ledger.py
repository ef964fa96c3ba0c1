"""The ledger of returns: every reporting point on every day of a month, on time, late or missing, with the reason."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Min

from vungxanh.accounts.models import User
from vungxanh.organization.tree import Tree, UnitNode, all_trees_between
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.models import DailyReturn, ReturnExplanation
from vungxanh.risk.queries.returns import all_due_at, all_first_sent, all_owed, units_with_returns_for

Key = tuple[int, datetime.date]
FAULTS = ("LATE", "MISSING")


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
        return [entry for entry in self.entries if entry.state in FAULTS]


@dataclass(frozen=True)
class Ledger:
    """How every point stands on every day. A page shows some of thousands of points: `lines_of` reads what was sent and
    said for these."""

    days: tuple[datetime.date, ...]
    points: tuple[UnitNode, ...]
    states: Mapping[Key, str]
    explained: Set[Key]
    at: datetime.datetime

    @cached_property
    def _counts(self) -> Counter[str]:
        return Counter(self.states.values())

    @property
    def on_time(self) -> int:
        return self._counts["ON_TIME"]

    @property
    def late(self) -> int:
        return self._counts["LATE"]

    @property
    def missing(self) -> int:
        return self._counts["MISSING"]

    @cached_property
    def unexplained(self) -> int:
        return sum(state in FAULTS and key not in self.explained for key, state in self.states.items())

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        return lines_of(self, self.points)


def ledger(viewer: User, first: datetime.date, last: datetime.date, *, at: datetime.datetime) -> Ledger:
    """The reporting points that the viewer sees on the last day, then those seen on the first that are no more, each in
    the order of the tree; a flat number of queries."""
    trees = all_trees_between(first, last)
    points = _seen_points(viewer, trees, first, last)
    judged = all_first_sent(first, last).filter(unit_id__in=points).values_list("unit_id", "day", "is_on_time")
    sent = {(unit, day): is_on_time for unit, day, is_on_time in judged}
    given = ReturnExplanation.objects.filter(day__range=(first, last), unit_id__in=points)
    began = DailyReturn.objects.aggregate(day=Min("day"))["day"] or last
    states: dict[Key, str] = {}
    for day, owed in all_owed(trees).items():
        unsent = "PENDING" if at < all_due_at(day) else "MISSING"
        for unit in points:
            key = unit, day
            if key in sent:
                states[key] = "ON_TIME" if sent[key] else "LATE"
            else:
                states[key] = unsent if day >= began and unit in owed else ""
    return Ledger(
        days=tuple(trees),
        points=tuple(points.values()),
        states=states,
        explained=set(given.values_list("unit_id", "day")),
        at=at,
    )


def lines_of(book: Ledger, points: Sequence[UnitNode]) -> tuple[Line, ...]:
    """Of some points of the ledger, with what was sent and said; two queries."""
    unit_ids, span = [point.id for point in points], (book.days[0], book.days[-1])
    rows: dict[Key, list[DailyReturn]] = defaultdict(list)
    found = DailyReturn.objects.filter(day__range=span, unit_id__in=unit_ids).order_by("number", "version")
    for row in found.select_related("submitted_by", "submitted_for").defer("figures"):
        rows[row.unit_id, row.day].append(row)
    given = ReturnExplanation.objects.filter(day__range=span, unit_id__in=unit_ids).select_related("given_by")
    explained = {(one.unit_id, one.day): one for one in given}
    return tuple(
        Line(
            point,
            tuple(
                _entry(day, book.states[point.id, day], rows[point.id, day], explained.get((point.id, day)), book.at)
                for day in book.days
            ),
        )
        for point in points
    )


def _seen_points(
    viewer: User, trees: Mapping[datetime.date, Tree], first: datetime.date, last: datetime.date
) -> dict[int, UnitNode]:
    """By the tree of the last day; points that were dissolved in between stand at the end."""
    points: dict[int, UnitNode] = {}
    for day in (last, first):
        seen = units_with_returns_for(viewer, day, tree=trees[day])
        for node in trees[day].reporting_points():
            if node.id in seen:
                points.setdefault(node.id, node)
    return points


def _entry(
    day: datetime.date,
    state: str,
    rows: Collection[DailyReturn],
    explanation: ReturnExplanation | None,
    at: datetime.datetime,
) -> Entry:
    daily = [row for row in rows if row.kind == ReturnKind.DAILY and row.submitted_at]
    unusual = [row for row in rows if row.kind == ReturnKind.UNUSUAL and row.version == 1]
    return Entry(
        day=day,
        state=state,
        sent=daily[0] if daily else None,
        versions=len(daily),
        unusual=len(unusual),
        unusual_late=sum(_is_late(row, at) for row in unusual),
        explanation=explanation,
    )


def _is_late(row: DailyReturn, at: datetime.datetime) -> bool:
    return row.is_on_time is False or (row.submitted_at is None and row.due_at <= at)
