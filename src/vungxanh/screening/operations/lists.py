"""Presence that a list tells: of a meeting, of a shift. Written whole, withdrawn where the list is corrected."""

import datetime
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Place
from vungxanh.screening.enums import Direction, Means
from vungxanh.screening.models import PresenceEvent, PresenceWithdrawal
from vungxanh.screening.operations.presence import NewPresence, NotKept, compute_stays, record_presence
from vungxanh.screening.rulebook import PRESENCE
from vungxanh.screening.stays import exit_key_of


class ListNotKeptError(ValidationError):
    """The list is too old, or of a place that is closed; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class ListedStay:
    """Somebody was at the place from when until when, as the list says."""

    subject: uuid.UUID
    place: Place
    begins: datetime.datetime
    ends: datetime.datetime


@dataclass(frozen=True, slots=True)
class StayKeys:
    """The two sightings of a listed stay."""

    entry: uuid.UUID
    exit: uuid.UUID


@transaction.atomic
def record_list(
    stays: Sequence[ListedStay], means: Means, *, actor: User | None, at: datetime.datetime
) -> list[StayKeys]:
    """All of them or none. The caller has looked at the rights, and keeps the keys: a list is corrected by them."""
    keys = [StayKeys(key, exit_key_of(key)) for key in (uuid.uuid4() for _stay in stays)]
    batch = [
        NewPresence(key, stay.place, stay.subject, direction, means, device_at=moment)
        for stay, pair in zip(stays, keys, strict=True)
        for key, direction, moment in [(pair.entry, Direction.IN, stay.begins), (pair.exit, Direction.OUT, stay.ends)]
    ]
    for outcome in record_presence(batch, actor=actor, at=at, is_permitted=True):
        if isinstance(outcome, NotKept):
            raise ListNotKeptError(str(outcome.reason))
    return keys


@transaction.atomic
def withdraw_presence(keys: Collection[uuid.UUID], *, actor: User | None, at: datetime.datetime) -> int:
    """The sightings stay written and count no more; the stays around them are computed again. Returns how many were
    withdrawn now."""
    events = list(PresenceEvent.objects.filter(pk__in=list(keys), withdrawal__isnull=True).defer("temperature_c"))
    if not events:
        return 0
    by = actor.pk if actor else None
    PresenceWithdrawal.objects.bulk_create(
        [PresenceWithdrawal(event=event, withdrawn_at=at, withdrawn_by_id=by) for event in events], batch_size=500
    )
    compute_stays(events, PRESENCE.current().in_force(at.astimezone(ZONE).date()))
    for place in Place.objects.filter(pk__in={event.place_id for event in events}).select_related("site"):
        count = sum(event.place_id == place.pk for event in events)
        record(
            "screening.withdraw_presence",
            actor=actor,
            at=at,
            subject=place,
            unit_id=place.site.unit_id,
            detail={"sightings": count},
        )
    return len(events)
