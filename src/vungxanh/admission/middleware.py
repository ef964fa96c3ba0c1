"""A shared device shows nothing but its own pages until whoever opened it gives the password."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

SESSION_KEY = "kiosk"
"""In the session: the code of the site where the device stands."""
OPEN_PAGES = frozenset({"admission:kiosk", "admission:kiosk_form", "admission:kiosk_done", "admission:kiosk_leave"})


class KioskMiddleware:
    """Behind the session; the API does not know sessions and refuses by itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, _view: Callable[..., HttpResponse], _args: object, _kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if not request.user.is_authenticated or SESSION_KEY not in request.session or match is None:
            return None
        return None if match.view_name in OPEN_PAGES else redirect("admission:kiosk")
