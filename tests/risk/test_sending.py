"""Figures over HTTPS to a receiver that fails, hangs, closes, redirects, lies and dies: never lost, never doubled."""

import datetime
import errno
import hashlib
import hmac
import ipaddress
import os
import signal
import threading
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from tests.factories.receivers import (
    SECRET,
    Handler,
    Received,
    Receiver,
    accept,
    close,
    drip,
    hang,
    keep_and_close,
    receiver,
    status,
)
from tests.factories.risk import MONDAY, clock, make_unit, make_user
from tests.races import at_once
from tests.risk.conftest import Agency
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as product_clock
from vungxanh.common.duties import DutyState, Question
from vungxanh.common.posting import Outcome
from vungxanh.organization.enums import Role
from vungxanh.organization.models import Unit
from vungxanh.risk import operations
from vungxanh.risk.duties import map_updates
from vungxanh.risk.enums import DeliveryWay, ReturnKind
from vungxanh.risk.models import Delivery
from vungxanh.risk.operations import sending
from vungxanh.risk.operations.deliveries import DeliveryError, retry_delivery
from vungxanh.risk.operations.sending import AT_ONCE, CLAIMED_FOR, claim_due, mark, send_deliveries
from vungxanh.risk.posting import post
from vungxanh.risk.rulebook import DELIVERIES

pytestmark = pytest.mark.django_db
MINUTE = datetime.timedelta(minutes=1)
PATIENCE = 0.5
STAMP = 1_632_124_200


@pytest.fixture
def there(settings: Settings) -> Iterator[Receiver]:
    """The receiver that the address of the settings leads to."""
    with receiver() as made:
        settings.NATIONAL_MAP_URL, settings.NATIONAL_MAP_KEY = made.url, SECRET
        yield made


