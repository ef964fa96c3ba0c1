"""A page that is only looked at asks for its rights, its counts and its figures on one tree, read once."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from vungxanh.organization.tree import trees_read_once


class TreeMiddleware:
    """For the methods that change nothing; what writes reads for itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD"):
            return self.get_response(request)
        with trees_read_once():
            return self.get_response(request)
