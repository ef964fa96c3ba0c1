"""Serving over TLS with a certificate of one's own: pages, the worker, and cookies that never leave in the clear."""

import datetime
import http.client
import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

SOURCES = Path(__file__).parents[2]
pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "chung-thu.pem", folder / "khoa.pem"
    paths[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return paths


@pytest.fixture(scope="module")
def port(certificate: tuple[Path, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = free.getsockname()[1]
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    environment = {
        **kept,
        "VUNGXANH_HOME": str(tmp_path_factory.mktemp("home")),
        "PYTHONPATH": str(SOURCES / "src"),
        "TLS_CERT_FILE": str(certificate[0]),
        "TLS_KEY_FILE": str(certificate[1]),
    }
    serve = [sys.executable, "-m", "vungxanh", "serve", "--role", "pages", "--port", str(number)]
    server = subprocess.Popen(serve, env=environment, start_new_session=True)
    try:
        yield number
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def get(port: int, path: str, certificate: Path) -> http.client.HTTPResponse:
    trust = ssl.create_default_context(cafile=str(certificate))
    for _ in range(240):
        connection = http.client.HTTPSConnection("127.0.0.1", port, context=trust, timeout=5)
        try:
            connection.request("GET", path)
            return connection.getresponse()
        except OSError:
            time.sleep(0.25)
    pytest.fail("the server did not come up")


def test_pages_are_served_over_tls(port: int, certificate: tuple[Path, Path]) -> None:
    assert get(port, "/healthz", certificate[0]).status == 200
    page = get(port, "/tai-khoan/dang-nhap/", certificate[0])
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"].startswith("max-age=31536000")
    assert "Secure" in str(page.headers["Set-Cookie"])
    assert get(port, "/sw.js", certificate[0]).status == 200
