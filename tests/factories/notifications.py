"""Notifications, as small as they can be; their topics stand for those of the modules above."""

import datetime
from typing import Any

from vungxanh.accounts.models import User
from vungxanh.notifications.models import Delivery, Notification


def make_notification(recipient: User, key: str = "1", *, at: datetime.datetime, **more: Any) -> Notification:
    given = {"topic": "canteen.menu", "title": "Thực đơn đã đổi", "address": "/quy-tac/"}
    return Notification.objects.create(recipient=recipient, key=key, made_at=at, **{**given, **more})


def make_delivery(notification: Notification, channel: str = "EMAIL", **more: Any) -> Delivery:
    return Delivery.objects.create(
        notification=notification, channel=channel, **{"next_at": notification.made_at, **more}
    )
