"""Sessions that were seen lately, and the door that asks for an own password first."""

import datetime
from collections.abc import Callable

from django.contrib.sessions.middleware import SessionMiddleware as DjangoSessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from vungxanh.accounts.models import UserSession
from vungxanh.common import clock

SEEN_EVERY = datetime.timedelta(minutes=5)
SEEN = "_seen"
OPEN_BEFORE_CHANGE = frozenset({"accounts:password_change", "accounts:sign_out", "common:language_set"})


class SessionMiddleware(DjangoSessionMiddleware):
    """Django's, over the session store of this module."""


class FirstSignInMiddleware:
    """Whoever still has the password that somebody else chose is led to the page that changes it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = request.user.language
            note_seen(request)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: object, args: object, kwargs: object) -> HttpResponse | None:
        match = request.resolver_match
        if not request.user.is_authenticated or not request.user.must_change_password or match is None:
            return None
        return None if match.view_name in OPEN_BEFORE_CHANGE else redirect("accounts:password_change")


def note_seen(request: HttpRequest) -> None:
    """One small write every few minutes, beside the session's own content, which stays as it is."""
    key, now = request.session.session_key, clock.real_now()
    stale = UserSession.objects.filter(pk=key, seen_at__lt=now - SEEN_EVERY)
    if key and stale.exists():
        stale.update(seen_at=now)
