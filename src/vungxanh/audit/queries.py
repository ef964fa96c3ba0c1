"""Reads of the trail: for administrators what happened, for everybody who read one's own health data."""

import datetime
from dataclasses import dataclass
from typing import Any

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
