"""What follows in the same transaction: a pass when a level changes, a visit when a gate saw its guest."""

import datetime
import uuid
from collections.abc import Collection, Mapping, Sequence

from django.dispatch import receiver

from vungxanh.accounts.models import User
from vungxanh.admission.operations.passes import follow_levels
from vungxanh.admission.operations.visits import follow_stays
from vungxanh.risk.signals import levels_changed
from vungxanh.screening.models import PresenceEvent
from vungxanh.screening.signals import stays_changed


@receiver(levels_changed)
def follow_changed_levels(
    sender: object, *, subjects: Collection[uuid.UUID], at: datetime.datetime, **_: object
) -> None:
    follow_levels(subjects, at=at)


@receiver(stays_changed)
def follow_seen_visitors(
    sender: object,
    *,
    events: Sequence[PresenceEvent],
    actors: Mapping[int, User],
    at: datetime.datetime,
    **_: object,
) -> None:
    follow_stays(events, actors, at=at)
