"""JSON answers of the asynchronous side, with the security headers that Django puts on the others."""

import json

from a2wsgi.asgi_typing import Send

HEADERS = [
    (b"cache-control", b"no-store"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]


async def answer_json(
    send: Send, status: int, content: object, *, kind: bytes = b"application/json", has_body: bool = True
) -> None:
    """`has_body` is false for an answer to HEAD, which has the headers only."""
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = [(b"content-type", kind), (b"content-length", str(len(body)).encode()), *HEADERS]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": body if has_body else b"", "more_body": False})


async def problem(send: Send, status: int, title: str) -> None:
    """RFC 9457."""
    content = {"type": "about:blank", "title": title, "status": status}
    await answer_json(send, status, content, kind=b"application/problem+json")
