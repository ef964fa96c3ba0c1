"""What the header of every page says of notifications."""

from functools import partial

from django.db import DatabaseError
from django.http import HttpRequest

from vungxanh.notifications.queries import all_unread_count


def bell(request: HttpRequest) -> dict[str, object]:
    """How many are unread; asked once a request, and only by a page that shows it to somebody signed in."""
    return {"unread_count": partial(_count, request)}


def _count(request: HttpRequest) -> int:
    known = getattr(request, "unread_count", None)
    if known is None:
        # A page of refusal comes without any query: it asks for no user that the request has not found out by itself.
        user = getattr(request, "_cached_user", None)
        try:
            known = all_unread_count(user.pk) if user is not None and user.is_authenticated else 0
        except DatabaseError:
            known = 0
        request.unread_count = known  # type: ignore[attr-defined]
    return int(known)
