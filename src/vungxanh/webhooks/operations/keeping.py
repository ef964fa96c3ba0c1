"""Events whose time is over are erased, and secrets that do not sign any more."""

import datetime

from django.db import transaction

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE, moment
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.queries import OPEN
from vungxanh.webhooks.rulebook import WEBHOOKS


@transaction.atomic
def erase_old(*, at: datetime.datetime) -> int:
    """What was received or given up, written before the days of the rule; returns how many. What waits stays."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=WEBHOOKS.current().in_force(today).keep_days)
    old = WebhookDelivery.objects.filter(written_at__lt=moment(first_kept, datetime.time())).exclude(state__in=OPEN)
    erased, _by_model = old.delete()
    over = Subscription.objects.filter(old_secret_until__lte=at)
    secrets = over.update(old_secret="", old_secret_until=None)
    if erased or secrets:
        subject = ("webhooks.webhookdelivery", first_kept.isoformat())
        record("webhooks.erase", actor=None, at=at, subject=subject, detail={"deliveries": erased, "secrets": secrets})
    return erased
