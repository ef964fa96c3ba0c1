"""A bearer token, checked by its signature."""

import time

from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from bench.peers import duties, place
from bench.peers.drf.models import Person

KEYS = duties.Keys(place.SECRET, place.FIELD_KEY)


class TokenAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Person, None] | None:
        header = request.headers.get("Authorization", "")
        if not header.startswith("Bearer "):
            return None
        try:
            user_id = KEYS.user_of(header, time.time())
        except duties.DutyError as error:
            raise AuthenticationFailed(str(error)) from error
        person = Person.objects.filter(pk=user_id, is_active=True).first()
        if person is None:
            raise AuthenticationFailed("the account is closed")
        return person, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"
