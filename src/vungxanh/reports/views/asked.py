"""What the address asks of a page of the boards: which day, and which part of it."""

import datetime

from django.http import HttpRequest

from vungxanh.common import clock

UNITS_PER_PAGE = 50


def is_part(request: HttpRequest, name: str) -> bool:
    """Whether the page's script asks for the element of that name alone."""
    return bool(getattr(request, "htmx", False)) and request.headers.get("HX-Target", "").endswith(name)


def picked_day(request: HttpRequest) -> datetime.date | None:
    """Of the form that jumps to a day; what is no day is as if nothing was picked, a day to come is today."""
    try:
        picked = datetime.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return None
    return min(picked, clock.today())


def neighbours(day: datetime.date) -> dict[str, datetime.date | None]:
    """The day before and, where it has come, the day after: what the arrows lead to."""
    one = datetime.timedelta(days=1)
    return {"before": day - one, "after": day + one if day < clock.today() else None}
