"""The door: requests of one kind, read and checked on arrival, written with whatever else of the kind arrived.

What is taken here is what is plainly good: a token, Vietnamese, a body of the right form. Everything else, and whatever
turns out to be odd while it is written, goes to the page of the same address, which accepts it by itself or says what
is wrong. So there is one wording of every refusal, and nobody's fault holds up the others.
"""

import datetime
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Generic, TypeVar

from a2wsgi.asgi_typing import HTTPScope, Send
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from vungxanh.accounts import bearers, proofs, tokens
from vungxanh.accounts.tokens import Claims
from vungxanh.api.application import FULL_DISK, PlainRenderer
from vungxanh.api.problems import MEDIA_TYPE, ProblemError, problem
from vungxanh.api.reading import read_object
from vungxanh.api.schemas import Incoming
from vungxanh.common import clock, disk
from vungxanh.intake.answers import HEADERS, answer
from vungxanh.intake.groups import ENDS, FullError, Groups, LostError

LANGUAGE = "vi"
COME_AGAIN, COME_AGAIN_WHEN_FULL = 5, 60
"""Seconds."""
VARY = (b"vary", b"Accept-Language, Authorization, Cookie")
Given = TypeVar("Given", bound=Incoming)
in_json = PlainRenderer.encoder_class(ensure_ascii=False).encode
"""As the page of the address writes it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived(Generic[Given]):
    """A body as it was read, whose token came with it, and what the address names."""

    claims: Claims
    given: Given
    named: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """`retry_after`: seconds, where the same may be sent again."""

    status: int
    body: bytes
    kind: bytes = b"application/json; charset=utf-8"
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Kind(Generic[Given]):
    """Requests that are taken alike: their address, which may name one thing, and the form of their body.

    `write` commits a group whose tokens are good and answers each, None where the page shall; it is called in
    Vietnamese. `weight` says for how many a request counts.
    """

    address: re.Pattern[str]
    form: type[Given]
    write: Callable[[Sequence[Arrived[Given]]], Sequence[Answer | None]]
    weight: Callable[[Given], int] = lambda _given: 1


class Door(Generic[Given]):
    """The way in of one kind."""

    def __init__(self, kind: Kind[Given]) -> None:
        self.kind = kind
        self.groups: Groups[Arrived[Given], Answer | None] = Groups(
            self.commit_of_the_thread, weight=lambda arrived: kind.weight(arrived.given)
        )

    async def answers(self, scope: HTTPScope, body: bytes, send: Send) -> bool:
        """Whether it was answered; otherwise the page of the address does."""
        arrived = self.read(scope, body, at=clock.real_now())
        if arrived is None:
            return False
        try:
            found = await self.groups.take(arrived)
        except (FullError, LostError):
            found = unavailable(COME_AGAIN)
        if found is None:
            return False
        headers = [(b"content-type", found.kind), VARY, *HEADERS]
        if found.retry_after:
            headers.append((b"retry-after", str(found.retry_after).encode()))
        if arrived.claims.key_thumbprint:
            headers.append((b"dpop-nonce", proofs.fresh_nonce(at=clock.real_now()).encode()))
        await answer(send, found.status, found.body, headers)
        return True

    def read(self, scope: HTTPScope, body: bytes, *, at: datetime.datetime) -> Arrived[Given] | None:
        """None for what is of another kind or not plainly good; asks no database. `at` is real."""
        address = self.kind.address.fullmatch(scope["path"])
        if address is None or scope["method"] != "POST":
            return None
        shown = _shown(scope)
        if shown is None:
            return None
        try:
            claims = bearers.claims_of(shown, at=at)
            return Arrived(claims, self.kind.form.model_validate(read_object(body)), "".join(address.groups()))
        except (ValueError, ProblemError):
            # A token, a proof or a form that is not good, and an address that cannot be read: all are ValueErrors.
            return None

    def commit(self, group: Sequence[Arrived[Given]]) -> list[Answer | None]:
        """An answer for each; None where the page shall say it.

        A fault that is not the database's is some row's: the group is halved down to it, and the others are written.
        """
        try:
            with translation.override(LANGUAGE):
                return self._committed(group)
        except (IntegrityError, DataError):
            return self._halved(group)
        except (DatabaseError, InterfaceError) as error:
            # Nothing of it stands, or nobody knows: whoever sends it again gets the first answer if it does.
            log.warning("intake: %d not written: %s", len(group), type(error).__name__)
            connection.close()
            is_full = disk.is_full(error)
            refused = unavailable(COME_AGAIN_WHEN_FULL, FULL_DISK) if is_full else unavailable(COME_AGAIN)
            return [refused] * len(group)
        except BaseException as error:
            if isinstance(error, ENDS):
                raise
            return self._halved(group)

    def _halved(self, group: Sequence[Arrived[Given]]) -> list[Answer | None]:
        """Called where a fault is handled."""
        if len(group) == 1:
            log.exception("intake: one request goes to the page")
            return [None]
        half = len(group) // 2
        return self.commit(group[:half]) + self.commit(group[half:])

    def _committed(self, group: Sequence[Arrived[Given]]) -> list[Answer | None]:
        real = clock.real_now()
        is_good = [not tokens.is_revoked(one.claims, at=real) for one in group]
        answers = iter(self.kind.write([one for one, good in zip(group, is_good, strict=True) if good]))
        return [next(answers) if good else None for good in is_good]

    def commit_of_the_thread(self, group: Sequence[Arrived[Given]]) -> list[Answer | None]:
        """As between two requests of a page, a connection that broke or is too old is not used again."""
        connection.close_if_unusable_or_obsolete()
        return self.commit(group)


def unavailable(seconds: int, words: object = "") -> Answer:
    with translation.override(LANGUAGE):
        return Answer(503, problem(503, str(words)).content, MEDIA_TYPE.encode(), seconds)


def _shown(scope: HTTPScope) -> bearers.Shown | None:
    """None where the headers alone make it no matter of the door."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    is_clear = len(headers) == len(list(scope["headers"])) and b"content-length" in headers
    if not (is_clear and _is_our_form(headers) and _is_our_host(host)):
        return None
    return bearers.Shown(
        authorization=headers.get(b"authorization", ""),
        proof=headers.get(b"dpop", ""),
        origin=headers.get(b"origin", ""),
        host=host,
        method=scope["method"],
        address=f"{scope['scheme']}://{host}{scope['path']}",
    )


def _is_our_form(headers: dict[bytes, str]) -> bool:
    is_json = headers.get(b"content-type", "").partition(";")[0].strip() == "application/json"
    cookie = headers.get(b"cookie", "")
    is_of_a_page = settings.LANGUAGE_COOKIE_NAME in cookie or settings.SESSION_COOKIE_NAME in cookie
    return is_json and not is_of_a_page and _language_of(headers.get(b"accept-language", "")) == LANGUAGE


@lru_cache(maxsize=512)
def _language_of(accepted: str) -> str:
    """As the pages choose it by this header."""
    for wished, _weight in parse_accept_lang_header(accepted):
        if wished == "*":
            break
        try:
            return translation.get_supported_language_variant(wished)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


@lru_cache(maxsize=64)
def _is_our_host(host: str) -> bool:
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)
