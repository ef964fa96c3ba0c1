"""Refusals as OperationOutcome, in the language of the request."""

from django.http import HttpResponse, JsonResponse

from vungxanh.api.fhir.elements import MEDIA_TYPE, Json
from vungxanh.api.problems import TITLES, Words

CODES = {
    400: "structure",
    401: "login",
    403: "forbidden",
    404: "not-found",
    405: "not-supported",
    413: "too-long",
    415: "not-supported",
    422: "invalid",
    429: "throttled",
    503: "transient",
}
"""Of the value set IssueType."""


def outcome(status: int, detail: Words = "", *, challenge: str = "Bearer") -> HttpResponse:
    words = ": ".join(str(part) for part in (TITLES.get(status, TITLES[500]), detail) if part)
    issue: Json = {"severity": "error", "code": CODES.get(status, "exception"), "details": {"text": words}}
    response = resource({"resourceType": "OperationOutcome", "issue": [issue]}, status=status)
    if status == 401:
        response.headers["WWW-Authenticate"] = challenge
    return response


def resource(content: Json, *, status: int = 200) -> HttpResponse:
    return JsonResponse(content, status=status, content_type=MEDIA_TYPE, json_dumps_params={"ensure_ascii": False})
