"""What the data folder knows of a played day: that it was made for one, and how to read it again."""

import os
from pathlib import Path

import msgspec
from django.conf import settings
from django.db import connection

from vungxanh.organization.models import Unit

FILE = "simulation.json"


class NotForSimulationError(RuntimeError):
    """The data folder holds an agency, real or a demonstration; nothing is played into it."""


class Kept(msgspec.Struct, forbid_unknown_fields=True):
    """The password of the administrator and of Personnel of the played agency."""

    password: str


def _path() -> Path:
    return Path(settings.HOME) / FILE


def kept() -> Kept | None:
    """None where nothing was played in this folder."""
    return msgspec.json.decode(_path().read_bytes(), type=Kept) if _path().exists() else None


def keep(state: Kept) -> None:
    """Readable by its owner only: it holds a password."""
    beside = _path().with_suffix(".new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(msgspec.json.format(msgspec.json.encode(state)))
    beside.replace(_path())


def refuse_used_folder() -> None:
    """A day is played into an empty installation only, so that no real agency is ever touched."""
    is_there = "organization_unit" in connection.introspection.table_names() and Unit.objects.exists()
    if is_there or kept():
        raise NotForSimulationError(
            "Thư mục dữ liệu này đã có một cơ quan; không có gì thay đổi. "
            "Ngày mô phỏng chỉ chạy trong thư mục trống: đặt VUNGXANH_HOME (và DATABASE_URL nếu có) tới một nơi mới."
        )
