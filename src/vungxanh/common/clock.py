"""The moment now, read only by views, tasks and commands; everything below them gets it as an argument.

A demonstration agency lives at another date: the real clock plus an offset that its data folder keeps. The life of
codes, tokens and cookies always uses the real clock.
"""

import contextlib
import contextvars
import datetime
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DEMONSTRATION_FILE = "demonstration.json"

_given: contextvars.ContextVar[datetime.datetime | None] = contextvars.ContextVar("given", default=None)


def now() -> datetime.datetime:
    """The agency's moment, aware, in Vietnamese time."""
    return _given.get() or real_now() + demonstration_offset()


def today() -> datetime.date:
    return now().date()


def real_now() -> datetime.datetime:
    return datetime.datetime.now(ZONE)


@contextlib.contextmanager
def at(moment: datetime.datetime) -> Iterator[None]:
    """Inside, the clock shows `moment`: how a played day hands its time to the views."""
    token = _given.set(moment.astimezone(ZONE))
    try:
        yield
    finally:
        _given.reset(token)


def demonstration_offset() -> datetime.timedelta:
    return datetime.timedelta(seconds=_offset_seconds(Path(settings.HOME) / DEMONSTRATION_FILE))


def is_demonstration() -> bool:
    return (Path(settings.HOME) / DEMONSTRATION_FILE).exists()


def keep_demonstration_offset(offset: datetime.timedelta) -> None:
    path = Path(settings.HOME) / DEMONSTRATION_FILE
    path.write_text(json.dumps({"offset_seconds": round(offset.total_seconds())}), encoding="utf-8")
    _offset_seconds.cache_clear()


@lru_cache(maxsize=4)
def _offset_seconds(path: Path) -> int:
    return int(json.loads(path.read_text(encoding="utf-8"))["offset_seconds"]) if path.exists() else 0


def moment(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """The aware moment of a wall clock in Viet Nam."""
    return datetime.datetime.combine(day, time, tzinfo=ZONE)


def written_moment(text: str) -> datetime.datetime:
    """When what a page shows had been written last, as the page sends it back; what was made up by hand is as old as
    can be, so that it is refused as something that somebody else changed meanwhile."""
    try:
        return datetime.datetime.fromisoformat(text)
    except ValueError:
        return datetime.datetime.min.replace(tzinfo=datetime.UTC)
