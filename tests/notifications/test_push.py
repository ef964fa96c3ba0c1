"""Web Push: sealed as RFC 8291 says, signed as RFC 8292 says, against a push service of our own on this machine."""

import base64
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.test import Client
from django.urls import reverse

from tests.factories.notifications import make_delivery, make_notification
from tests.factories.risk import MONDAY, clock, make_unit
from vungxanh.accounts.models import User
from vungxanh.accounts.operations import issue_token, revoke_token, sign_out_everywhere
from vungxanh.audit.models import AuditEvent
from vungxanh.common import clock as clocks
from vungxanh.notifications import operations
from vungxanh.notifications.models import Delivery, PushDevice
from vungxanh.notifications.push import CURVE, decoded, encrypt, public_key
from vungxanh.organization.enums import Role
from vungxanh.organization.operations.roles import grant_role

pytestmark = pytest.mark.django_db
CONTACT = "mailto:quantri@example.vn"


def text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@dataclass
class Browser:
    """The far end: its keys, and how it opens what comes."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = b"0123456789abcdef"

    @property
    def public(self) -> bytes:
        form = serialization.PublicFormat.UncompressedPoint
        return self.private.public_key().public_bytes(serialization.Encoding.X962, form)

    def opened(self, sealed: bytes) -> Any:
        salt, length = sealed[:16], sealed[20]
        sender, content = sealed[21 : 21 + length], sealed[21 + length :]
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, sender))

        def derived(material: bytes, salt: bytes, purpose: bytes, size: int) -> bytes:
            return HKDF(hashes.SHA256(), size, salt, purpose).derive(material)

        material = derived(shared, self.secret, b"WebPush: info\0" + self.public + sender, 32)
        key = derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
        plain = AESGCM(key).decrypt(derived(material, salt, b"Content-Encoding: nonce\0", 12), content, None)
        assert plain.endswith(b"\x02")
        return json.loads(plain[:-1])


@dataclass
class Service:
    """A push service: what was posted to it, and what it answers at each address."""

    posted: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answers: dict[str, int] = field(default_factory=dict)
    address: str = ""


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    service = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.posted.append((self.path, dict(self.headers), body))
            self.send_response(service.answers.get(self.path, 201))
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    settings.PUSH_CONTACT = CONTACT
    yield service
    server.shutdown()
    server.server_close()


def device(user: User, service: Service, path: str = "/a", browser: Browser | None = None) -> PushDevice:
    browser = browser or Browser()
    keys = {"public_key": text(browser.public), "secret": text(browser.secret)}
    return operations.add_device(user, endpoint=service.address + path, device="Firefox", at=clock(7), **keys)


def test_sealing_gives_the_example_of_the_standard() -> None:
    """RFC 8291, appendix A."""
    own = decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    sealed = encrypt(
        b"When I grow up, I want to be a watermelon",
        decoded("BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"),
        decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        private=ec.derive_private_key(int.from_bytes(own, "big"), CURVE),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert text(sealed) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6"
        "PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_message_arrives_sealed_and_signed(lan: User, service: Service) -> None:
    browser = Browser()
    device(lan, service, browser=browser)
    make_delivery(make_notification(lan, at=clock(8), title="Nguyễn Thị Ánh"), "PUSH")
    real = clocks.real_now()
    assert operations.send_due(at=clock(8), real=real) == 1
    [(path, headers, body)] = service.posted
    number = Delivery.objects.get().pk
    assert browser.opened(body) == {"text": "Có việc cần xem. Mở Vùng Xanh để đọc.", "number": number}
    assert (path, headers["Content-Encoding"], headers["TTL"]) == ("/a", "aes128gcm", "14400")
    token, key = headers["Authorization"].removeprefix("vapid t=").split(", k=")
    signer = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, decoded(key))
    claims = jwt.decode(token, signer, algorithms=["ES256"], audience=service.address)
    assert (key, claims["sub"]) == (public_key(), CONTACT)
    assert 0 < claims["exp"] - real.timestamp() <= 24 * 3600


@pytest.mark.parametrize(
    ("answers", "left", "state"),
    [
        ({"/a": 410}, {"/b"}, "SENT"),
        ({"/a": 404, "/b": 410}, set(), "GIVEN_UP"),
        ({"/a": 500, "/b": 429}, {"/a", "/b"}, "PENDING"),
        ({"/a": 307, "/b": 307}, {"/a", "/b"}, "PENDING"),
        ({"/a": 500, "/b": 410}, {"/a"}, "PENDING"),
    ],
)
def test_answers_of_the_service_decide(
    lan: User, service: Service, answers: dict[str, int], left: set[str], state: str
) -> None:
    for path in ("/a", "/b"):
        device(lan, service, path)
    service.answers = answers
    make_delivery(make_notification(lan, at=clock(8)), "PUSH")
    operations.send_due(at=clock(8), real=clocks.real_now())
    assert {one.endpoint.removeprefix(service.address) for one in PushDevice.objects.all()} == left
    assert Delivery.objects.get().state == state
    assert len(service.posted) == 2, "nothing is followed to another address"


def test_service_that_is_not_there_is_tried_again(lan: User, settings: Any) -> None:
    settings.PUSH_CONTACT = CONTACT
    device(lan, Service(address="http://127.0.0.1:9"))
    make_delivery(make_notification(lan, at=clock(8)), "PUSH")
    operations.send_due(at=clock(8), real=clocks.real_now())
    one = Delivery.objects.get()
    assert (one.state, one.error) == ("PENDING", "Dịch vụ đẩy không nhận tin: không trả lời")


def said(**more: str) -> dict[str, str]:
    browser = Browser()
    good = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "public_key": text(browser.public)}
    return {**good, "secret": text(browser.secret), **more}


def test_own_browser_is_added_moved_and_removed(client: Client, lan: User, minh: User, settings: Any) -> None:
    settings.PUSH_CONTACT = CONTACT
    form = said()
    for user in (lan, minh, lan):
        client.force_login(user)
        client.post(reverse("notifications:device_add"), form)
    one = PushDevice.objects.get()
    assert one.user == lan
    assert public_key() in client.get(reverse("notifications:wish_change")).content.decode()
    address = reverse("notifications:device_remove", args=[one.pk])
    other = Client()
    other.force_login(minh)
    assert other.post(address).status_code == 404
    assert client.post(address).status_code == 302
    assert not PushDevice.objects.exists()
    actions = AuditEvent.objects.filter(action__startswith="notifications").order_by("pk")
    assert [one.action.split(".")[1] for one in actions] == ["add_device"] * 3 + ["remove_device"]


@pytest.mark.parametrize(("shut_out", "left"), [("revoke", ["máy bàn"]), ("everywhere", [])])
def test_lost_telephone_is_sent_nothing_more(lan: User, minh: User, shut_out: str, left: list[str]) -> None:
    for number, (user, device) in enumerate([(lan, "điện thoại"), (lan, "máy bàn"), (minh, "điện thoại")]):
        endpoint = f"https://fcm.googleapis.com/fcm/send/{number}"
        operations.add_device(user, endpoint=endpoint, public_key="k", secret="s", device=device, at=clock(8))
    if shut_out == "revoke":
        _signed, token = issue_token(lan, at=clock(8), real=clock(8), device="điện thoại", key_thumbprint="x" * 43)
        revoke_token(token, at=clock(9), actor=lan)
    else:
        grant_role(minh, Role.ADMINISTRATOR, make_unit("SO"), valid_from=MONDAY, actor=None, at=clock(8))
        sign_out_everywhere(lan, at=clock(9), actor=minh)
    assert list(PushDevice.objects.filter(user=lan).values_list("device", flat=True)) == left
    assert PushDevice.objects.filter(user=minh).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"endpoint": "https://internal.example/admin"},
        {"endpoint": "http://fcm.googleapis.com/x"},
        {"endpoint": "https://fcm.googleapis.com:8080/x"},
        {"endpoint": "https://a@fcm.googleapis.com/x"},
        {"endpoint": "https://fcm.googleapis.com.evil.example/x"},
        {"endpoint": "https://notify.windows.com.evil.example/x"},
        {"endpoint": "https://127.0.0.1/x"},
        {"public_key": "AAAA"},
        {"public_key": "ß" * 87},
        {"secret": "AAAA"},
        {"secret": ""},
    ],
    ids=str,
)
def test_other_addresses_and_keys_are_refused(client: Client, lan: User, settings: Any, wrong: dict[str, str]) -> None:
    settings.PUSH_CONTACT = CONTACT
    client.force_login(lan)
    client.post(reverse("notifications:device_add"), said(**wrong))
    assert not PushDevice.objects.exists()


def test_nothing_is_added_or_offered_where_the_installation_sends_none(client: Client, lan: User) -> None:
    client.force_login(lan)
    client.post(reverse("notifications:device_add"), said())
    assert not PushDevice.objects.exists()
    assert "data-push" not in client.get(reverse("notifications:wish_change")).content.decode()
