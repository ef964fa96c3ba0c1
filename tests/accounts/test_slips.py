"""Activation slips: once, for their owner, until they expire; refused in words otherwise."""

import datetime
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.test import Client

from tests.factories.accounts import make_account
from vungxanh.accounts.models import ActivationSlip, User
from vungxanh.accounts.operations import SlipError, make_slips, owner_of, use_slip
from vungxanh.accounts.views.activation import TRIES
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock

pytestmark = pytest.mark.django_db
PAGE = "/tai-khoan/kich-hoat/"


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    """The counts of wrong codes live in the cache, which no transaction rolls back."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def lan() -> User:
    user = make_account("lan")
    User.objects.filter(pk=user.pk).update(must_change_password=True)
    user.refresh_from_db()
    return user


@pytest.fixture
def code(lan: User) -> str:
    return code_of(lan)


def code_of(user: User) -> str:
    now = clock.real_now()
    [slip] = make_slips([user], at=now, real=now, actor=user)
    return slip.code


def refused_words(client: Client, code: str, **more: str) -> str:
    response = client.post(PAGE, {"code": code, **more})
    assert response.status_code == 422
    return response.content.decode()


def test_slip_signs_in_once_without_a_password(client: Client, lan: User, code: str) -> None:
    shown = client.post(PAGE, {"code": code})
    assert "lan" in shown.content.decode()
    assert "_auth_user_id" not in client.session
    assert client.post(PAGE, {"code": code, "confirmed": "yes"}).url == "/khai-bao/"
    assert client.session["_auth_user_id"] == str(lan.pk)
    lan.refresh_from_db()
    assert not lan.must_change_password
    assert not lan.has_usable_password()
    client.logout()
    assert "đã được dùng rồi" in refused_words(client, code, confirmed="yes")


def test_code_is_read_however_it_is_written(lan: User, code: str) -> None:
    assert owner_of(f" {code.upper().replace('-', ' ')} ", real=clock.real_now()) == lan


def test_own_password_stays(lan: User) -> None:
    lan.set_password("mat khau rieng 2021")
    lan.must_change_password = False
    lan.save()
    use_slip(code_of(lan), at=clock.now(), real=clock.real_now())
    lan.refresh_from_db()
    assert lan.check_password("mat khau rieng 2021")


def test_newer_slip_makes_the_older_void(client: Client, lan: User, code: str) -> None:
    newer = code_of(lan)
    assert "phiếu mới thay phiếu này" in refused_words(client, code)
    assert owner_of(newer, real=clock.real_now()) == lan


def test_expired_slip_is_refused_and_written_down(lan: User, code: str) -> None:
    later = clock.real_now() + datetime.timedelta(days=15)
    with pytest.raises(SlipError, match="hết hạn"):
        use_slip(code, at=later, real=later)
    assert AuditEvent.objects.filter(action="accounts.refuse_slip").count() == 1
    assert ActivationSlip.objects.get().used_at is None


def test_slip_of_a_closed_account_is_refused(client: Client, lan: User, code: str) -> None:
    User.objects.filter(pk=lan.pk).update(is_active=False)
    assert "đã khóa" in refused_words(client, code)


def test_after_many_wrong_codes_the_address_waits(client: Client, code: str) -> None:
    for number in range(TRIES):
        refused_words(client, f"aaaa-bbbb-{number:04d}")
    assert client.post(PAGE, {"code": code}).status_code == 429


def test_code_is_stored_nowhere(code: str) -> None:
    slip = ActivationSlip.objects.get()
    assert code.replace("-", "") not in slip.code_digest
    assert code not in str(list(AuditEvent.objects.values()))


def test_one_open_slip_a_user(lan: User, code: str) -> None:
    now = clock.real_now()
    with pytest.raises(IntegrityError), transaction.atomic():
        ActivationSlip.objects.create(
            user=lan, code_digest="x", created_at=now, expires_at=now + datetime.timedelta(days=1)
        )
