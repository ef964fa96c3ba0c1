"""How often something was tried lately: counted in the cache, which all workers share.

The count carries its own end: the `incr` of a cache in the database would give it another one. Two that come at the
same moment may count once.
"""

import time

from django.core.cache import cache


def tried(name: str, who: str) -> int:
    """How often `count` was called for it since the first time, at most its seconds ago."""
    return _held(name, who)[0]


def seconds_left(name: str, who: str) -> float:
    """After so many the count begins anew; 0 where nothing is counted."""
    return max(0.0, _held(name, who)[1] - time.time())


def count(name: str, who: str, *, seconds: int) -> int:
    """One more; the count ends `seconds` after the first one."""
    times, ends = _held(name, who)
    ends = ends or time.time() + seconds
    cache.set(_key(name, who), (times + 1, ends), timeout=max(1, round(ends - time.time())))
    return times + 1


def _held(name: str, who: str) -> tuple[int, float]:
    held: tuple[int, float] = cache.get(_key(name, who)) or (0, 0.0)
    return held if held[1] > time.time() else (0, 0.0)


def _key(name: str, who: str) -> str:
    return f"limit:{name}:{who}"
