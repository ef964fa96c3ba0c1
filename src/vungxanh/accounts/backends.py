"""Signing in by user name or by phone number."""

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from vungxanh.accounts.models import User
from vungxanh.accounts.queries import all_user_by_name_or_phone, spelled


class NameOrPhoneBackend(BaseBackend):
    """Finds the user by name, or by the digest of a phone number."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: object
    ) -> User | None:
        if not username or password is None:
            return None
        user = all_user_by_name_or_phone(username)
        if user is None:
            # An unknown name costs as much time as a wrong password, so that neither can be told from the other.
            User().set_password(password)
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()


def attempted_name(request: HttpRequest, credentials: dict[str, str] | None) -> str:
    """Under which name the lock-out counts: one for all spellings of a telephone number."""
    text = (credentials or {}).get("username") or request.POST.get("username", "")
    return spelled(text)[:255]
