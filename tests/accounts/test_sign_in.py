"""Signing in by name or telephone, the lock-out, the first password, and what a stranger must not learn."""

import time

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher
from django.test import Client, override_settings
from django.urls import reverse

from tests.factories.accounts import PASSWORD, make_account
from vungxanh.accounts.models import User, UserSession
from vungxanh.audit.models import AuditEvent
from vungxanh.common.clock import ZONE

pytestmark = pytest.mark.django_db
SIGN_IN = "/tai-khoan/dang-nhap/"


def sign_in(client: Client, username: str, password: str = PASSWORD, **more: str):
    return client.post(SIGN_IN, {"username": username, "password": password, **more})


def signed_in_user(client: Client) -> int | None:
    return int(client.session["_auth_user_id"]) if "_auth_user_id" in client.session else None


@pytest.mark.parametrize("typed", ["lan", " LAN ", "0912345678", "0912 345 678", "+84912345678", "84 912 345 678"])
def test_sign_in_knows_the_name_and_every_spelling_of_the_telephone(client: Client, typed: str) -> None:
    user = make_account("lan", phone="0912345678")
    assert sign_in(client, typed).status_code == 302
    assert signed_in_user(client) == user.pk


def test_sign_in_makes_a_session_with_user_device_and_address(client: Client) -> None:
    user = make_account("lan")
    agent = "Mozilla/5.0 (Linux; Android 11) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
    client.post(SIGN_IN, {"username": "lan", "password": PASSWORD}, headers={"user-agent": agent})
    row = UserSession.objects.get()
    assert (row.user_id, row.spoken_device, row.address) == (user.pk, "Chrome · Android", "127.0.0.1")
    assert row.started_at is not None
    assert AuditEvent.objects.filter(action="accounts.sign_in", actor_id=user.pk).count() == 1


def test_sign_in_gives_a_new_session_key(client: Client) -> None:
    """Nobody can hand a browser a session beforehand and share it afterwards."""
    make_account("lan")
    session = client.session
    session["planted"] = 1
    session.save()
    before = session.session_key
    sign_in(client, "lan")
    assert client.session.session_key != before
    assert not UserSession.objects.filter(pk=before).exists()


@pytest.mark.parametrize("username", ["lan", "khong-co", "0912345678", "x" * 60])
def test_refusal_says_the_same_of_a_known_an_unknown_and_a_closed_account(client: Client, username: str) -> None:
    make_account("lan")
    closed = make_account("dong")
    closed.is_active = False
    closed.save()
    known = sign_in(client, username, "sai-mat-khau-roi")
    other = sign_in(Client(REMOTE_ADDR="10.0.0.9"), "dong")
    assert known.status_code == other.status_code == 200
    assert list(known.context["form"].non_field_errors()) == list(other.context["form"].non_field_errors())
    assert len(known.context["form"].non_field_errors()) == 1


@override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.Argon2PasswordHasher"])
def test_unknown_name_costs_as_much_time_as_a_wrong_password(client: Client) -> None:
    make_account("lan")

    def cost(username: str) -> float:
        start = time.perf_counter()
        sign_in(client, username, "sai-mat-khau-roi")
        return time.perf_counter() - start

    known = min(cost("lan") for _ in range(2))
    unknown = min(cost("khong-co") for _ in range(2))
    assert 0.33 < unknown / known < 3


def test_product_hashes_passwords_with_argon2() -> None:
    from vungxanh.config import settings as product

    assert product.PASSWORD_HASHERS[0] == "django.contrib.auth.hashers.Argon2PasswordHasher"
    with override_settings(PASSWORD_HASHERS=product.PASSWORD_HASHERS):
        user = make_account("lan")
        assert isinstance(identify_hasher(user.password), Argon2PasswordHasher)
        assert check_password(PASSWORD, user.password)


# --- Lock-out --------------------------------------------------------------------------------------------------------


def lock(client: Client, username: str = "lan"):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = sign_in(client, username, "sai-mat-khau-roi")
    return response


def test_lock_out_after_five_wrong_passwords_says_until_when(client: Client) -> None:
    make_account("lan")
    response = lock(client)
    assert response.status_code == 429
    assert 890 <= int(response.headers["Retry-After"]) <= 900
    clock = response.context["until"].astimezone(ZONE)
    assert f"{clock:%H:%M}" in response.content.decode()


def test_lock_out_refuses_the_right_password_and_is_not_prolonged(client: Client) -> None:
    make_account("lan")
    until = lock(client).context["until"]
    response = sign_in(client, "lan")
    assert response.status_code == 429
    assert response.context["until"] == until
    assert signed_in_user(client) is None


