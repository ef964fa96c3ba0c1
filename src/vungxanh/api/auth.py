"""Who asks: the bearer of a token, or the user of a session whose page asks."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja.security.apikey import APIKeyCookie
from ninja.security.http import HttpAuthBase
from ninja.utils import check_csrf

from vungxanh.accounts import proofs, tokens
from vungxanh.accounts.bearers import bearer_of
from vungxanh.accounts.models import User
from vungxanh.api.problems import ProblemError
from vungxanh.common import clock

NOT_VALID = _("The access token is not valid or has expired.")


class TokenAuth(HttpAuthBase):
    """`Bearer`, or `DPoP` for a token that is bound to a device (RFC 9449).

    A token that is sent and not good is refused, whatever session there is.
    """

    openapi_scheme = "bearer"

    def __call__(self, request: HttpRequest) -> User | None:
        try:
            found = bearer_of(request, at=clock.real_now())
        except (tokens.TokenError, proofs.ProofError) as error:
            raise ProblemError(401, NOT_VALID, challenge=_challenge(error)) from error
        if found is None and "Authorization" in request.headers:
            raise ProblemError(401, NOT_VALID)
        if found is None:
            return None
        request.user, request.token_id = found.user, found.token_id  # type: ignore[attr-defined]
        return _with_own_password(found.user)


def _challenge(error: Exception) -> str:
    """What a device does next: ask with the nonce of this answer, forget everything, or sign in again."""
    if isinstance(error, proofs.NonceError):
        return 'DPoP error="use_dpop_nonce"'
    if isinstance(error, tokens.RevokedError):
        return 'DPoP error="invalid_token", error_description="revoked"'
    return 'DPoP error="invalid_token"'


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
