"""Parts of addresses: a day as 2021-09-20."""

import datetime

EARLIEST = datetime.date(2020, 1, 1)
"""Nothing was kept before; a page of the year 1 would have no day and no month before it."""
LATEST = datetime.date(2199, 12, 31)


def is_kept(day: datetime.date) -> bool:
    """Whether a page of that day can have neighbours."""
    return EARLIEST <= day <= LATEST


class DayConverter:
    """A day as 2021-09-20; another text, or a day of no year of ours, is another address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> datetime.date:
        day = datetime.date.fromisoformat(value)
        if not is_kept(day):
            raise ValueError(value)
        return day

    def to_url(self, value: datetime.date) -> str:
        return value.isoformat()
