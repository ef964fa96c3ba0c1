"""Who was at the same place at the same time: what tracing asks of a case, over the stays of one person.

Rooms, vehicles and field posts, and those who had a shift at a gate. Otherwise gates tell when somebody came to the
site and left it; that two people were in one building at the same time is no meeting.
"""

import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Q

from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Place
from vungxanh.screening.models import Presence
from vungxanh.screening.rulebook import PLACE_HISTORY, PRESENCE

AT_ONCE = 200
"""Stays in one query; SQLite takes no condition of a thousand parts."""


@dataclass(frozen=True, slots=True)
class Span:
    """From when until when somebody was there at most. `is_certain`: both ends were seen."""

    begins: datetime.datetime
    ends: datetime.datetime
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody else at the place of a stay; `minutes` is the longest that the two can have been there together."""

    subject: uuid.UUID
    stay: Presence
    begins: datetime.datetime
    ends: datetime.datetime
    is_certain: bool

    @property
    def minutes(self) -> int:
        return int((self.ends - self.begins).total_seconds()) // 60


def span_of(stay: Presence, *, at: datetime.datetime) -> Span:
    """A single scan counts for as long as the rule says; an entry without leaving until now, or the longest stay."""
    unknown = datetime.timedelta(minutes=PLACE_HISTORY.current().in_force(stay.day).unknown_minutes)
    entered, left = stay.entered_at, stay.left_at
    if entered is None:
        assert left
        return Span(left - unknown, left, is_certain=False)
    if left is None:
        longest = datetime.timedelta(hours=PRESENCE.current().in_force(stay.day).longest_stay_hours)
        return Span(entered, max(entered, min(at, entered + longest)), is_certain=False)
    if left == entered:
        return Span(entered, entered + unknown, is_certain=False)
    return Span(entered, left, is_certain=True)


def all_shared(stays: Sequence[Presence], *, at: datetime.datetime) -> dict[int, list[Shared]]:
    """By key of each stay that was more than passing a gate, who else was there; the longest together first.

    Two queries for some hundred stays, whatever the number of others.
    """
    gates = set(Place.objects.filter(kind=PlaceKind.GATE).values_list("pk", flat=True))
    mine = [stay for stay in stays if stay.is_listed or stay.place_id not in gates]
    if not mine:
        return {}
    by_place: defaultdict[int, list[tuple[Presence, Span]]] = defaultdict(list)
    for other in _others(mine, at=at):
        if other.is_listed or other.place_id not in gates:
            by_place[other.place_id].append((other, span_of(other, at=at)))
    return {stay.pk: _together(stay, by_place[stay.place_id], at) for stay in mine}


def _others(mine: Sequence[Presence], *, at: datetime.datetime) -> Iterator[Presence]:
    """All stays at these places that may reach into one of these; a night shift began the day before."""
    found: set[int] = set()
    for start in range(0, len(mine), AT_ONCE):
        part = mine[start : start + AT_ONCE]
        days = {stay.day + datetime.timedelta(days=step) for stay in part for step in (-1, 0, 1)}
        near = reduce(or_, (_near(stay, at) for stay in part))
        rows = Presence.objects.filter(near, site_id__in={stay.site_id for stay in part}, day__in=days)
        for other in rows.exclude(subject__in={stay.subject for stay in mine}).iterator():
            if other.pk not in found:
                found.add(other.pk)
                yield other


def _near(stay: Presence, at: datetime.datetime) -> Q:
    """At the same place, begun before this one ended, and not over long before it began: how long a single scan counts
    is looked at afterwards."""
    own = span_of(stay, at=at)
    margin = datetime.timedelta(minutes=PLACE_HISTORY.current().in_force(stay.day).unknown_minutes)
    margin = max(margin, datetime.timedelta(hours=PRESENCE.current().in_force(stay.day).longest_stay_hours))
    begun = Q(entered_at__isnull=True) & Q(left_at__lt=own.ends + margin) | Q(entered_at__lt=own.ends)
    return Q(place_id=stay.place_id) & begun & (Q(left_at__isnull=True) | Q(left_at__gt=own.begins - margin))


def _together(stay: Presence, others: Sequence[tuple[Presence, Span]], at: datetime.datetime) -> list[Shared]:
    own = span_of(stay, at=at)
    longest: dict[uuid.UUID, Shared] = {}
    for other, span in others:
        begins, ends = max(own.begins, span.begins), min(own.ends, span.ends)
        if begins >= ends:
            continue
        shared = Shared(other.subject, other, begins, ends, own.is_certain and span.is_certain)
        known = longest.get(other.subject)
        if known is None or (shared.is_certain, shared.minutes) > (known.is_certain, known.minutes):
            longest[other.subject] = shared
    return sorted(longest.values(), key=lambda one: (-one.minutes, one.subject))
