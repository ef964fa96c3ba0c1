"""Reads of accounts: finding a user to sign in, one's own sessions and tokens, the accounts that one administers."""

import datetime
import time
import uuid
from collections.abc import Iterable

from axes.helpers import get_cool_off
from axes.models import AccessAttempt
from django.db.models import Max, Q, QuerySet

from vungxanh.accounts.models import AccessToken, User, UserSession
from vungxanh.accounts.phones import PhoneError, normalized
from vungxanh.common.directory import directory
from vungxanh.common.encryption import digest
from vungxanh.common.vietnamese import folded

REFRESH_SECONDS = 5
"""A revoked token is refused at the latest after so long."""


def all_user_by_name_or_phone(text: str) -> User | None:
    """By user name, else by telephone number."""
    found = User.objects.filter(username=text.strip().casefold()).first()
    if found:
        return found
    try:
        return User.objects.filter(phone_digest=digest(normalized(text))).first()
    except PhoneError:
        return None


def spelled(text: str) -> str:
    """A name or number as typed, in one spelling."""
    try:
        return normalized(text)
    except PhoneError:
        return text.strip().casefold()


def all_locked_until(name: str, address: str | None) -> datetime.datetime | None:
    """When signing in opens again for the spelled name from the address; None where nothing was tried."""
    tried = AccessAttempt.objects.filter(username=name, ip_address=address).aggregate(last=Max("attempt_time"))
    return tried["last"] + get_cool_off() if tried["last"] else None


def accounts_visible_to(viewer: User, *, on: datetime.date, search: str = "", state: str = "") -> QuerySet[User]:
    """The accounts that the viewer administers, by user name. `state` is `open`, `closed` or `new`."""
    found: QuerySet[User] = directory().accounts_administered_by(viewer, on=on)
    for word in search.split():
        found = found.filter(_matches(word))
    states = {
        "open": Q(is_active=True),
        "closed": Q(is_active=False),
        "new": Q(is_active=True, must_change_password=True),
    }
    return found.filter(states.get(state, Q())).order_by("username")


def _matches(word: str) -> Q:
    try:
        return Q(phone_digest=digest(normalized(word)))
    except PhoneError:
        return Q(username__contains=word.casefold()) | Q(search_name__contains=folded(word))


def sessions_of(viewer: User, *, at: datetime.datetime) -> QuerySet[UserSession]:
    return UserSession.objects.filter(user=viewer, expire_date__gt=at).order_by("-seen_at", "-started_at")


def tokens_of(viewer: User, *, at: datetime.datetime) -> QuerySet[AccessToken]:
    """Of devices and of applications, those that still open something."""
    return AccessToken.objects.filter(user=viewer, expires_at__gt=at, revoked_at__isnull=True).order_by("-created_at")


class Revocations:
    """Ids of revoked tokens that have not expired: a small set, read again every few seconds."""

    def __init__(self) -> None:
        self._ids: frozenset[uuid.UUID] = frozenset()
        self._read_at = float("-inf")

    def contains(self, token_id: uuid.UUID, *, at: datetime.datetime) -> bool:
        if time.monotonic() - self._read_at > REFRESH_SECONDS:
            self._ids = frozenset(_revoked(at))
            self._read_at = time.monotonic()
        return token_id in self._ids

    def forget(self) -> None:
        self._read_at = float("-inf")


def _revoked(at: datetime.datetime) -> Iterable[uuid.UUID]:
    rows = AccessToken.objects.filter(revoked_at__isnull=False, expires_at__gt=at)
    return rows.values_list("pk", flat=True)


revocations = Revocations()
