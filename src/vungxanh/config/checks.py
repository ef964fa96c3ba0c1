"""Numbered system checks of what an installation chose; the command line runs nothing while one of them is an error."""

import ipaddress
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register

from vungxanh.config import environment

TAG = "settings"
SHORTEST_SECRET = 32
FILES = ("TLS_CERT_FILE", "TLS_KEY_FILE")


@register(TAG)
def wrong_settings(app_configs: object, **_: Any) -> list[CheckMessage]:
    return [
        *(Error(sentence, id=number) for number, sentence in sorted(environment.faults.items())),
        *_port(),
        *_certificate(),
        *_secret(),
        *_hosts(),
        *_proxies(),
        *_home(),
        *_text_gateway(),
        *_push_contact(),
        *_dhis2(),
        *_internal_hosts(),
        *_clamd(),
    ]


def _port() -> Iterator[CheckMessage]:
    value = os.environ.get("PORT", "8000")
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        yield Error(f"PORT: {value!r} không phải số cổng từ 1 đến 65535.", id="vungxanh.E003")


def _certificate() -> Iterator[CheckMessage]:
    given = {name: os.environ[name] for name in FILES if os.environ.get(name)}
    if len(given) == 1:
        yield Error("TLS_CERT_FILE và TLS_KEY_FILE phải có cả hai hoặc không có.", id="vungxanh.E004")
    for name, path in given.items():
        if not os.access(path, os.R_OK):
            yield Error(f"{name}: không đọc được {path}.", id="vungxanh.E005")


def _secret() -> Iterator[CheckMessage]:
    if len(settings.SECRET_KEY) < SHORTEST_SECRET:
        yield Error(f"SECRET_KEY: cần ít nhất {SHORTEST_SECRET} ký tự ngẫu nhiên.", id="vungxanh.E006")


def _hosts() -> Iterator[CheckMessage]:
    for host in settings.ALLOWED_HOSTS:
        if "/" in host or " " in host:
            yield Error(f"ALLOWED_HOSTS: {host!r} phải là tên máy, không phải địa chỉ trang.", id="vungxanh.E007")
        if host == "*":
            yield Warning("ALLOWED_HOSTS: '*' nhận mọi tên máy; hãy ghi rõ từng tên.", id="vungxanh.W001")


def _proxies() -> Iterator[CheckMessage]:
    for one in settings.TRUSTED_PROXIES:
        try:
            ipaddress.ip_network(one)
        except ValueError:
            words = f"TRUSTED_PROXIES: {one!r} phải là địa chỉ IP hoặc dải địa chỉ như 10.0.0.0/24."
            yield Error(words, id="vungxanh.E009")


def _home() -> Iterator[CheckMessage]:
    folder = Path(settings.HOME)
    if not os.access(folder, os.W_OK | os.X_OK):
        yield Error(f"VUNGXANH_HOME: không ghi được vào {folder}.", id="vungxanh.E008")


def _text_gateway() -> Iterator[CheckMessage]:
    if settings.TEXT_GATEWAY not in ("", "file"):
        yield Error("TEXT_GATEWAY: chỉ nhận file, hoặc để trống nếu không gửi tin nhắn.", id="vungxanh.E011")


def _push_contact() -> Iterator[CheckMessage]:
    if settings.PUSH_CONTACT and not settings.PUSH_CONTACT.startswith(("mailto:", "https://")):
        yield Error("PUSH_CONTACT: cần dạng mailto:địa-chỉ hoặc https://trang.", id="vungxanh.E012")


def _dhis2() -> Iterator[CheckMessage]:
    is_known = settings.DHIS2_TOKEN or (settings.DHIS2_USER and settings.DHIS2_PASSWORD)
    if settings.DHIS2_URL and not is_known:
        words = "DHIS2_URL: cần DHIS2_TOKEN, hoặc DHIS2_USER và DHIS2_PASSWORD (nên đặt trong tệp: TÊN_FILE)."
        yield Error(words, id="vungxanh.E014")


def _internal_hosts() -> Iterator[CheckMessage]:
    for one in settings.WEBHOOK_INTERNAL_HOSTS:
        if not re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?", one):
            words = f"WEBHOOK_INTERNAL_HOSTS: {one!r} phải là tên máy, hoặc tên máy:cổng, không phải địa chỉ trang."
            yield Error(words, id="vungxanh.E015")


def _clamd() -> Iterator[CheckMessage]:
    """A socket file, or a host with a port."""
    address = settings.CLAMD_ADDRESS
    host = re.fullmatch(r"([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):([0-9]{1,5})", address)
    if address and not address.startswith("/") and not (host and 0 < int(host[2]) < 65536):
        words = f"CLAMD_ADDRESS: {address!r} phải là máy:cổng, hoặc đường dẫn của tệp socket như /run/clamav/clamd.ctl."
        yield Error(words, id="vungxanh.E017")
