"""Activation slips: a printed code that signs somebody in once, without a password, and makes the phone their own."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import ActivationSlip, User
from vungxanh.audit import operations as audit
from vungxanh.common.codes import canonical_code, fresh_code
from vungxanh.common.encryption import digest

LIFE = datetime.timedelta(days=14)
UNKNOWN = _("This code is not one of ours. Compare it with the slip, letter by letter.")
CLOSED = _("The account of this slip is closed; ask Personnel.")
EXPIRED = _("This slip has expired; ask Personnel for a new one.")
USED = _("This slip was used already. If that was not you, tell Personnel at once.")
WITHDRAWN = _("A newer slip was printed in the place of this one; use that one.")


class SlipError(ValueError):
    """The slip signs nobody in; `words` say why."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(str(words))
        self.words = words


@dataclass(frozen=True, slots=True)
class PrintedSlip:
    """Shown once, on the sheet; the code is stored nowhere readable."""

    user: User
    code: str
    expires_at: datetime.datetime


@transaction.atomic
def make_slips(
    users: Collection[User], *, at: datetime.datetime, real: datetime.datetime, actor: User
) -> list[PrintedSlip]:
    """One for each, in the place of the one that is still open. Who may do this for whom is asked by the caller."""
    ids = [user.pk for user in users]
    open_ones = ActivationSlip.objects.filter(user_id__in=ids, used_at__isnull=True, withdrawn_at__isnull=True)
    open_ones.update(withdrawn_at=real)
    made = [PrintedSlip(user, fresh_code(), real + LIFE) for user in users]
    ActivationSlip.objects.bulk_create(
        ActivationSlip(user=one.user, code_digest=_digest(one.code), created_at=real, expires_at=one.expires_at)
        for one in made
    )
    audit.record_all([audit.event("accounts.make_slip", actor=actor, at=at, subject=one.user) for one in made])
    return made


def owner_of(code: str, *, real: datetime.datetime) -> User:
    """Whom the slip would sign in. Raises SlipError."""
    return _usable(code, real).user


def use_slip(code: str, *, at: datetime.datetime, real: datetime.datetime) -> User:
    """Once: of two who come at the same moment, one is refused. A one-time password that was never used is void.

    Raises SlipError; that a known slip was refused stays in the trail.
    """
    try:
        with transaction.atomic():
            return _used(code, at, real)
    except SlipError as error:
        slip = _found(code)
        if slip:
            audit.record(
                "accounts.refuse_slip", actor=None, at=at, subject=slip.user, detail={"reason": str(error.words)}
            )
        raise


def _used(code: str, at: datetime.datetime, real: datetime.datetime) -> User:
    slip = _usable(code, real)
    mine = ActivationSlip.objects.filter(pk=slip.pk, used_at__isnull=True, withdrawn_at__isnull=True)
    if not mine.update(used_at=real):
        raise SlipError(USED)
    user = slip.user
    if user.must_change_password:
        user.set_unusable_password()
        user.must_change_password = False
        user.save(update_fields=["password", "must_change_password"])
    audit.record("accounts.use_slip", actor=user, at=at, subject=user)
    return user


def _usable(code: str, real: datetime.datetime) -> ActivationSlip:
    slip = _found(code)
    if slip is None:
        raise SlipError(UNKNOWN)
    if slip.used_at:
        raise SlipError(USED)
    if slip.withdrawn_at:
        raise SlipError(WITHDRAWN)
    if slip.expires_at <= real:
        raise SlipError(EXPIRED)
    if not slip.user.is_active:
        raise SlipError(CLOSED)
    return slip


def _found(code: str) -> ActivationSlip | None:
    return ActivationSlip.objects.select_related("user").filter(code_digest=_digest(code)).first()


def _digest(code: str) -> str:
    return digest(f"slip:{canonical_code(code)}")
