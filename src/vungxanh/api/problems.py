"""Refusals of the API as RFC 9457 problem details, in the language of the request."""

from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpResponse, JsonResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, Field

MEDIA_TYPE = "application/problem+json"
Words = str | Promise

TITLES: dict[int, Promise] = {
    400: _("The request cannot be read"),
    401: _("Sign in first"),
    403: _("Not allowed"),
    404: _("There is nothing here"),
    405: _("This address does not take that method"),
    409: _("Something else stands there already"),
    411: _("The request must say how long it is"),
    413: _("The request is too large"),
    415: _("The body must be JSON"),
    422: _("Something in the request is not right; nothing was kept"),
    429: _("Too many requests"),
    500: _("A fault on our side; nothing was kept"),
    503: _("Not available at the moment"),
}


class Fault(BaseModel):
    """What is wrong in one place. `pointer` is a JSON pointer into the body, or `/name` of a parameter."""

    pointer: str
    detail: str


class Problem(BaseModel):
    """RFC 9457. `errors` says per field what is wrong."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[Fault] = Field(default_factory=list)


class ProblemError(Exception):
    """Ends a request with a problem. `challenge` is what a 401 asks for (RFC 9110, WWW-Authenticate)."""

    def __init__(
        self,
        status: int,
        detail: Words = "",
        *,
        faults: Sequence[tuple[str, Words]] = (),
        challenge: str = "Bearer",
    ) -> None:
        super().__init__(status, detail)
        self.status, self.detail, self.faults, self.challenge = status, detail, tuple(faults), challenge


def problem(
    status: int, detail: Words = "", *, faults: Sequence[tuple[str, Words]] = (), challenge: str = "Bearer"
) -> HttpResponse:
    content = Problem(
        title=str(TITLES.get(status) or HTTPStatus(status).phrase),
        status=status,
        detail=str(detail),
        errors=[Fault(pointer=pointer, detail=str(words)) for pointer, words in faults],
    )
    response = JsonResponse(
        content.model_dump(), status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False}
    )
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = challenge
    return response
