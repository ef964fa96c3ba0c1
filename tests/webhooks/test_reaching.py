"""No subscriber makes the server speak to machines that only it reaches, whatever the name leads to and when."""

import socket
import ssl
import threading
import uuid
from pathlib import Path
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from tests.factories.receivers import Receiver, receiver, status
from tests.risk.test_sending import tls_certificate as tls_certificate
from tests.webhooks.conftest import allow
from vungxanh.common.posting import Outcome, UnreachableError, exchanged
from vungxanh.webhooks.calling import call
from vungxanh.webhooks.reaching import checked, is_public, reach
from vungxanh.webhooks.signing import new_secret

SECONDS = 0.5
PUBLIC = "93.184.215.14"
KEY = uuid.UUID(int=7)


class Names:
    """A name server that answers what a test says, one answer after the other; addresses are themselves."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked, self.real = list(answers), [], socket.getaddrinfo  # type: ignore[var-annotated]

    def __call__(self, host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        if not host.endswith(".example"):
            return self.real(host, port, *args, **kwargs)
        self.asked.append(host)
        found = self.answers.pop(0) if self.answers else []
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port)) for one in found]


def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Names:
    made = Names(*answers)
    monkeypatch.setattr(socket, "getaddrinfo", made)
    return made


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("192.0.2.1", False),
        ("198.18.0.1", False),
        ("224.0.1.1", False),
        ("239.255.255.250", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:93.184.215.14", True),
        ("::127.0.0.1", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fec0::1", False),
        ("fc00::1", False),
        ("fd00:ec2::254", False),
        ("ff02::1", False),
        ("2001:db8::1", False),
        ("2001::7f00:1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b:1::1", False),
    ],
)
def test_which_addresses_of_the_network_are_public(address: str, expected: bool) -> None:
    assert is_public(address) is expected


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "không phải địa chỉ trang"),
        ("nhan.example", "không phải địa chỉ trang"),
        ("ftp://nhan.example/", "không phải địa chỉ trang"),
        ("https:///hook", "không phải địa chỉ trang"),
        ("https://nhan.example:port/", "không phải địa chỉ trang"),
        ("https://nhan.example:99999/", "không phải địa chỉ trang"),
        ("https://nhan.example/a b", "không phải địa chỉ trang"),
        ("https://nhan.example\\@127.0.0.1/", "không phải địa chỉ trang"),
        ("https://nhan.example/\r\nHost: 127.0.0.1", "không phải địa chỉ trang"),
        ("https://nhận.example/", "không phải địa chỉ trang"),
        (f"https://nhan.example/{'a' * 500}", "không phải địa chỉ trang"),
        ("https://[::1/", "không phải địa chỉ trang"),
        ("https://ten:mat-khau@nhan.example/", "tên và mật khẩu"),
        ("https://@nhan.example/", "tên và mật khẩu"),
        ("https://nhan.example/#a", "sau dấu #"),
        ("http://nhan.example/", "https://"),
        ("https://nhan.example:8443/", "443"),
        ("https://nhan.example:22/", "443"),
    ],
)
def test_addresses_that_are_refused_as_they_are_written(url: str, words: str) -> None:
    with pytest.raises(UnreachableError, match=words):
        checked(url)


def test_an_address_of_the_public_network_is_taken() -> None:
    for url in ("https://nhan.example", "https://nhan.example:443/hook?a=1", "HTTPS://NHAN.EXAMPLE/"):
        assert checked(url)[1:] == ("nhan.example", 443)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "0x7f000001", "localhost", "::1"])
def test_whatever_this_machine_is_called_it_is_not_reached(host: str) -> None:
    with pytest.raises(UnreachableError, match="không công khai"):
        reach(host, 443, seconds=SECONDS)


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch, [PUBLIC, "10.0.0.1"])
    with pytest.raises(UnreachableError, match="không công khai"):
        reach("nhan.example", 443, seconds=SECONDS)


def test_a_name_nobody_knows_and_a_name_server_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    names(monkeypatch)
    with pytest.raises(UnreachableError, match="không tìm thấy"):
        reach("nhan.example", 443, seconds=SECONDS)
    is_over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: [is_over.wait(10)][1:])
    with pytest.raises(UnreachableError, match="quá lâu"):
        reach("nhan.example", 443, seconds=SECONDS)
    is_over.set()


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that leads to this machine a moment after it led to a public one: it is not asked a second time."""
    asked = names(monkeypatch, [PUBLIC], ["127.0.0.1"])
    connected: list[Any] = []

    def connect(address: tuple[str, int], **_more: Any) -> socket.socket:
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    said = call("https://nhan.example/", KEY, {}, keys=[new_secret()], timestamp=1, seconds=SECONDS)
    assert (connected, asked.asked, said.outcome) == ([(PUBLIC, 443)], ["nhan.example"], Outcome.SILENT)


def test_a_name_that_came_to_lead_inside_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was well when it was kept is looked at again at each call."""
    names(monkeypatch, ["127.0.0.1"])
    said = call("https://nhan.example/", KEY, {}, keys=[new_secret()], timestamp=1, seconds=SECONDS)
    assert (said.outcome, "không công khai" in said.words) == (Outcome.SILENT, True)


def test_a_setting_names_what_is_inside_with_its_port(settings: Settings) -> None:
    with receiver(status(204)) as one, receiver(status(204)) as other:
        allow(settings, one)
        said = [call(there.url, KEY, {}, keys=[new_secret()], timestamp=1, seconds=SECONDS) for there in (one, other)]
        assert [answer.outcome for answer in said] == [Outcome.SENT, Outcome.SILENT]
        assert (len(one.requests), len(other.requests)) == (1, 0)
    settings.WEBHOOK_INTERNAL_HOSTS = ["trong.tinh", "trong.tinh:8443", "[fd00::1]"]
    assert checked("https://TRONG.tinh/")[2] == 443
    assert checked("http://trong.tinh:8443/")[2] == 8443
    assert checked("https://[fd00::1]/")[1] == "fd00::1"
    with pytest.raises(UnreachableError):
        checked("https://trong.tinh:8080/")


def test_the_certificate_is_held_to_the_name_and_not_to_the_address(tls_certificate: tuple[str, str]) -> None:
    """It is of 127.0.0.1 and known here: good under that name, not under another that leads there."""
    trusted = Path(tls_certificate[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(trusted))
        with receiver(status(204), status(204), certificate=tls_certificate) as there:
            port = there.url.split(":")[2].split("/")[0]
            found = [
                exchanged(f"https://{host}:{port}/", b"{}", {}, seconds=5, reach=lambda _host, _port: "127.0.0.1")
                for host in ("127.0.0.1", "nhan.example")
            ]
    assert getattr(found[0], "status", found[0]) == 204
    assert getattr(found[1], "words", "") == "Không có trả lời: chứng thư không hợp lệ."
    assert ssl.create_default_context().verify_mode == ssl.CERT_REQUIRED


def test_no_redirect_is_followed(settings: Settings) -> None:
    with receiver() as inside, receiver() as outside:
        outside.usual = status(307, Location=inside.url)
        allow(settings, outside, inside)
        said = call(outside.url, KEY, {}, keys=[new_secret()], timestamp=1, seconds=SECONDS)
        assert (said.outcome, said.status, _count(inside)) == (Outcome.FAILED, 307, 0)


def _count(there: Receiver) -> int:
    return len(there.requests)