@pytest.fixture
def tls_certificate(tmp_path: Path) -> tuple[str, str]:
    """Of an authority that nobody knows."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(address, critical=False)
        .sign(key, hashes.SHA256())
    )
    files = tmp_path / "certificate.pem", tmp_path / "key.pem"
    files[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    files[1].write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return str(files[0]), str(files[1])


def sent(agency: Agency, at: datetime.datetime | None = None, note: str = "") -> Delivery:
    """The delivery over HTTPS of a return that the head submits."""
    made = operations.submit_return(
        agency.unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=agency.head, at=at or clock(14, 10), note=note
    )
    return made.deliveries.get(way=DeliveryWay.HTTPS)


def run(at: datetime.datetime) -> int:
    return send_deliveries(at=at, timestamp=STAMP, seconds=PATIENCE)


def unit_with_return(agency: Agency, number: int) -> Unit:
    unit = make_unit(f"DV{number}", agency.root)
    head = make_user(f"truong{number}", Role.UNIT_HEAD, unit)
    operations.submit_return(unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=head, at=clock(14, 10))
    return unit


def test_without_an_address_nothing_is_written_for_it(agency: Agency) -> None:
    operations.submit_return(agency.unit.pk, day=MONDAY, kind=ReturnKind.DAILY, actor=agency.head, at=clock(14))
    assert list(Delivery.objects.values_list("way", flat=True)) == ["MANUAL"]
    assert run(clock(14, 11)) == 0


def test_what_is_sent_is_signed_and_kept_as_received(agency: Agency, there: Receiver) -> None:
    delivery = sent(agency)
    assert run(clock(14, 11)) == 1
    [request] = there.requests
    expected = hmac.new(SECRET.encode(), f"{STAMP}.".encode() + request.body, hashlib.sha256).hexdigest()
    assert (request.headers["X-Vungxanh-Signature"], request.headers["X-Vungxanh-Timestamp"]) == (
        f"v1={expected}",
        str(STAMP),
    )
    delivery.refresh_from_db()
    assert (request.key, request.payload) == (str(delivery.key), delivery.payload)
    assert (delivery.state, delivery.is_on_time, delivery.tries, len(delivery.answer_sha256)) == ("SENT", True, 1, 64)
    assert (run(clock(14, 12)), len(there.requests)) == (0, 1)
    assert AuditEvent.objects.filter(action="risk.send_delivery").count() == 1


@pytest.mark.parametrize(
    ("behaviour", "words"),
    [
        (status(500), "Nơi nhận trả lời 500."),
        (status(503, b"down"), "Nơi nhận trả lời 503."),
        (status(429), "Nơi nhận trả lời 429."),
        (status(302, Location="http://127.0.0.1:1/khac"), "chuyển sang địa chỉ khác"),
        (status(200, b"<html>Sign in</html>"), "không xác nhận đúng báo cáo này"),
        (status(200, b'{"key": "another"}'), "không xác nhận đúng báo cáo này"),
        (status(200, b"[" * 60_000), "không xác nhận đúng báo cáo này"),
        (status(204), "không xác nhận đúng báo cáo này"),
        (hang, "quá thời gian chờ"),
        (drip, "quá thời gian chờ"),
        (close, "Không có trả lời"),
    ],
)
def test_what_did_not_work_is_tried_again_with_the_same_key(
    agency: Agency, there: Receiver, behaviour: Callable[[Handler], None], words: str
) -> None:
    there.behaviours = [behaviour]
    delivery = sent(agency)
    assert run(clock(14, 11)) == 0
    delivery.refresh_from_db()
    assert (delivery.state, words in delivery.last_error, delivery.tries) == ("FAILED", True, 1)
    assert MINUTE <= delivery.next_at - clock(14, 11) < 1.1 * MINUTE
    assert (run(clock(14, 11)), run(clock(14, 13))) == (0, 1)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, delivery.last_error) == ("SENT", 2, "")
    assert ({one.key for one in there.requests}, len(there.records)) == ({str(delivery.key)}, 1)
    assert len({one.body for one in there.requests}) == 1


def test_an_answer_that_was_lost_is_known_again_by_its_key(agency: Agency, there: Receiver) -> None:
    there.behaviours = [keep_and_close]
    delivery = sent(agency)
    assert (run(clock(14, 11)), run(clock(14, 13))) == (0, 1)
    delivery.refresh_from_db()
    assert (delivery.state, len(there.requests), len(there.records)) == ("SENT", 2, 1)


@pytest.mark.parametrize(
    ("code", "body"), [(400, b"zone is missing"), (401, b""), (404, b"no such thing"), (409, b'{"key": "another"}')]
)
def test_what_is_refused_is_given_up_with_the_words_of_the_receiver(
    agency: Agency, there: Receiver, code: int, body: bytes
) -> None:
    there.behaviours = [status(code, body)]
    delivery = sent(agency)
    assert (run(clock(14, 11)), run(clock(16))) == (0, 0)
    delivery.refresh_from_db()
    assert (delivery.state, str(code) in delivery.last_error) == ("GIVEN_UP", True)
    assert body.decode() in delivery.last_error
    assert AuditEvent.objects.get(action="risk.give_up_delivery").detail["error"] == delivery.last_error
    status_of = map_updates(Question(MONDAY, clock(14, 30), {agency.unit.pk: {agency.unit.pk}}))[agency.unit.pk]
    assert (status_of.state, status_of.says) == (DutyState.OVERDUE, "đã thôi gửi")


def test_pauses_grow_as_the_rule_says_and_end_in_giving_up(agency: Agency, there: Receiver) -> None:
    delivery, now = sent(agency), clock(14, 10)
    rule = next(one for one in DELIVERIES.current().in_force(MONDAY).receiver if one.code == "HTTPS")
    pauses = []
    while now < clock(14, 10) + datetime.timedelta(hours=rule.give_up_hours):
        there.behaviours = [status(500)]
        assert run(now) == 0
        delivery.refresh_from_db()
        pauses.append(round((delivery.next_at - now).total_seconds() / 60))
        now = delivery.next_at
    there.behaviours = [status(500)]
    run(now)
    delivery.refresh_from_db()
    assert pauses[: len(rule.retry_minutes)] == list(rule.retry_minutes)
    assert (set(pauses[len(rule.retry_minutes) :]), delivery.state) == ({rule.retry_minutes[-1]}, "GIVEN_UP")


def test_a_receiver_that_is_down_for_a_day_loses_nothing(agency: Agency, there: Receiver) -> None:
    sent(agency)
    for hour in range(24):
        there.behaviours = [status(500)]
        run(clock(14, 30) + datetime.timedelta(hours=hour))
    sent(agency, clock(15, 20, MONDAY + datetime.timedelta(days=1)), note="Sửa")
    there.behaviours = []
    later = clock(20, day=MONDAY + datetime.timedelta(days=1))
    assert run(later) == 2
    assert [one["version"] for one in there.records.values()] == [1, 2]


def test_nothing_newer_of_a_unit_goes_while_something_older_is_open(agency: Agency, there: Receiver) -> None:
    first = sent(agency)
    second = sent(agency, clock(14, 20), note="Bổ sung")
    other = unit_with_return(agency, 1)
    there.behaviours = [status(500)]
    assert run(clock(14, 30)) == 1
    second.refresh_from_db()
    assert (second.state, second.tries) == ("WAITING", 0)
    assert Delivery.objects.get(unit=other, way="HTTPS").state == "SENT"
    assert run(clock(14, 32)) == 2
    mine = [one["sequence"] for one in there.records.values() if one["unit"] == "CCKL"]
    assert (mine, first.sequence, second.sequence) == ([1, 2], 1, 2)


def test_a_silent_receiver_is_asked_once_a_run_and_the_others_wait_untried(agency: Agency, there: Receiver) -> None:
    sent(agency)
    for number in range(3):
        unit_with_return(agency, number)
    there.behaviours = [hang]
    assert (run(clock(14, 11)), len(there.requests)) == (0, 1)
    assert sorted(Delivery.objects.filter(way="HTTPS").values_list("state", "tries")) == [
        ("FAILED", 1),
        *[("WAITING", 0)] * 3,
    ]
    assert (run(clock(14, 13)), len(there.records)) == (4, 4)


def test_the_office_has_it_sent_again_unless_something_newer_is_there(agency: Agency, there: Receiver) -> None:
    there.behaviours = [status(400), status(400)]
    first = sent(agency)
    run(clock(14, 11))
    second = sent(agency, clock(14, 20), note="Bổ sung")
    run(clock(14, 21))
    office = make_user("vanphong", Role.OFFICE, agency.root)
    with pytest.raises(PermissionDenied):
        retry_delivery(second, actor=agency.head, at=clock(14, 30))
    retry_delivery(second, actor=office, at=clock(14, 30))
    assert run(clock(14, 31)) == 1
    with pytest.raises(DeliveryError, match="mới hơn"):
        retry_delivery(first, actor=office, at=clock(14, 40))
    with pytest.raises(DeliveryError, match="thôi gửi"):
        retry_delivery(second, actor=office, at=clock(14, 40))


def test_the_office_has_it_sent_again_on_the_page(client: Client, agency: Agency, there: Receiver) -> None:
    there.behaviours = [status(400, b"<script>alert(1)</script>")]
    delivery = sent(agency)
    run(clock(14, 11))
    client.force_login(make_user("vanphong", Role.OFFICE, agency.root))
    with product_clock.at(clock(14, 30)):
        html = client.get(reverse("risk:map_page", args=["CCKL", MONDAY])).content.decode()
        assert ("&lt;script&gt;alert(1)" in html, "<script>alert(1)" in html) == (True, False)
        client.post(reverse("risk:delivery_retry", args=[delivery.key]))
    delivery.refresh_from_db()
    assert delivery.state == "WAITING"


def test_nobody_listens_or_the_certificate_is_not_known(tls_certificate: tuple[str, str]) -> None:
    payload = {"key": "k"}
    answer = post("http://127.0.0.1:1/", payload, secret=SECRET, timestamp=STAMP, seconds=PATIENCE)
    assert (answer.outcome, answer.words) == (Outcome.SILENT, "Không có trả lời: ConnectionRefusedError.")
    with receiver(certificate=tls_certificate) as made:
        answer = post(made.url, payload, secret=SECRET, timestamp=STAMP, seconds=5)
        assert (answer.words, made.requests) == ("Không có trả lời: chứng thư không hợp lệ.", [])


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_send_one_twice(agency: Agency, there: Receiver) -> None:
    for number in range(6):
        unit_with_return(agency, number)
    sent(agency)
    sent(agency, clock(14, 12), note="Bổ sung")
    at_once(*[partial(run, clock(14, 20))] * 2)
    run(clock(14, 22))
    keys = [one.key for one in there.requests]
    assert (len(keys), len(set(keys)), len(there.records)) == (8, 8, 8)
    assert [one["sequence"] for one in there.records.values() if one["unit"] == "CCKL"] == [1, 2]
    assert not Delivery.objects.filter(way="HTTPS").exclude(state="SENT").exists()


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_between_sending_and_marking_sends_the_same_key_again(agency: Agency, there: Receiver) -> None:
    """The child is killed when the receiver has the record and before it can answer."""
    delivery = sent(agency)
    connection.close()
    killed = threading.Event()
    child = os.fork()
    if child == 0:
        run(clock(14, 20))
        os._exit(0)

    def kill(_received: Received) -> None:
        if not killed.is_set():
            os.kill(child, signal.SIGKILL)
            killed.set()

    there.on_request = kill
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries, len(there.records)) == ("WAITING", 1, 1)
    assert run(clock(14, 25)) == 0
    assert run(clock(14, 20) + CLAIMED_FOR + MINUTE) == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == ("SENT", 2)
    assert ([one.key for one in there.requests], len(there.records)) == ([str(delivery.key)] * 2, 1)


def test_that_the_receiver_has_it_is_written_down_as_soon_as_the_disk_takes_it(
    agency: Agency, there: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it and everything claimed with it would wait until the claim is over."""
    delivery = sent(agency)
    faults = [OSError(errno.ENOSPC, "full")]

    def mark_on_a_full_disk(*arguments: Any, **more: Any) -> None:
        if faults:
            raise faults.pop()
        mark(*arguments, **more)

    monkeypatch.setattr(sending, "mark", mark_on_a_full_disk)
    assert run(clock(14, 20)) == 1
    delivery.refresh_from_db()
    assert (delivery.state, len(there.requests)) == ("SENT", 1)


def test_a_claim_is_nobody_elses_until_it_is_over(agency: Agency, there: Receiver) -> None:
    sent(agency)
    assert len(claim_due(DeliveryWay.HTTPS, at=clock(14, 20))) == 1
    assert claim_due(DeliveryWay.HTTPS, at=clock(14, 21)) == []
    assert len(claim_due(DeliveryWay.HTTPS, at=clock(14, 20) + CLAIMED_FOR)) == 1
    assert CLAIMED_FOR.total_seconds() > AT_ONCE * 10


def test_the_receiver_of_the_tests_keeps_to_the_contract(there: Receiver) -> None:
    there.behaviours = [accept, accept]
    payload = {"key": "k"}
    outcomes = [post(there.url, payload, secret=SECRET, timestamp=STAMP, seconds=PATIENCE).outcome for _ in range(2)]
    assert (outcomes, len(there.records)) == ([Outcome.SENT, Outcome.SENT], 1)
