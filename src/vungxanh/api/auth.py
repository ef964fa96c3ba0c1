"""Who asks: the bearer of a token, or the user of a session whose page asks."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security import HttpBearer
from ninja.security.apikey import APIKeyCookie
from ninja.utils import check_csrf

from vungxanh.accounts import tokens
from vungxanh.accounts.models import User
from vungxanh.api.problems import ProblemError
from vungxanh.common import clock


class TokenAuth(HttpBearer):
    """A token that is sent and not good is refused, whatever session there is."""

    def __call__(self, request: HttpRequest) -> User | None:
        found = super().__call__(request)
        if found is None and self.header in request.headers:
            raise ProblemError(401, _("The access token is not valid or has expired."))
        return _with_own_password(found)

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        try:
            user = tokens.user_of(tokens.verified(token, at=clock.real_now()))
        except tokens.TokenError:
            return None
        if user:
            request.user = user
        return user


class SessionAuth(APIKeyCookie):
    """A browser sends its cookie by itself, so whatever changes something proves that our page asked."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> User | None:
        if not isinstance(request.user, User):
            return None
        if check_csrf(request):
            raise ProblemError(403, _("The request did not come from a page of ours; load the page again."))
        return _with_own_password(request.user)

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        return request.user if isinstance(request.user, User) else None


def _with_own_password(user: User | None) -> User | None:
    if user and user.must_change_password:
        raise ProblemError(403, _("Choose your own password first, on the page of your account."))
    return user


def asking(request: HttpRequest) -> User:
    """The user of an operation that only signed-in users reach."""
    assert isinstance(request.user, User)
    return request.user
