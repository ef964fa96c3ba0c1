"""Reads the settings that an installation may choose; every wrong value becomes a numbered system check."""

import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from vungxanh.common.made_once import made_once

Database = dict[str, object]

MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
PACKAGE = Path(__file__).resolve().parents[1]
CHECKOUT = PACKAGE.parents[1]

LOOPBACK = ("localhost", "127.0.0.1", "::1")

faults: dict[str, str] = {}
"""Number and sentence of each wrong value; `checks.py` makes system checks of them, and no command runs with one."""


def text(name: str, default: str = "") -> str:
    """The value of `name`, or the content of the file that `name`_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        faults["vungxanh.E001"] = f"{name}_FILE: không đọc được {path} ({error.__class__.__name__})."
        return default


def receiver(name: str) -> str:
    """An address over HTTPS, or of this machine itself; without a name and password in it."""
    value = text(name)
    try:
        parts = urlsplit(value)
        is_safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        if not value or (is_safe and parts.hostname and not parts.username and parts.port != 0):
            return value
    except ValueError:
        pass
    faults["vungxanh.E013"] = f"{name}: chỉ nhận địa chỉ https://…, không kèm tên và mật khẩu."
    return ""


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def home() -> Path:
    """The data folder; nothing is written outside it and the checkout."""
    folder = Path(os.environ.get("VUNGXANH_HOME") or CHECKOUT / ".home").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        sys.exit(f"vungxanh.E008 VUNGXANH_HOME: không tạo được {folder} ({error.strerror}).")
    return folder


def kept_secret(path: Path, *, size: int = 48) -> str:
    """The secret in `path`; made once, readable by its owner only, and whole whenever it is there."""
    return made_once(path, lambda: secrets.token_urlsafe(size).encode()).decode().strip()


def database(url: str) -> Database:
    """Django's settings of one database from `sqlite:///path` or `postgres://user:password@host:port/name`.

    A wrong address gives a database that refuses every query, never another database than the one that was meant.
    """
    try:
        parts = urlsplit(url)
        if parts.scheme == "sqlite" and parts.path.strip("/"):
            path = unquote(parts.path)
            return sqlite(Path(path[1:] if path.startswith("//") else path))
        if parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
            return postgresql(parts)
    except ValueError:
        pass
    faults["vungxanh.E002"] = "DATABASE_URL: chỉ nhận sqlite:///đường/dẫn hoặc postgres://người:mật-khẩu@máy/tên."
    return {"ENGINE": "django.db.backends.dummy"}


def replica(url: str, primary: Database) -> dict[str, Database]:
    """By alias: a PostgreSQL that follows the primary and is read from only; empty without an address.

    One that does not answer is given up within two seconds, and no pool makes anybody queue for it.
    """
    if not url:
        return {}
    try:
        parts = urlsplit(url)
        is_postgresql = parts.scheme in {"postgres", "postgresql"} and bool(parts.path.strip("/"))
        if is_postgresql and primary["ENGINE"] == "django.db.backends.postgresql":
            options = {**silent_after(2), "options": "-c default_transaction_read_only=on"}
            kept = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "TEST": {"MIRROR": "default"}}
            return {"replica": {**postgresql(parts), **kept, "OPTIONS": options}}
    except ValueError:
        pass
    faults["vungxanh.E016"] = "DATABASE_REPLICA_URL: chỉ dùng với PostgreSQL, cả máy chính lẫn bản sao."
    return {}


@dataclass(frozen=True)
class Email:
    """A mail server, and who its messages come from; without a host nothing is sent."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    is_tls: bool = False
    is_starttls: bool = False
    sender: str = ""


def email(url: str) -> Email:
    """`smtp://server?from=address`, `smtp+starttls://user:password@server:port?from=…`, `smtps://…`; empty for none."""
    if not url:
        return Email()
    try:
        parts = urlsplit(url)
        sender = dict(parse_qsl(parts.query)).get("from", "")
        port = parts.port or MAIL_PORTS[parts.scheme]
        if parts.hostname and "@" in sender:
            return Email(
                parts.hostname,
                port,
                unquote(parts.username or ""),
                unquote(parts.password or ""),
                parts.scheme == "smtps",
                parts.scheme == "smtp+starttls",
                sender,
            )
    except (KeyError, ValueError):
        pass
    faults["vungxanh.E010"] = (
        "EMAIL_URL: cần dạng smtp://máy-chủ?from=địa-chỉ-gửi, smtp+starttls://… hoặc smtps://người:mật-khẩu@máy-chủ:cổng?from=…"
    )
    return Email()


def postgresql(parts: SplitResult) -> Database:
    """A socket's folder is given as `?host=/folder`. Of several hosts, parted by commas, it is the one that takes
    writes; one that fell silent is given up within seconds.
    """
    several = {"target_session_attrs": "read-write"}
    hosts = unquote(parts.hostname or dict(parse_qsl(parts.query)).get("host", ""))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": hosts,
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 0,
        "OPTIONS": {
            "pool": {"min_size": 1, "max_size": 8, "timeout": 10},
            **silent_after(5),
            **(several if "," in hosts else {}),
        },
        # After another machine took over, none of the pool's connections to the first is any good.
        "CONN_HEALTH_CHECKS": "," in hosts,
    }


def silent_after(seconds: int) -> dict[str, int]:
    """A host that says nothing any more is given up within a few times `seconds`, also where an answer is only waited
    for, as by a commit that waits for its second machine: then nothing is on its way that could be missed."""
    return {
        "connect_timeout": seconds,
        "tcp_user_timeout": seconds * 1000,
        "keepalives_idle": seconds,
        "keepalives_interval": 1,
        "keepalives_count": 2,
    }


def sqlite(path: Path) -> Database:
    """WAL, a writer that queues instead of failing, and a commit that is on disk when it is acknowledged."""
    return {
        "ENGINE": "vungxanh.common.sqlite",
        "NAME": str(path),
        # Reopening the file costs more than a write: keep the connection.
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                "PRAGMA cache_size=-32000; PRAGMA temp_store=MEMORY;"
            ),
        },
    }
