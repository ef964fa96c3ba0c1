"""Parts of addresses: a day as 2021-09-20."""

import datetime


class DayConverter:
    """A day as 2021-09-20; another text is another address."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> datetime.date:
        return datetime.date.fromisoformat(value)

    def to_url(self, value: datetime.date) -> str:
        return value.isoformat()
