"""Addresses of the API. Its operations are open to the middleware and ask for themselves who is there."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from vungxanh.api.application import api
from vungxanh.api.fhir.application import fhir
from vungxanh.api.fhir.outcomes import outcome
from vungxanh.api.problems import problem


@csrf_exempt
@login_not_required
def unknown(request: HttpRequest, **_: object) -> HttpResponse:
    """Any other address under /api/."""
    return problem(404)


@csrf_exempt
@login_not_required
def unknown_resource(request: HttpRequest, **_: object) -> HttpResponse:
    """Any other address under /fhir/."""
    return outcome(404)


patterns, _app, _namespace = api.urls
resources, _app, _namespace = fhir.urls
for pattern in [*patterns, *resources]:
    # Ninja exempts its views from the check of forms; SessionAuth checks where a cookie speaks.
    pattern.callback = login_not_required(pattern.callback)  # type: ignore[type-var]

app_name = "api"
urlpatterns = [
    path("api/v1/", include((patterns, "ninja"), namespace="v1")),
    path("fhir/R4/", include((resources, "ninja"), namespace="fhir")),
    re_path(r"^api/", unknown, name="unknown"),
    re_path(r"^fhir/", unknown_resource, name="unknown_resource"),
]
