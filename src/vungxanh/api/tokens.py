"""Access tokens: a user name and a password against a token of some hours."""

import datetime
from typing import Annotated

from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Router
from pydantic import BaseModel, Field

from vungxanh.accounts import operations
from vungxanh.accounts.models import User
from vungxanh.api.problems import Problem, ProblemError
from vungxanh.api.schemas import Incoming, local
from vungxanh.common import clock

router = Router(tags=["tokens"])


class SignIn(Incoming):
    """`username`: the user name or the telephone number."""

    username: Annotated[str, Field(min_length=1, max_length=60)]
    password: Annotated[str, Field(min_length=1, max_length=200)]


class TokenOut(BaseModel):
    token: str
    expires_at: datetime.datetime


@router.post(
    "/tokens", auth=None, response={200: TokenOut, **dict.fromkeys((400, 401, 403, 413, 415, 422, 429), Problem)}
)
def issue_token(request: HttpRequest, sign_in: SignIn) -> dict[str, object]:
    """A token for `Authorization: Bearer`. After several wrong passwords signing in is closed for a while (429)."""
    user = authenticate(request, username=sign_in.username, password=sign_in.password)
    if getattr(request, "axes_locked_out", False):
        raise ProblemError(429, _("Signing in under this name is closed for a while after several wrong attempts."))
    if not isinstance(user, User):
        raise ProblemError(401, _("The name or the password is not right."))
    if user.must_change_password:
        raise ProblemError(403, _("Choose your own password first, on the page of your account."))
    device = request.headers.get("User-Agent", "")
    token, row = operations.issue_token(user, at=clock.now(), real=clock.real_now(), device=device)
    return {"token": token, "expires_at": local(row.expires_at)}