def test_lock_out_counts_all_spellings_of_a_telephone_together(client: Client) -> None:
    make_account("lan", phone="0912345678")
    for typed in ("0912345678", "0912 345 678", "+84912345678", "0912.345.678"):
        sign_in(client, typed, "sai-mat-khau-roi")
    assert sign_in(client, "84912345678", "sai-mat-khau-roi").status_code == 429
    assert AccessAttempt.objects.count() == 1


def test_lock_out_holds_for_one_name_from_one_address_only(client: Client) -> None:
    make_account("lan")
    make_account("binh")
    lock(client)
    assert sign_in(client, "binh").status_code == 302
    assert sign_in(Client(REMOTE_ADDR="10.0.0.9"), "lan").status_code == 302


def test_lock_out_looks_the_same_for_an_unknown_name(client: Client) -> None:
    assert lock(client, "khong-co").status_code == 429


def test_right_password_clears_the_count(client: Client) -> None:
    make_account("lan")
    for _ in range(4):
        sign_in(client, "lan", "sai-mat-khau-roi")
    sign_in(client, "lan")
    assert AccessAttempt.objects.count() == 0


# --- First sign-in ---------------------------------------------------------------------------------------------------


def test_first_sign_in_leads_to_the_change_of_the_password_only(client: Client) -> None:
    client.force_login(make_account("lan", must_change_password=True), settings.AUTHENTICATION_BACKENDS[1])
    change = reverse("accounts:password_change")
    response = client.get("/tai-khoan/")
    assert (response.status_code, response.headers["Location"]) == (302, change)
    assert client.get(change).status_code == 200
    assert client.post(reverse("accounts:language_keep"), {"language": "en"}).status_code == 302
    assert User.objects.get().language == "en"
    assert client.post(reverse("accounts:sign_out")).status_code == 302
    assert signed_in_user(client) is None


def test_own_password_opens_everything(client: Client) -> None:
    user = make_account("lan", must_change_password=True)
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    new = {"old": PASSWORD, "new": "hoa-sen-mua-ha-21", "again": "hoa-sen-mua-ha-21"}
    assert client.post(reverse("accounts:password_change"), new).status_code == 302
    user.refresh_from_db()
    assert not user.must_change_password
    assert user.check_password("hoa-sen-mua-ha-21")
    assert client.get("/tai-khoan/").status_code == 200


@pytest.mark.parametrize(
    ("old", "new", "again", "field"),
    [
        ("sai-mat-khau", "hoa-sen-mua-ha-21", "hoa-sen-mua-ha-21", "old"),
        (PASSWORD, "ngan", "ngan", "new"),
        (PASSWORD, "1234567890123", "1234567890123", "new"),
        (PASSWORD, "hoa-sen-mua-ha-21", "hoa-sen-mua-ha-22", "again"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
    ],
)
def test_password_change_refuses_what_is_weak_or_wrong(
    client: Client, old: str, new: str, again: str, field: str
) -> None:
    user = make_account("lan")
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    response = client.post(reverse("accounts:password_change"), {"old": old, "new": new, "again": again})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


# --- Where one is led ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "target", ["https://xau.example/", "//xau.example/", "javascript:alert(1)", "/\\xau.example", "http:///xau.example"]
)
def test_next_never_leads_to_another_site(client: Client, target: str) -> None:
    make_account("lan")
    response = sign_in(client, "lan", next=target)
    assert (response.status_code, response.headers["Location"]) == (302, settings.LOGIN_REDIRECT_URL)
    back = client.post(reverse("accounts:language_keep"), {"language": "vi", "next": target})
    assert back.headers["Location"] == reverse("accounts:account_page")


def test_next_leads_to_the_page_that_was_asked_for(client: Client) -> None:
    make_account("lan")
    asked = client.get("/tai-khoan/")
    assert asked.headers["Location"] == f"{SIGN_IN}?next=/tai-khoan/"
    assert sign_in(client, "lan", next="/tai-khoan/").headers["Location"] == "/tai-khoan/"


def test_sign_out_wants_a_post(client: Client) -> None:
    client.force_login(make_account("lan"), settings.AUTHENTICATION_BACKENDS[1])
    assert client.get(reverse("accounts:sign_out"))["Location"] == reverse("accounts:account_page")
    assert signed_in_user(client) is not None


def test_sign_out_ends_the_session_and_is_written_down(client: Client) -> None:
    user = make_account("lan")
    sign_in(client, "lan")
    assert client.post(reverse("accounts:sign_out")).headers["Location"] == SIGN_IN
    assert UserSession.objects.filter(user=user).count() == 0
    actions = AuditEvent.objects.filter(actor_id=user.pk).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["accounts.sign_in", "accounts.sign_out"]
