"""Reads of the trail: for administrators what happened, for everybody who read one's own health data."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.db.models import Q, QuerySet

from vungxanh.audit.models import AuditEvent
from vungxanh.common.clock import moment
from vungxanh.common.directory import directory


@dataclass(frozen=True, slots=True)
class Wish:
    """What the reader of the trail looks for; empty means everything."""

    actor: str = ""
    subject: str = ""
    action: str = ""
    first: datetime.date | None = None
    last: datetime.date | None = None
    only_reads: bool = False


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of the trail, newest first. `next_before` is the place where the next one begins."""

    events: Sequence[AuditEvent]
    next_before: str

    @classmethod
    def of(cls, events: QuerySet[AuditEvent], *, before: str, size: int) -> Self:
        """`before` is a place that an earlier slice named; one that cannot be read is the beginning.

        By key, not by offset: the trail grows while it is read, and deep pages cost what the first one costs.
        """
        place = _place(before)
        if place:
            at, key = place
            # Said as a bound and an exception: "earlier, or then and smaller" takes no database to its place.
            events = events.filter(at__lte=at).exclude(at=at, pk__gte=key)
        rows = list(events.order_by("-at", "-pk")[: size + 1])
        more = rows[size - 1] if len(rows) > size else None
        return cls(rows[:size], f"{more.at.timestamp():.6f}_{more.pk}" if more else "")


def events_visible_to(viewer: Any, wish: Wish, *, on: datetime.date) -> QuerySet[AuditEvent]:
    """The trail of the units that the viewer administers; of everything where that is the whole installation."""
    units = directory().unit_ids_administered_by(viewer, on=on)
    events = AuditEvent.objects.all() if units is None else AuditEvent.objects.filter(unit_id__in=units)
    if wish.actor:
        events = events.filter(actor_name__icontains=wish.actor)
    if wish.subject:
        events = events.filter(subject_name__icontains=wish.subject)
    if wish.action:
        events = events.filter(action=wish.action)
    if wish.only_reads:
        events = events.filter(is_read=True)
    return _between(events, wish.first, wish.last)


def readings_of_own_data(viewer: Any) -> QuerySet[AuditEvent]:
    """Each time that somebody else looked at the viewer's health data."""
    mine = Q(pk__in=[])
    for subject_type, subject_id in directory().names_of(viewer):
        mine |= Q(subject_type=subject_type, subject_id=subject_id)
    return AuditEvent.objects.filter(mine, is_read=True).exclude(actor_id=viewer.pk)


def _between(
    events: QuerySet[AuditEvent], first: datetime.date | None, last: datetime.date | None
) -> QuerySet[AuditEvent]:
    if first:
        events = events.filter(at__gte=moment(first, datetime.time.min))
    if last:
        events = events.filter(at__lt=moment(last + datetime.timedelta(days=1), datetime.time.min))
    return events


def _place(text: str) -> tuple[datetime.datetime, int] | None:
    stamp, _, key = text.partition("_")
    try:
        return datetime.datetime.fromtimestamp(float(stamp), datetime.UTC), int(key)
    except (ValueError, OverflowError, OSError):
        return None
