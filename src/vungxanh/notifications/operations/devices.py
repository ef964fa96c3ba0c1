"""Devices that take messages: one's own browser asked for it, and it can be taken back."""

import datetime

from django.db import transaction

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.encryption import digest
from vungxanh.notifications.models import PushDevice


@transaction.atomic
def add_device(
    user: User, *, endpoint: str, public_key: str, secret: str, device: str, at: datetime.datetime
) -> PushDevice:
    """The same browser again keeps one row, and belongs to whoever asked last."""
    given = {"user": user, "endpoint": endpoint, "public_key": public_key, "secret": secret, "device": device[:200]}
    made, _new = PushDevice.objects.update_or_create(
        endpoint_digest=digest(f"push:{endpoint}"), defaults={**given, "made_at": at}
    )
    record("notifications.add_device", actor=user, at=at, subject=made)
    return made


@transaction.atomic
def forget_devices(user: User, device: str | None, *, at: datetime.datetime) -> None:
    """The browser that names itself so was shut out, or with None all of the user's: a lost telephone says no more.
    Two browsers of the same name are both forgotten; the one in hand asks again."""
    mine = PushDevice.objects.filter(user=user)
    for one in mine if device is None else mine.filter(device=device[:200]):
        remove_device(one, actor=user, at=at)


@transaction.atomic
def remove_device(device: PushDevice, *, actor: User, at: datetime.datetime) -> None:
    record("notifications.remove_device", actor=actor, at=at, subject=device)
    device.delete()
