"""Who sends here, and how a day of theirs stands."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from vungxanh.federation.models import ReceivedRollup, RollupSender
from vungxanh.federation.sums import COUNTS, WINDOWS


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A sender and what stands of its day; None where nothing came. `versions`: how many came in all."""

    sender: RollupSender
    rollup: ReceivedRollup | None
    versions: int

    @property
    def total(self) -> dict[str, int] | None:
        return self.rollup.sums["total"] if self.rollup else None

    @property
    def declared(self) -> dict[str, int] | None:
        """By window how many declared, whenever."""
        return _declared(self.total) if self.total else None


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """An agency of a sender, or those that are counted together, which have neither name nor colour."""

    counts: dict[str, Any]

    @property
    def declared(self) -> dict[str, int]:
        return _declared(self.counts)


@dataclass(frozen=True, slots=True)
class Board:
    """`total`: of those that came; agencies below that have sent nothing are in no sum."""

    day: datetime.date
    rows: tuple[BoardRow, ...]

    @property
    def came(self) -> list[BoardRow]:
        return [row for row in self.rows if row.rollup]

    @property
    def missing(self) -> list[BoardRow]:
        return [row for row in self.rows if row.rollup is None]

    @property
    def total(self) -> BoardRow | None:
        """As if all that came were one sender."""
        if not self.came:
            return None
        total = {name: sum(row.rollup.sums["total"][name] for row in self.came if row.rollup) for name in COUNTS}
        return BoardRow(RollupSender(), ReceivedRollup(sums={"total": total}), 0)


def all_board(day: datetime.date) -> Board:
    """Those that are received from, and those that were when they sent something of the day; two queries.

    One that was registered anew is received from under its new registration, and is counted once.
    """
    sent = ReceivedRollup.objects.filter(sender=OuterRef("pk"), day=day)
    # One that was registered only later owes nothing of the day.
    here = Q(ended_at=None, created_at__date__lte=day) | Q(Exists(sent))
    senders = RollupSender.objects.filter(here).order_by("name", "created_at")
    counted = senders.annotate(versions=Count("rollups", filter=Q(rollups__day=day)))
    current = {one.sender_id: one for one in ReceivedRollup.objects.filter(day=day, is_current=True).defer("agencies")}
    rows = [BoardRow(one, current.get(one.pk), one.versions) for one in counted]
    again = {row.sender.code for row in rows if row.sender.ended_at is None and row.rollup}
    return Board(day, tuple(row for row in rows if row.sender.ended_at is None or row.sender.code not in again))


def lines_of(rollup: ReceivedRollup | None) -> list[AgencyLine]:
    """In the order of the sender's tree, those that are counted together last."""
    if rollup is None:
        return []
    others = rollup.sums["others"]
    return [AgencyLine(one) for one in [*rollup.agencies, *([others] if others else [])]]


def _declared(counts: Mapping[str, int]) -> dict[str, int]:
    return {one: sum(counts[f"{one}_{name}"] for name in ("on_time", "early", "late")) for one in WINDOWS}


def all_versions(sender: RollupSender, day: datetime.date) -> list[ReceivedRollup]:
    """Newest first."""
    return list(ReceivedRollup.objects.filter(sender=sender, day=day).order_by("-version"))


def all_senders() -> QuerySet[RollupSender]:
    """With `last_at`, the ended ones last."""
    rows = RollupSender.objects.annotate(last_at=Max("rollups__received_at"), is_over=Q(ended_at__isnull=False))
    return rows.order_by("is_over", "name", F("created_at").desc())


def all_live_senders() -> list[RollupSender]:
    return list(RollupSender.objects.filter(ended_at=None).order_by("pk"))
