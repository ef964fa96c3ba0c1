"""`POST /api/v1/declarations`, taken in groups: read and checked on arrival, written with whatever else arrived.

What is taken here is what is plainly good: a token, Vietnamese, a body of the right form. Everything else, and whatever
turns out to be odd while it is written, goes to the page of the same address, which accepts it by itself or says what
is wrong. So there is one wording of every refusal, and nobody's fault holds up the others.
"""

import datetime
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from a2wsgi.asgi_typing import HTTPScope, Send
from django.conf import settings
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connection
from django.http.request import split_domain_port, validate_host
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from vungxanh.accounts import bearers, proofs, tokens
from vungxanh.accounts.tokens import Claims
from vungxanh.admission.operations import submit_declarations
from vungxanh.admission.submission import Accepted, NewDeclaration, Refused
from vungxanh.api.application import FULL_DISK, PlainRenderer
from vungxanh.api.declarations import DeclarationIn, all_shown, new_declaration, refusal, status_of
from vungxanh.api.problems import MEDIA_TYPE, ProblemError, problem
from vungxanh.api.reading import read_object
from vungxanh.common import clock, disk
from vungxanh.intake.answers import HEADERS, answer
from vungxanh.intake.groups import ENDS, FullError, Groups, LostError
from vungxanh.organization.models import Person
from vungxanh.organization.queries.people import all_people_of_users

ADDRESS = "/api/v1/declarations"
LANGUAGE = "vi"
COME_AGAIN, COME_AGAIN_WHEN_FULL = 5, 60
"""Seconds."""
VARY = (b"vary", b"Accept-Language, Authorization, Cookie")
in_json = PlainRenderer.encoder_class(ensure_ascii=False).encode
"""As the page of the address writes it."""
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A declaration as it was read, and whose token came with it."""

    claims: Claims
    given: DeclarationIn


@dataclass(frozen=True, slots=True)
class Answer:
    """`retry_after`: seconds, where the same may be sent again."""

    status: int
    body: bytes
    kind: bytes = b"application/json; charset=utf-8"
    retry_after: int = 0


async def answers(scope: HTTPScope, body: bytes, send: Send) -> bool:
    """Whether it was answered; otherwise the page of the address does."""
    if scope["method"] != "POST" or scope["path"] != ADDRESS:
        return False
    arrived = read(scope, body, at=clock.real_now())
    if arrived is None:
        return False
    try:
        found = await groups.take(arrived)
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


# --- Reading, without the database -----------------------------------------------------------------------------------
def read(scope: HTTPScope, body: bytes, *, at: datetime.datetime) -> Arrived | None:
    """None for what is not plainly good; `at` is real."""
    headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get(b"host", "")
    is_clear = len(headers) == len(list(scope["headers"])) and b"content-length" in headers
    if not (is_clear and _is_our_form(headers) and _is_our_host(host)):
        return None
    shown = bearers.Shown(
        authorization=headers.get(b"authorization", ""),
        proof=headers.get(b"dpop", ""),
        origin=headers.get(b"origin", ""),
        host=host,
        method=scope["method"],
        address=f"{scope['scheme']}://{host}{scope['path']}",
    )
    try:
        claims = bearers.claims_of(shown, at=at)
        return Arrived(claims, DeclarationIn.model_validate(read_object(body)))
    except (ValueError, ProblemError):
        # A token, a proof or a form that is not good, and an address that cannot be read: all are ValueErrors.
        return None


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


# --- Writing, in the one thread that does ----------------------------------------------------------------------------
def commit(group: Sequence[Arrived]) -> list[Answer | None]:
    """An answer for each; None where the page shall say it.

    A fault that is not the database's is some row's: the group is halved down to it, and the others are written.
    """
    try:
        with translation.override(LANGUAGE):
            return _committed(group)
    except (IntegrityError, DataError):
        return _halved(group)
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
        return _halved(group)


def _halved(group: Sequence[Arrived]) -> list[Answer | None]:
    """Called where a fault is handled."""
    if len(group) == 1:
        log.exception("intake: one declaration goes to the page")
        return [None]
    half = len(group) // 2
    return commit(group[:half]) + commit(group[half:])


def _committed(group: Sequence[Arrived]) -> list[Answer | None]:
    answers: list[Answer | None] = [None] * len(group)
    real = clock.real_now()
    good = [place for place, one in enumerate(group) if not tokens.is_revoked(one.claims, at=real)]
    people = all_people_of_users({group[place].claims.user_id for place in good})
    places = [place for place in good if group[place].claims.user_id in people]
    outcomes = submit_declarations([_new(group[place], people) for place in places], at=clock.now())
    shown = iter(all_shown([outcome for outcome in outcomes if isinstance(outcome, Accepted)]))
    for place, outcome in zip(places, outcomes, strict=True):
        answers[place] = _refused(outcome) if isinstance(outcome, Refused) else _accepted(outcome, next(shown))
    return answers


def _new(arrived: Arrived, people: Mapping[int, Person]) -> NewDeclaration:
    person = people[arrived.claims.user_id]
    assert person.user
    return new_declaration(person.user, person, arrived.given)


def _accepted(outcome: Accepted, shown: Mapping[str, object]) -> Answer:
    return Answer(status_of(outcome), in_json(shown).encode())


def _refused(outcome: Refused) -> Answer:
    error = refusal(outcome)
    return Answer(error.status, problem(error.status, faults=error.faults).content, MEDIA_TYPE.encode())


def unavailable(seconds: int, words: object = "") -> Answer:
    with translation.override(LANGUAGE):
        return Answer(503, problem(503, str(words)).content, MEDIA_TYPE.encode(), seconds)


def commit_of_the_thread(group: Sequence[Arrived]) -> list[Answer | None]:
    """As between two requests of a page, a connection that broke or is too old is not used again."""
    connection.close_if_unusable_or_obsolete()
    return commit(group)


groups: Groups[Arrived, Answer | None] = Groups(commit_of_the_thread)
