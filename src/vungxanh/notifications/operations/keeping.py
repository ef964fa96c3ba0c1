"""Notifications are forgotten when the time of the rule is over."""

import datetime

from django.db import transaction

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE, moment
from vungxanh.notifications.channels import erase_texts
from vungxanh.notifications.models import Notification
from vungxanh.notifications.rulebook import SENDING


@transaction.atomic
def erase_old(*, at: datetime.datetime) -> int:
    """With their deliveries and with text messages that no gateway took away; returns how many notifications."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=SENDING.current().in_force(today).keep_days)
    limit = moment(first_kept, datetime.time())
    _all, by_model = Notification.objects.filter(made_at__lt=limit).delete()
    erased, texts = by_model.get("notifications.Notification", 0), erase_texts(before=limit.timestamp())
    if erased or texts:
        subject = ("notifications.notification", first_kept.isoformat())
        detail = {"notifications": erased, "texts": texts}
        record("notifications.erase", actor=None, at=at, subject=subject, detail=detail)
    return erased
