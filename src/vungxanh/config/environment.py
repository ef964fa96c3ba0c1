"""Reads the settings that an installation may choose; every wrong value becomes a numbered system check."""

import os
import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

Database = dict[str, object]

CHECKOUT = Path(__file__).resolve().parents[3]


class SettingError(ValueError):
    """A setting of the environment has a value that cannot be used."""


def text(name: str, default: str = "") -> str:
    """The value of `name`, or the content of the file that `name`_FILE names."""
    path = os.environ.get(f"{name}_FILE")
    if path:
        return Path(path).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def names(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def home() -> Path:
    """The data folder; nothing is written outside it and the checkout."""
    folder = Path(os.environ.get("VUNGXANH_HOME") or CHECKOUT / ".home").resolve()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def kept_secret(path: Path, *, size: int = 48) -> str:
    """The secret in `path`; made once, readable by its owner only."""
    if not path.exists():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(size))
    return path.read_text(encoding="utf-8").strip()


def database(url: str) -> Database:
    """Django's settings of one database from `sqlite:///path` or `postgres://user:password@host:port/name`."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite(Path(unquote(parts.path)[1:] if parts.path.startswith("//") else unquote(parts.path)))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or dict(parse_qsl(parts.query)).get("host", "")),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": 0,
            "OPTIONS": {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}},
        }
    raise SettingError(f"DATABASE_URL: unknown kind of database {parts.scheme!r}; use sqlite:/// or postgres://")


def sqlite(path: Path) -> Database:
    """WAL, a writer that queues instead of failing, and a commit that is on disk when it is acknowledged."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
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
