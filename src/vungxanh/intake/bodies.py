"""Reading a request's body whole, within bounds, before a page thread or a transaction is given to it."""

import asyncio

from a2wsgi.asgi_typing import HTTPScope, Receive

SECONDS = 60.0
"""A slow phone network sends a declaration in less; a client that is slower than this is let go."""


class BodyTooLargeError(ValueError):
    """The client announced or sent more than is taken."""


class BodyTooSlowError(ValueError):
    """The body did not arrive in time."""


class ClientGoneError(ValueError):
    """The client left in the middle of its body."""


async def whole_body(scope: HTTPScope, receive: Receive, *, limit: int, seconds: float = SECONDS) -> bytes:
    """At most `limit` bytes in at most `seconds`; the announced length is refused before anything is read."""
    if announced_length(scope) > limit:
        raise BodyTooLargeError
    try:
        async with asyncio.timeout(seconds):
            return await _read(receive, limit)
    except TimeoutError:
        raise BodyTooSlowError from None


def announced_length(scope: HTTPScope) -> int:
    """Bytes that the client says it will send; 0 where it does not say."""
    value = dict(scope["headers"]).get(b"content-length", b"0")
    return int(value) if value.isdigit() else 0


async def _read(receive: Receive, limit: int) -> bytes:
    body = bytearray()
    while True:
        event = await receive()
        if event["type"] != "http.request":
            raise ClientGoneError
        body += event.get("body", b"")
        if len(body) > limit:
            raise BodyTooLargeError
        if not event.get("more_body", False):
            return bytes(body)
