"""How often something was tried lately: counted in the cache, which all workers share."""

from django.core.cache import cache


def tried(name: str, who: str) -> int:
    """How often `count` was called for it since the first time, at most its seconds ago."""
    return int(cache.get(_key(name, who), 0))


def count(name: str, who: str, *, seconds: int) -> int:
    """One more; the count ends `seconds` after the first one."""
    key = _key(name, who)
    if cache.add(key, 1, timeout=seconds):
        return 1
    try:
        return int(cache.incr(key))
    except ValueError:
        # It ended between the two calls.
        cache.set(key, 1, timeout=seconds)
        return 1


def _key(name: str, who: str) -> str:
    return f"limit:{name}:{who}"
