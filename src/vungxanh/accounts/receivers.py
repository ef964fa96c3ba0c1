"""What accounts does when somebody signs in or out."""

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common import clock


@receiver(user_logged_in)
def note_sign_in(sender: object, user: User, **_: object) -> None:
    record("accounts.sign_in", actor=user, at=clock.now(), subject=user)


@receiver(user_logged_out)
def note_sign_out(sender: object, user: User | None, **_: object) -> None:
    if user is not None:
        record("accounts.sign_out", actor=user, at=clock.now(), subject=user)
