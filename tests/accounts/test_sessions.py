"""One's own sessions and tokens: seen, ended, never in the way of the pages."""

import datetime

import pytest
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.accounts import MADE_AT, PASSWORD, make_account
from vungxanh.accounts import tokens
from vungxanh.accounts.devices import spoken
from vungxanh.accounts.models import AccessToken, User, UserSession
from vungxanh.accounts.operations import change_password, issue_token, revoke_token
from vungxanh.accounts.queries import revocations
from vungxanh.accounts.tasks import purge_expired
from vungxanh.common import clock

pytestmark = pytest.mark.django_db
PAGE = "/tai-khoan/"


def verified(text: str, *, at: datetime.datetime) -> tokens.Claims:
    """As whoever bears it is asked: by its text, then whether it was revoked."""
    claims = tokens.signed_claims(text, at=at)
    tokens.refuse_revoked(claims, at=at)
    return claims


def browser_of(user: User, agent: str = "Mozilla/5.0 (Windows NT 10.0) Firefox/120") -> Client:
    client = Client(headers={"user-agent": agent})
    response = client.post("/tai-khoan/dang-nhap/", {"username": user.username, "password": PASSWORD})
    assert response.status_code == 302
    return client


def is_signed_in(client: Client) -> bool:
    return client.get(PAGE).status_code == 200


def handle(client: Client) -> str:
    return UserSession.objects.get(pk=client.session.session_key).handle


@pytest.fixture
def user() -> User:
    revocations.forget()
    return make_account("lan")


def test_page_lists_own_sessions_without_their_keys(user: User) -> None:
    here, there = browser_of(user), browser_of(user, "Mozilla/5.0 (iPhone) Version/17 Safari/604")
    browser_of(make_account("binh"), "Mozilla/5.0 (X11; Linux) Chrome/120")
    page = here.get(PAGE).content.decode()
    assert ("Firefox · Windows" in page, "Safari · iPhone" in page, "Chrome · Linux" in page) == (True, True, False)
    assert there.session.session_key not in page
    assert here.session.session_key not in page


def test_ending_one_session_signs_out_that_device_only(user: User) -> None:
    here, there, third = browser_of(user), browser_of(user), browser_of(user)
    here.post(reverse("accounts:session_end"), {"session": handle(there)})
    assert [is_signed_in(client) for client in (here, there, third)] == [True, False, True]


def test_ending_all_others_keeps_this_one(user: User) -> None:
    here, there, third = browser_of(user), browser_of(user), browser_of(user)
    here.post(reverse("accounts:session_end"))
    assert [is_signed_in(client) for client in (here, there, third)] == [True, False, False]


def test_nobody_ends_the_session_of_somebody_else(user: User) -> None:
    here, other = browser_of(user), browser_of(make_account("binh"))
    here.post(reverse("accounts:session_end"), {"session": handle(other)})
    assert is_signed_in(other)


def test_changing_the_password_signs_out_other_devices_and_revokes_tokens(user: User) -> None:
    here, there = browser_of(user), browser_of(user)
    text, _token = issue_token(user, at=MADE_AT, real=clock.real_now())
    new = {"old": PASSWORD, "new": "hoa-sen-mua-ha-21", "again": "hoa-sen-mua-ha-21"}
    here.post(reverse("accounts:password_change"), new)
    assert [is_signed_in(client) for client in (here, there)] == [True, False]
    with pytest.raises(tokens.TokenError):
        verified(text, at=clock.real_now())


def test_session_is_noted_as_seen_at_most_every_five_minutes(user: User) -> None:
    client = browser_of(user)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        client.get(PAGE)
    assert [q["sql"] for q in queries if q["sql"].startswith(("UPDATE", "INSERT", "DELETE"))] == []
    old = clock.real_now() - datetime.timedelta(minutes=6)
    UserSession.objects.update(seen_at=old)
    client.get(PAGE)
    assert UserSession.objects.get().seen_at > old


def test_page_takes_the_same_queries_for_one_and_three_sessions(user: User) -> None:
    client, counts = browser_of(user), []
    client.get(PAGE)
    for others in (0, 2):
        for _ in range(others):
            browser_of(user)
        with CaptureQueriesContext(connection) as queries:
            sessions = client.get(PAGE).context["sessions"]
        counts.append((len(sessions), len(queries)))
    assert [sessions for sessions, _queries in counts] == [1, 3]
    assert counts[0][1] == counts[1][1]


