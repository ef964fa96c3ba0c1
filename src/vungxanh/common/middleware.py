"""Addresses that lead to no page: unreadable ones, those of forms alone, days before the rules."""

from collections.abc import Callable, Iterator
from datetime import date

from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import Resolver404, resolve

from vungxanh.common import clock
from vungxanh.common.decision_tables.editions import NoEditionInForceError

NUL = "\0"
LOOKS = ("GET", "HEAD")


class AddressMiddleware:
    """Stands behind signing in: a stranger learns nothing of which addresses there are."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Whoever comes back to the address of a form, after signing in again or by hand, gets the page above it."""
        response = self.get_response(request)
        if request.method in LOOKS and isinstance(response, HttpResponseNotAllowed):
            return HttpResponseRedirect(_page_above(request.path_info))
        return response

    def process_view(self, request: HttpRequest, view: Callable[..., HttpResponse], *_: object) -> None:
        """No keyboard types NUL, and PostgreSQL keeps none: it is refused before a query or a form meets it.

        Bodies are read of pages alone; what applications send is checked by its schema.
        """
        if NUL in request.path_info:
            raise Http404
        is_form = not getattr(view, "csrf_exempt", False)
        if any(NUL in text for text in _texts(request.GET, *([request.POST] if is_form else []))):
            raise BadRequest("NUL")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A day of the past for which no rule was in force has no figures; today without a rule stays a fault."""
        day = _day_of(request) if isinstance(exception, NoEditionInForceError) else None
        if day is None or day >= clock.today() or request.method not in LOOKS:
            return None
        return render(request, "404.html", {"day_before_rules": day}, status=404)


def _day_of(request: HttpRequest) -> date | None:
    """That the address names; the one of an application is still a text."""
    named = request.resolver_match.kwargs.get("day") if request.resolver_match else None
    try:
        return date.fromisoformat(str(named))
    except ValueError:
        return None


def _texts(*everything: QueryDict) -> Iterator[str]:
    for given in everything:
        for name, values in given.lists():
            yield name
            yield from values


def _page_above(path: str) -> str:
    """The nearest address above that is one of ours."""
    while (path := path.rstrip("/").rpartition("/")[0] + "/") != "/":
        try:
            resolve(path)
        except Resolver404:
            continue
        return path
    return path
