"""What is done to accounts: making, changing passwords, ending sessions and tokens, opening and closing."""

import datetime

from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.password_validation import validate_password
from django.db import transaction

from vungxanh.accounts import tokens
from vungxanh.accounts.models import AccessToken, ActivationSlip, User, UserSession
from vungxanh.accounts.permissions import may_administer_account
from vungxanh.accounts.phones import normalized
from vungxanh.accounts.queries import revocations
from vungxanh.accounts.signals import device_shut_out
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.codes import fresh_code
from vungxanh.common.encryption import digest
from vungxanh.common.vietnamese import canonical, folded

ATTEMPTS_KEPT = datetime.timedelta(days=1)
SIGN_INS_KEPT = datetime.timedelta(days=90)
SLIPS_KEPT = datetime.timedelta(days=30)
"""After they expired: for so long somebody with an old slip is told what is wrong with it."""


@transaction.atomic
def create_user(
    username: str,
    *,
    full_name: str,
    password: str | None,
    at: datetime.datetime,
    phone: str = "",
    email: str = "",
    must_change_password: bool = True,
    actor: User | None = None,
) -> User:
    """A new account without any role; without a password only a slip signs in. Raises IntegrityError where the name or
    the phone is taken."""
    number = normalized(phone) if phone else ""
    name = canonical(full_name)
    user = User(
        username=username.strip().casefold(),
        full_name=name,
        search_name=folded(name)[:160],
        phone=number,
        phone_digest=digest(number) if number else None,
        email=email,
        must_change_password=must_change_password,
        created_at=at,
    )
    user.set_password(password)
    user.save(force_insert=True)
    record("accounts.create_user", actor=actor, at=at, subject=user)
    return user


def note_sign_in(user: User, *, at: datetime.datetime) -> None:
    record("accounts.sign_in", actor=user, at=at, subject=user)


def note_sign_out(user: User, *, at: datetime.datetime) -> None:
    record("accounts.sign_out", actor=user, at=at, subject=user)


@transaction.atomic
def change_password(user: User, password: str, *, at: datetime.datetime, keep_session: str | None = None) -> None:
    """The user's own new password ends every other session and every token."""
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    _shut_out(user, at=at, keep_session=keep_session)
    record("accounts.change_password", actor=user, at=at, subject=user)


@transaction.atomic
def reset_password(user: User, *, at: datetime.datetime, actor: User) -> str:
    """A one-time password, returned once and never stored readable; its owner must change it at once.

    It also ends a lock-out: whoever forgot the password has usually tried too often.
    """
    may_administer_account(actor, user, on=at.astimezone(ZONE).date()).or_refuse()
    password = fresh_code()
    user.set_password(password)
    user.must_change_password = True
    user.save(update_fields=["password", "must_change_password"])
    _shut_out(user, at=at)
    AccessAttempt.objects.filter(username__in=[user.username, user.phone or user.username]).delete()
    record("accounts.reset_password", actor=actor, at=at, subject=user)
    return password


@transaction.atomic
def set_active(user: User, active: bool, *, at: datetime.datetime, actor: User) -> None:
    """A closed account is signed out everywhere at once; its history stays."""
    may_administer_account(actor, user, on=at.astimezone(ZONE).date()).or_refuse()
    user.is_active = active
    user.save(update_fields=["is_active"])
    if not active:
        _shut_out(user, at=at)
    record("accounts.open_account" if active else "accounts.close_account", actor=actor, at=at, subject=user)


@transaction.atomic
def set_language(user: User, language: str, *, at: datetime.datetime) -> None:
    user.language = language
    user.save(update_fields=["language"])
    record("accounts.set_language", actor=user, at=at, subject=user, detail={"language": language})


@transaction.atomic
def end_sessions(user: User, *, at: datetime.datetime, only: str | None = None, keep: str | None = None) -> int:
    """End the session with the handle `only`, or all but the one with the key `keep`; returns how many."""
    rows = UserSession.objects.filter(user=user)
    ending = [row.pk for row in rows if (row.handle == only if only else row.pk != keep)]
    UserSession.objects.filter(pk__in=ending).delete()
    if ending:
        record("accounts.end_sessions", actor=user, at=at, subject=user, detail={"ended": len(ending)})
    return len(ending)


@transaction.atomic
def issue_token(
    user: User, *, at: datetime.datetime, real: datetime.datetime, device: str = "", key_thumbprint: str = ""
) -> tuple[str, AccessToken]:
    """`real` is the real moment, by which the token lives; `at` the agency's, by which it is written down.

    With `key_thumbprint` it is bound to a device; the same device again has the same token for longer, so that an
    answer that was lost on the way costs nothing.
    """
    expires = real + (tokens.LIFE_ON_DEVICE if key_thumbprint else tokens.LIFE)
    same = AccessToken.objects.filter(user=user, key_thumbprint=key_thumbprint, revoked_at__isnull=True)
    token = same.select_for_update().first() if key_thumbprint else None
    if token:
        token.expires_at = expires
        token.save(update_fields=["expires_at"])
    else:
        token = AccessToken.objects.create(
            user=user, created_at=real, expires_at=expires, device=device[:200], key_thumbprint=key_thumbprint
        )
    action = "accounts.register_device" if key_thumbprint else "accounts.issue_token"
    record(action, actor=user, at=at, subject=token, subject_name=user.full_name)
    return tokens.signed(token), token


@transaction.atomic
def revoke_token(token: AccessToken, *, at: datetime.datetime, actor: User) -> None:
    AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=at)
    revocations.forget()
    record("accounts.revoke_token", actor=actor, at=at, subject=token, subject_name=actor.full_name)
    if token.device:
        device_shut_out.send(AccessToken, user=token.user, device=token.device, at=at)


@transaction.atomic
def sign_out_everywhere(user: User, *, at: datetime.datetime, actor: User) -> None:
    """A lost telephone: every browser is signed out, every device forgets what it kept."""
    may_administer_account(actor, user, on=at.astimezone(ZONE).date()).or_refuse()
    _shut_out(user, at=at)
    record("accounts.sign_out_everywhere", actor=actor, at=at, subject=user)
    device_shut_out.send(User, user=user, device=None, at=at)


@transaction.atomic
def purge_expired(*, real: datetime.datetime) -> None:
    """Sessions and tokens that have ended by themselves, and the traces of signing in that no longer matter."""
    UserSession.objects.filter(expire_date__lt=real).delete()
    AccessToken.objects.filter(expires_at__lt=real).delete()
    ActivationSlip.objects.filter(expires_at__lt=real - SLIPS_KEPT).delete()
    AccessAttempt.objects.filter(attempt_time__lt=real - ATTEMPTS_KEPT).delete()
    AccessLog.objects.filter(attempt_time__lt=real - SIGN_INS_KEPT).delete()


def _shut_out(user: User, *, at: datetime.datetime, keep_session: str | None = None) -> None:
    UserSession.objects.filter(user=user).exclude(pk=keep_session or "").delete()
    AccessToken.objects.filter(user=user, revoked_at__isnull=True).update(revoked_at=at)
    revocations.forget()
