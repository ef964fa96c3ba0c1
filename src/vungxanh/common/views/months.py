"""The month that a page is asked for, with its neighbours."""

import datetime
from dataclasses import dataclass

from django.http import HttpRequest

from vungxanh.common import clock
from vungxanh.common.converters import is_kept


@dataclass(frozen=True, slots=True)
class Month:
    """A month by its first day, with its neighbours as the address names them."""

    first: datetime.date
    is_latest: bool

    @property
    def last(self) -> datetime.date:
        return self._moved(32) - datetime.timedelta(days=1)

    @property
    def earlier(self) -> str:
        return f"{self._moved(-1):%Y-%m}"

    @property
    def later(self) -> str:
        return "" if self.is_latest else f"{self._moved(32):%Y-%m}"

    def _moved(self, days: int) -> datetime.date:
        return (self.first + datetime.timedelta(days=days)).replace(day=1)


def asked_month(request: HttpRequest) -> Month:
    """`?thang=2021-09`; this month where it is missing, unreadable or yet to come."""
    this = clock.today().replace(day=1)
    asked = min(named_month(request) or this, this)
    return Month(asked, is_latest=asked == this)


def named_month(request: HttpRequest) -> datetime.date | None:
    """The first day of `?thang=2021-09`; None where it is missing, unreadable, or of no year of ours."""
    try:
        named = datetime.date.fromisoformat(f"{request.GET.get('thang', '')}-01")
    except ValueError:
        return None
    return named if is_kept(named) else None
