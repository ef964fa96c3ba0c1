"""Sessions in the database, each with its user, so that a user can see and end them."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from vungxanh.accounts.models import UserSession


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[UserSession]:
        return UserSession
