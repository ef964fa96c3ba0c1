"""What holds for every page of somebody who is signed in: own language, seen lately, own password first."""

from collections.abc import Callable

from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from vungxanh.accounts.session_store import SessionStore
from vungxanh.common import clock

OPEN_BEFORE_CHANGE = frozenset({"accounts:password_change", "accounts:sign_out", "accounts:language_keep"})


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, over the session store of this module."""


class FirstSignInMiddleware:
    """Whoever still has the password that somebody else chose is led to the page that changes it.

    Views that are open to everybody stay open; the API is one of them here and refuses by itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            return self.get_response(request)
        translation.activate(request.user.language)
        request.LANGUAGE_CODE = request.user.language
        if isinstance(request.session, SessionStore):
            request.session.note_seen(clock.real_now())
        response = self.get_response(request)
        # A shared computer must not show the page again after signing out.
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        match = request.resolver_match
        if not request.user.is_authenticated or not request.user.must_change_password or match is None:
            return None
        is_open = match.view_name in OPEN_BEFORE_CHANGE or not getattr(view, "login_required", True)
        return None if is_open else redirect("accounts:password_change")
