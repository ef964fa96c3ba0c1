"""Answers of the asynchronous side, with the security headers that Django puts on the others."""

import json

from a2wsgi.asgi_typing import Send

OF_A_PAGE = (b"content-security-policy", b"default-src 'self'; frame-ancestors 'none'")
OF_ALL = [
    (b"cache-control", b"no-store"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
]
HEADERS = [(b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"), *OF_ALL]
"""Of what is no page."""


async def answer_json(
    send: Send, status: int, content: object, *, kind: bytes = b"application/json", has_body: bool = True
) -> None:
    """`has_body` is false for an answer to HEAD, which has the headers only."""
    body = json.dumps(content, ensure_ascii=False).encode()
    await answer(send, status, body, [(b"content-type", kind), *HEADERS], has_body=has_body)


async def answer_page(send: Send, status: int, page: str) -> None:
    """A page whose styles, script and pictures are files of our own."""
    headers = [(b"content-type", b"text/html; charset=utf-8"), OF_A_PAGE, *OF_ALL]
    await answer(send, status, page.encode(), headers)


async def answer(
    send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]], *, has_body: bool = True
) -> None:
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
    await send({"type": "http.response.body", "body": body if has_body else b"", "more_body": False})


async def problem(send: Send, status: int, title: str) -> None:
    """RFC 9457."""
    content = {"type": "about:blank", "title": title, "status": status}
    await answer_json(send, status, content, kind=b"application/problem+json")
