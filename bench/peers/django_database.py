"""The database as Django's own settings have it, for both peers that are Django."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from bench.peers import place


def databases() -> dict[str, dict[str, Any]]:
    """Connections persist. Statements are prepared at the server; SQLite has one writer and syncs at each commit."""
    if not place.IS_POSTGRESQL:
        options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": ";".join(place.PRAGMAS)}
        engine = {"ENGINE": "django.db.backends.sqlite3", "NAME": place.DATABASE}
        return {"default": {**engine, "CONN_MAX_AGE": None, "OPTIONS": options}}
    parts = urlsplit(place.DATABASE)
    engine = {"ENGINE": "django.db.backends.postgresql", "NAME": parts.path.lstrip("/"), "USER": parts.username}
    options = {"server_side_binding": True, "prepare_threshold": 2}
    host = dict(parse_qsl(parts.query))["host"]
    return {"default": {**engine, "HOST": host, "CONN_MAX_AGE": None, "OPTIONS": options}}
