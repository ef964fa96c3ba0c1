"""Reads of who was where. People stand here by pseudonym; whoever shows names looks them up and asks who is looking."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q

from vungxanh.common.clock import ZONE, moment
from vungxanh.organization.enums import PlaceKind
from vungxanh.organization.models import Person, Place
from vungxanh.screening.enums import PresenceConflict
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.rulebook import PRESENCE


@dataclass(frozen=True, slots=True)
class FoundConflict:
    """Something that does not fit: `other_place_id` is the second place, `device_at` what a wrong clock said."""

    kind: PresenceConflict
    subject: uuid.UUID
    place_id: int
    at: datetime.datetime
    other_place_id: int | None = None
    device_at: datetime.datetime | None = None
    event_key: uuid.UUID | None = None


def all_inside(site_id: int, *, at: datetime.datetime) -> list[Presence]:
    """Who came through a gate of the site and has not left, latest first; a stay that is too long is over."""
    gates = Place.objects.filter(site_id=site_id, kind=PlaceKind.GATE).values_list("pk", flat=True)
    rows = Presence.objects.filter(
        site_id=site_id,
        place_id__in=list(gates),
        entered_at__gt=_oldest_open(at),
        entered_at__lte=at,
        left_at__isnull=True,
        has_later=False,
        is_listed=False,
    )
    return list(rows.order_by("-entered_at", "pk"))


def all_last_stay(subject: uuid.UUID, place: Place, *, at: datetime.datetime) -> Presence | None:
    """The last one at this place, or for a gate at any gate of its site, that is not too long ago to be open still;
    what a list says was passed through by nobody."""
    where = Q(place_id=place.pk)
    if place.kind == PlaceKind.GATE:
        where = Q(place_id__in=Place.objects.filter(site_id=place.site_id, kind=PlaceKind.GATE).values("pk"))
    rows = Presence.objects.filter(
        where, subject=subject, is_listed=False, entered_at__gt=_oldest_open(at), entered_at__lte=at
    )
    return rows.order_by("entered_at", "pk").last()


def all_stays_of(person: Person, *, first: datetime.date, last: datetime.date) -> list[Presence]:
    """Newest first, with those of people who were merged into this one."""
    whole = Person.objects.filter(Q(pk=person.pk) | Q(merged_into=person.pk)).values("pseudonym")
    rows = Presence.objects.filter(subject__in=whole, day__range=(first, last))
    return sorted(rows, key=lambda row: (row.entered_at or row.left_at, row.pk), reverse=True)


def all_stays_at(site_ids: Collection[int], *, day: datetime.date) -> list[Presence]:
    """Of a day, at these sites."""
    return list(Presence.objects.filter(site_id__in=list(site_ids), day=day).order_by("entered_at", "left_at", "pk"))


def all_conflicts(
    site_ids: Collection[int], *, first: datetime.date, last: datetime.date, at: datetime.datetime
) -> list[FoundConflict]:
    """Everything that does not fit in these days, newest first; two queries."""
    sites = list(site_ids)
    stays = Presence.objects.filter(site_id__in=sites, day__range=(first, last))
    doubtful = Q(entered_at__isnull=True) | Q(left_at__isnull=True) | Q(also_at_id__isnull=False)
    begin, end = moment(first, datetime.time()), moment(last + datetime.timedelta(days=1), datetime.time())
    # By place, as the index has it: a place never goes to another site.
    places = Place.objects.filter(site_id__in=sites).values("pk")
    events = PresenceEvent.objects.filter(place_id__in=places, occurred_at__gte=begin, occurred_at__lt=end)
    odd = events.filter(~Q(occurred_at=F("device_at")) | ~Q(rule_decision="")).defer("temperature_c")
    oldest = _oldest_open(at)
    found = [one for stay in stays.filter(doubtful) for one in _of_stay(stay, oldest)]
    found += [one for event in odd for one in _of_event(event)]
    return sorted(found, key=lambda one: (one.at, one.kind, one.subject), reverse=True)


def _of_stay(stay: Presence, oldest: datetime.datetime) -> list[FoundConflict]:
    at = stay.entered_at or stay.left_at
    assert at
    kinds = []
    if stay.entered_at is None:
        kinds.append(PresenceConflict.NOT_ENTERED)
    elif stay.left_at is None and (stay.has_later or stay.entered_at <= oldest):
        kinds.append(PresenceConflict.NOT_LEFT)
    if stay.also_at_id:
        kinds.append(PresenceConflict.TWO_PLACES)
    key = stay.entry_key or stay.exit_key
    return [FoundConflict(kind, stay.subject, stay.place_id, at, stay.also_at_id, event_key=key) for kind in kinds]


def _of_event(event: PresenceEvent) -> list[FoundConflict]:
    kinds = []
    if event.occurred_at != event.device_at:
        kinds.append(PresenceConflict.CLOCK_OFF)
    if event.rule_decision:
        kinds.append(PresenceConflict.AGAINST_RULE)
    return [
        FoundConflict(kind, event.subject, event.place_id, event.occurred_at, None, event.device_at, event.client_uuid)
        for kind in kinds
    ]


def _oldest_open(at: datetime.datetime) -> datetime.datetime:
    rule = PRESENCE.current().in_force(at.astimezone(ZONE).date())
    return at - datetime.timedelta(hours=rule.longest_stay_hours)
