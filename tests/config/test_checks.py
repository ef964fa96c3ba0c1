"""Each wrong setting has a number."""

from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from vungxanh.config import environment
from vungxanh.config.checks import wrong_settings

SOUND = {"SECRET_KEY": "x" * 40, "ALLOWED_HOSTS": ["vungxanh.example"]}


def numbers(**changes: Any) -> list[str | None]:
    with override_settings(**{**SOUND, **changes}):
        return [message.id for message in wrong_settings(None)]


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PORT", "TLS_CERT_FILE", "TLS_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)


def test_sound_settings_have_no_fault() -> None:
    assert numbers() == []


@pytest.mark.parametrize("port", ["0", "65536", "abc", "-1", "", "٨٠"])
def test_port_must_be_one(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", port)
    assert numbers() == ["vungxanh.E003"]


def test_certificate_needs_its_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cert.pem").touch()
    monkeypatch.setenv("TLS_CERT_FILE", str(tmp_path / "cert.pem"))
    assert numbers() == ["vungxanh.E004"]


def test_certificate_must_be_readable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TLS_CERT_FILE", "/nowhere/cert.pem")
    monkeypatch.setenv("TLS_KEY_FILE", "/nowhere/key.pem")
    assert numbers() == ["vungxanh.E005", "vungxanh.E005"]


def test_short_secret_is_refused() -> None:
    assert numbers(SECRET_KEY="kurz") == ["vungxanh.E006"]


def test_host_must_be_a_name() -> None:
    assert numbers(ALLOWED_HOSTS=["https://a.vn/"]) == ["vungxanh.E007"]


def test_every_host_is_warned_of() -> None:
    assert numbers(ALLOWED_HOSTS=["*"]) == ["vungxanh.W001"]


@pytest.mark.parametrize("proxy", ["nginx", "*", "10.0.0.1/8", "10.0.0"])
def test_proxy_must_be_an_address(proxy: str) -> None:
    assert numbers(TRUSTED_PROXIES=["10.0.0.5", "fd00::/8", proxy]) == ["vungxanh.E009"]


def test_home_must_be_writable() -> None:
    assert numbers(HOME="/nowhere") == ["vungxanh.E008"]


def test_fault_of_the_environment_is_a_check(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "faults", {"vungxanh.E002": "DATABASE_URL"})
    assert numbers() == ["vungxanh.E002"]


@pytest.mark.parametrize("host", ["https://trong.tinh", "trong.tinh/hook", "ten@trong.tinh", "trong.tinh:cong", "*"])
def test_inner_receivers_are_machines_with_a_port(host: str) -> None:
    assert numbers(WEBHOOK_INTERNAL_HOSTS=["trong.tinh", "10.0.0.5:8443", "[fd00::1]:443", host]) == ["vungxanh.E015"]


def test_dhis2_needs_a_token_or_a_name_with_its_password() -> None:
    address = "https://dhis2.example/hmis"
    assert numbers(DHIS2_URL=address) == numbers(DHIS2_URL=address, DHIS2_USER="a") == ["vungxanh.E014"]
    assert numbers(DHIS2_URL=address, DHIS2_TOKEN="d2pat") == []
    assert numbers(DHIS2_URL=address, DHIS2_USER="a", DHIS2_PASSWORD="b") == []
