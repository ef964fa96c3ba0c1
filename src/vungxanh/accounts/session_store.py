"""Sessions in the database, each with its user and device, so that a user can see and end them."""

import datetime
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

from vungxanh.accounts.models import UserSession

DEVICE, ADDRESS, STARTED = "_device", "_address", "_started"


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession

    def create_model_instance(self, data: dict[str, Any]) -> UserSession:
        row = cast(UserSession, super().create_model_instance(data))
        started: datetime.datetime | None = parse_datetime(data[STARTED]) if STARTED in data else None
        row.user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device = data.get(DEVICE, "")
        row.address = data.get(ADDRESS)
        row.started_at = row.seen_at = started
        return row
