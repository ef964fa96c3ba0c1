"""What protects every page: headers, cookies, forged forms."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from tests.factories.accounts import PASSWORD, make_account
from vungxanh.accounts.models import User

pytestmark = pytest.mark.django_db
PAGES = ["/tai-khoan/dang-nhap/", "/tai-khoan/", "/khong-co-trang-nay/", "/api/v1/openapi.json", "/api/v1/units"]


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(make_account("lan"), settings.AUTHENTICATION_BACKENDS[1])
    return client


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(client: Client, path: str) -> None:
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "geolocation=()" in headers["Permissions-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_policy_of_contents_is_strict(client: Client, path: str) -> None:
    header = client.get(path).headers["Content-Security-Policy"]
    policy = {part.split()[0]: part.split()[1:] for part in header.split(";") if part.strip()}
    assert (policy["default-src"], policy["script-src"], policy["style-src"]) == (["'none'"], ["'self'"], ["'self'"])
    assert (policy["base-uri"], policy["frame-ancestors"], policy["form-action"]) == (
        ["'none'"],
        ["'none'"],
        ["'self'"],
    )
    assert "unsafe" not in header


def test_cookies_are_kept_from_scripts_and_from_other_sites() -> None:
    make_account("lan")
    client = Client()
    page = client.get("/tai-khoan/dang-nhap/")
    client.post("/tai-khoan/dang-nhap/", {"username": "lan", "password": PASSWORD})
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (session["httponly"], session["samesite"], session["path"]) == (True, "Lax", "/")
    assert page.cookies["csrftoken"]["samesite"] == "Lax"


def test_cookies_travel_by_tls_only_where_there_is_tls(settings) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    make_account("lan")
    client = Client()
    page = client.get("/tai-khoan/dang-nhap/", secure=True)
    client.post("/tai-khoan/dang-nhap/", {"username": "lan", "password": PASSWORD}, secure=True)
    assert page.cookies["csrftoken"]["secure"]
    assert client.cookies[settings.SESSION_COOKIE_NAME]["secure"]


FORMS = ["sign_in", "sign_out", "password_change", "session_end", "token_revoke", "language_keep"]


@pytest.mark.parametrize("name", FORMS)
def test_forged_form_is_refused_and_changes_nothing(name: str) -> None:
    user = make_account("lan")
    client = Client(enforce_csrf_checks=True)
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[1])
    new = {"language": "en", "old": PASSWORD, "new": "hoa-sen-mua-ha-21", "again": "hoa-sen-mua-ha-21"}
    assert client.post(reverse(f"accounts:{name}"), new).status_code == 403
    kept = User.objects.get()
    assert (kept.language, kept.check_password(PASSWORD)) == ("vi", True)
    assert "_auth_user_id" in client.session


@pytest.mark.parametrize("path", ["/tai-khoan/dang-nhap/", "/tai-khoan/"])
def test_page_names_no_address_of_another_server(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    assert "http://" not in page.replace("http://www.w3.org/", "")
    assert "https://" not in page
