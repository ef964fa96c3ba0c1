"""What the data folder knows of the demonstration: which database holds it, its password, until when it has lived."""

import datetime
import os
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection

from vungxanh.common import clock

FILE = "demonstration_agency.json"


class State(msgspec.Struct, forbid_unknown_fields=True):
    """`lived_until` is None while the agency is being built."""

    database: str
    password: str
    lived_until: datetime.datetime | None = None

    @property
    def is_whole(self) -> bool:
        return self.lived_until is not None


def database() -> str:
    """Which database it is, without anything secret."""
    settings_of = connection.settings_dict
    return f"{connection.vendor}:{settings_of.get('HOST') or ''}:{settings_of['NAME']}"


def kept() -> State | None:
    """None where this folder and this database hold no demonstration."""
    path = _path()
    if not path.exists():
        return None
    state = msgspec.json.decode(path.read_bytes(), type=State)
    return state if state.database == database() else None


def keep(state: State) -> None:
    """Readable by its owner only: it holds the password. Written beside and moved, so that it is never half there."""
    beside = _path().with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(state)))
    beside.replace(_path())


def forget() -> None:
    for name in (FILE, clock.DEMONSTRATION_FILE):
        (Path(settings.HOME) / name).unlink(missing_ok=True)


def _path() -> Path:
    return Path(settings.HOME) / FILE
