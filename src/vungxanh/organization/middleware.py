"""A page that is only looked at asks for its rights, its counts and its figures on what was read once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vungxanh.organization.read_once import read_once


class ReadOnceMiddleware:
    """For the methods that change nothing; what writes reads for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with read_once():
            return self.get_response(request)
