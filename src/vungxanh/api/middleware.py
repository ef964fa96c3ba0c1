"""What holds for every answer under /api/ and /fhir/: the language asked for, no storing, each refusal in its form."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

from vungxanh.accounts import proofs
from vungxanh.api.bounds import FHIR_ROOT, LARGEST_BODY, ROOT
from vungxanh.api.fhir.elements import MEDIA_TYPE as FHIR_MEDIA_TYPE
from vungxanh.api.fhir.outcomes import outcome
from vungxanh.api.problems import MEDIA_TYPE, problem
from vungxanh.common import clock

Refuse = Callable[[int], HttpResponse]
OF_THE_OLD_BODY = frozenset({"content-type", "content-length", "content-encoding", "etag"})


class ApiMiddleware:
    """Stands outermost, so that also what other middleware refuses in HTML leaves as a problem."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        refused = _form_of_refusals(request.path_info)
        if refused is None:
            return self.get_response(request)
        media_type, refuse = refused
        with translation.override(translation.get_language_from_request(request)):
            response = self.get_response(request)
        if response.status_code >= 400 and response.headers.get("Content-Type") != media_type:
            with translation.override(translation.get_language_from_request(request)):
                response = _as_refusal(response, refuse)
        if request.headers.get("Authorization", "").lower().startswith("dpop "):
            response.headers["DPoP-Nonce"] = proofs.fresh_nonce(at=clock.real_now())
        response.headers.setdefault("Cache-Control", "no-store")
        patch_vary_headers(response, ("Accept-Language", "Authorization", "Cookie"))
        return response

    def process_view(self, request: HttpRequest, *_: object) -> HttpResponse | None:
        """The language goes before that of the account: an application asks for the one that it shows."""
        if _form_of_refusals(request.path_info) is None:
            return None
        translation.activate(translation.get_language_from_request(request))
        return _refused_by_length(request)


def _refused_by_length(request: HttpRequest) -> HttpResponse | None:
    length = request.headers.get("Content-Length", "")
    if "Transfer-Encoding" in request.headers and not length:
        return problem(411)
    return problem(413) if length.isdigit() and int(length) > LARGEST_BODY else None


def _form_of_refusals(path: str) -> tuple[str, Refuse] | None:
    """The media type of refusals, and what makes one; None where pages are."""
    if path.startswith(ROOT):
        return MEDIA_TYPE, problem
    return (FHIR_MEDIA_TYPE, outcome) if path.startswith(FHIR_ROOT) else None


def _as_refusal(response: HttpResponse, refuse: Refuse) -> HttpResponse:
    made = refuse(response.status_code)
    for name, value in response.headers.items():
        if name.lower() not in OF_THE_OLD_BODY:
            made.headers[name] = value
    return made
