"""Of versions that were replaced the agencies are taken out after some days; what the whole came to stays."""

import datetime

from django.db import transaction
from django.db.models import OuterRef, Subquery

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.federation.models import OwnRollup, ReceivedRollup
from vungxanh.federation.rulebook import FEDERATION

AT_ONCE = 200


@transaction.atomic
def thin_out(*, at: datetime.datetime) -> int:
    """Of how many versions, of those that were received and of those that were sent."""
    today = at.astimezone(ZONE).date()
    until = today - datetime.timedelta(days=FEDERATION.current().in_force(today).detail_days)
    thinned = ReceivedRollup.objects.filter(day__lt=until, is_current=False).exclude(agencies=[]).update(agencies=[])
    same_day = OwnRollup.objects.filter(unit=OuterRef("unit"), day=OuterRef("day")).order_by("-version")
    replaced = OwnRollup.objects.filter(day__lt=until).exclude(pk=Subquery(same_day.values("pk")[:1]))
    for one in replaced.exclude(content__agencies=[]).iterator(chunk_size=AT_ONCE):
        OwnRollup.objects.filter(pk=one.pk).update(content={**one.content, "agencies": []})
        thinned += 1
    if thinned:
        subject = ("federation.rollup", until.isoformat())
        record("federation.thin_out", actor=None, at=at, subject=subject, detail={"deliveries": thinned})
    return thinned
