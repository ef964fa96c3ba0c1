"""The day that a page is asked for."""

import datetime

from django.core.exceptions import BadRequest
from django.http import HttpRequest

from vungxanh.common import clock


def asked_day(request: HttpRequest) -> datetime.date:
    """`?ngay=2021-09-20`, else today. Raises `BadRequest` for what is no day: another day's page would mislead."""
    asked = request.GET.get("ngay", "")
    try:
        return datetime.date.fromisoformat(asked) if asked else clock.today()
    except ValueError as error:
        raise BadRequest(asked) from error
