"""The API put together: its operations, who may ask, and how every refusal leaves."""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError
from ninja.openapi.schema import OpenAPISchema
from ninja.renderers import JSONRenderer

from vungxanh.api import (
    campaigns,
    commendation,
    control_room,
    declarations,
    devices,
    federation,
    gates,
    production,
    questionnaires,
    tokens,
    units,
    zones,
)
from vungxanh.api.auth import SessionAuth, TokenAuth
from vungxanh.api.faults import faults_of
from vungxanh.api.problems import MEDIA_TYPE, ProblemError, problem
from vungxanh.api.reading import StrictParser
from vungxanh.common import disk

FULL_DISK = _("The disk of the server is full; nothing was kept. Send it again later.")


class PlainRenderer(JSONRenderer):
    """Vietnamese as it is written, not as escapes."""

    json_dumps_params = {"ensure_ascii": False}


class Api(NinjaAPI):
    """Ninja's, whose description calls problems by their own media type."""

    def get_openapi_schema(self, *, path_prefix: str | None = None, **more: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(path_prefix=path_prefix, **more)
        for operations in schema["paths"].values():
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if int(status) >= 400 and "application/json" in response.get("content", {}):
                        response["content"] = {MEDIA_TYPE: response["content"].pop("application/json")}
        return schema


api = Api(
    title="Vùng Xanh",
    version="1",
    description="Errors are RFC 9457 problems in Vietnamese or English by Accept-Language. Times carry their offset.",
    urls_namespace="api:v1",
    docs_url=None,
    auth=[TokenAuth(), SessionAuth()],
    parser=StrictParser(),
    renderer=PlainRenderer(),
)
PARTS = (
    tokens,
    devices,
    questionnaires,
    declarations,
    units,
    zones,
    control_room,
    gates,
    federation,
    production,
    campaigns,
    commendation,
)
for part in PARTS:
    api.add_router("", part.router)


@api.exception_handler(ProblemError)
def refuse(request: HttpRequest, error: ProblemError) -> HttpResponse:
    return problem(error.status, error.detail, faults=error.faults, challenge=error.challenge)


@api.exception_handler(ShapeError)
def refuse_shape(request: HttpRequest, error: ShapeError) -> HttpResponse:
    return problem(422, faults=faults_of(error.errors))


@api.exception_handler(HttpError)
def refuse_reading(request: HttpRequest, error: HttpError) -> HttpResponse:
    """What the parser refused comes wrapped; the rest is ninja's own."""
    cause = error.__cause__
    return refuse(request, cause) if isinstance(cause, ProblemError) else problem(error.status_code)


@api.exception_handler(AuthenticationError)
def refuse_stranger(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    return problem(401)


@api.exception_handler(PermissionDenied)
def refuse_unpermitted(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    return problem(403, str(error))


@api.exception_handler(DatabaseError)
def refuse_on_full_disk(request: HttpRequest, error: DatabaseError) -> HttpResponse:
    """Whatever was written before goes back with its transaction. Any other fault of the database goes on."""
    if not disk.is_full(error):
        raise error
    response = problem(503, FULL_DISK)
    response.headers["Retry-After"] = "60"
    return response


@api.exception_handler(Http404)
def refuse_unknown(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404)


@api.exception_handler(ValidationError)
def refuse_operation(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """An operation said no, in words."""
    return problem(422, " ".join(error.messages))
