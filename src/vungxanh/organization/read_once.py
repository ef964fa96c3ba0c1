"""What a page asks again and again, of rights, counts and figures alike, is read once where nothing is written."""

import contextlib
from collections.abc import Callable, Hashable, Iterator
from contextvars import ContextVar
from typing import TypeVar, cast

Found = TypeVar("Found")
_found: ContextVar[dict[Hashable, object] | None] = ContextVar("found", default=None)


@contextlib.contextmanager
def read_once() -> Iterator[None]:
    """For what changes no unit and no role, as a page that is looked at."""
    token = _found.set({})
    try:
        yield
    finally:
        _found.reset(token)


def once(key: Hashable, read: Callable[[], Found]) -> Found:
    """What was read under the key; outside `read_once` it is read each time. Nobody changes what comes back."""
    found = _found.get()
    if found is None:
        return read()
    if key not in found:
        found[key] = read()
    return cast(Found, found[key])