def test_page_of_a_signed_in_user_is_not_kept_by_the_browser(user: User) -> None:
    assert browser_of(user).get(PAGE).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/110 Chrome/104 Safari/537",
            "Cốc Cốc · Windows",
        ),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/120 Safari/537.36 Edg/120", "Edge · Windows"),
        ("Mozilla/5.0 (Linux; Android 9; SM-A105) SamsungBrowser/20 Chrome/106", "Samsung Internet · Android"),
        ("python-httpx/0.27", "python-httpx/0.27"),
        ("", ""),
    ],
)
def test_device_is_said_so_that_its_owner_knows_it(agent: str, words: str) -> None:
    assert spoken(agent) == words


# --- Tokens ----------------------------------------------------------------------------------------------------------


def test_token_names_its_user_until_it_expires(user: User) -> None:
    real = clock.real_now()
    text, token = issue_token(user, at=MADE_AT, real=real)
    claims = verified(text, at=real)
    assert (claims.user_id, claims.token_id) == (user.pk, token.pk)
    assert tokens.user_of(claims) == user
    with pytest.raises(tokens.TokenError):
        verified(text, at=real + tokens.LIFE)


def test_token_is_checked_without_a_query(user: User, django_assert_num_queries) -> None:
    text, _token = issue_token(user, at=MADE_AT, real=clock.real_now())
    verified(text, at=clock.real_now())
    with django_assert_num_queries(0):
        verified(text, at=clock.real_now())


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: "x" + t, lambda t: "", lambda t: t.replace(":", ".")])
def test_token_that_was_changed_is_refused(user: User, change) -> None:
    text, _token = issue_token(user, at=MADE_AT, real=clock.real_now())
    with pytest.raises(tokens.TokenError):
        verified(change(text), at=clock.real_now())


def test_signature_of_another_kind_is_no_token(user: User) -> None:
    content = ["0" * 32, user.pk, 9_999_999_999]
    with pytest.raises(tokens.TokenError):
        verified(signing.dumps(content, salt="something.else"), at=clock.real_now())


def test_revoked_token_is_refused_at_once_here(user: User) -> None:
    text, token = issue_token(user, at=MADE_AT, real=clock.real_now())
    revoke_token(token, at=MADE_AT, actor=user)
    with pytest.raises(tokens.TokenError):
        verified(text, at=clock.real_now())


def test_closed_account_has_no_token_user(user: User) -> None:
    text, _token = issue_token(user, at=MADE_AT, real=clock.real_now())
    claims = verified(text, at=clock.real_now())
    User.objects.update(is_active=False)
    assert tokens.user_of(claims) is None


def test_own_token_is_revoked_on_the_page_and_a_foreign_one_is_not_there(user: User) -> None:
    client = browser_of(user)
    _text, own = issue_token(user, at=MADE_AT, real=clock.real_now(), device="curl/8")
    _text, foreign = issue_token(make_account("binh"), at=MADE_AT, real=clock.real_now())
    revoke = reverse("accounts:token_revoke")
    assert client.post(revoke, {"token": foreign.pk}).status_code == 404
    assert client.post(revoke, {"token": "nonsense"}).status_code == 404
    assert client.post(revoke, {"token": own.pk}).status_code == 302
    assert set(AccessToken.objects.filter(revoked_at__isnull=False)) == {own}


def test_new_password_revokes_in_the_table_too(user: User) -> None:
    issue_token(user, at=MADE_AT, real=clock.real_now())
    change_password(user, "hoa-sen-mua-ha-21", at=MADE_AT)
    assert AccessToken.objects.filter(revoked_at__isnull=True).count() == 0


def test_nightly_purge_takes_what_has_ended_and_nothing_else(user: User) -> None:
    real = clock.real_now()
    client = browser_of(user)
    browser_of(user)
    kept = UserSession.objects.get(pk=client.session.session_key)
    UserSession.objects.exclude(pk=kept.pk).update(expire_date=real - datetime.timedelta(seconds=1))
    _text, good = issue_token(user, at=MADE_AT, real=real)
    issue_token(user, at=MADE_AT, real=real - 2 * tokens.LIFE)
    purge_expired()
    assert (list(UserSession.objects.all()), list(AccessToken.objects.all())) == ([kept], [good])
