"""Where people were is forgotten when its time is over."""

import datetime

from django.db import transaction
from django.db.models import Q

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE, moment
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.rulebook import PLACE_HISTORY


@transaction.atomic
def erase_presence(*, at: datetime.datetime) -> int:
    """Stays and sightings older than the rule keeps them, with the leaving of a stay that began before; returns how
    many sightings. What is written later never reaches back so far, so that no stay loses a half."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=PLACE_HISTORY.current().in_force(today).keep_days)
    stays = Presence.objects.filter(day__lt=first_kept)
    begin = moment(first_kept, datetime.time())
    is_old = Q(occurred_at__lt=begin) | Q(pk__in=stays.filter(left_at__gte=begin).values("exit_key"))
    erased, _by_model = PresenceEvent.objects.filter(is_old).delete()
    stays.delete()
    if erased:
        record(
            "screening.erase_presence",
            actor=None,
            at=at,
            subject=("screening.presence", first_kept.isoformat()),
            detail={"sightings": erased},
        )
    return erased
