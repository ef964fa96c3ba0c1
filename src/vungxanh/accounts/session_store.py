"""Sessions in the database, each with its user and device, so that a user can see and end them."""

import datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from vungxanh.accounts.models import UserSession
from vungxanh.common import clock

DEVICE, ADDRESS, STARTED = "_device", "_address", "_started"
OWN_DEVICE = "_own_device"
"""Signed in by a slip, which people use on their own phone: it may keep declarations for sending later."""
SEEN_EVERY = datetime.timedelta(minutes=5)


class SessionStore(DatabaseStore):
    """Django's, with columns beside the content. `seen_at` of the row is at most `SEEN_EVERY` old."""

    seen_at: datetime.datetime | None = None

    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def _get_session_from_db(self) -> UserSession | None:
        row = cast("UserSession | None", super()._get_session_from_db())  # type: ignore[misc]
        self.seen_at = row.seen_at if row else None
        return row

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        row = cast(UserSession, super().create_model_instance(data))
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device = data.get(DEVICE, "")
        row.address = data.get(ADDRESS)
        row.started_at = parse_datetime(data[STARTED]) if STARTED in data else None
        row.seen_at = self.seen_at = clock.real_now()
        return row

    def note_seen(self, at: datetime.datetime) -> None:
        """One small write every few minutes, beside the session's content, which stays as it is."""
        if self.session_key and (self.seen_at is None or at - self.seen_at >= SEEN_EVERY):
            UserSession.objects.filter(pk=self.session_key).update(seen_at=at)
            self.seen_at = at
