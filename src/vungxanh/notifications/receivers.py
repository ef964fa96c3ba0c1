"""What notifications do when accounts announce a change."""

import datetime

from django.dispatch import receiver

from vungxanh.accounts.models import User
from vungxanh.accounts.signals import device_shut_out
from vungxanh.notifications.operations import forget_devices


@receiver(device_shut_out)
def follow_shut_out(sender: object, *, user: User, device: str | None, at: datetime.datetime, **_more: object) -> None:
    forget_devices(user, device, at=at)
