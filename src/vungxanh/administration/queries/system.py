"""The installation itself: version, database, disk, the newest backup, and what the examinations find."""

import datetime
import json
import platform
import shutil
from dataclasses import dataclass
from pathlib import Path

import django
from django.conf import settings
from django.db import connection

import vungxanh
from vungxanh.administration.examination import examine

LAST_BACKUP = "last_backup.json"


@dataclass(frozen=True, slots=True)
class Backup:
    at: datetime.datetime
    megabytes: float


@dataclass(frozen=True, slots=True)
class SystemState:
    version: str
    platform: str
    database: str
    database_megabytes: float | None
    free_gigabytes: float
    total_gigabytes: float
    backup: Backup | None
    findings: dict[str, list[str]]

    @property
    def faults(self) -> int:
        return sum(len(faults) for faults in self.findings.values())


def all_system_state(*, at: datetime.datetime) -> SystemState:
    disk = shutil.disk_usage(settings.HOME)
    return SystemState(
        vungxanh.__version__,
        f"Python {platform.python_version()}, Django {django.get_version()}",
        _database(),
        _database_megabytes(),
        disk.free / 1024**3,
        disk.total / 1024**3,
        all_last_backup(),
        examine(at=at, is_thorough=False),
    )


def all_last_backup() -> Backup | None:
    try:
        note = json.loads((Path(settings.HOME) / LAST_BACKUP).read_text(encoding="utf-8"))
        return Backup(datetime.datetime.fromisoformat(note["at"]), note["bytes"] / 1024**2)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version")
        [version] = cursor.fetchone()
    return f"{'SQLite' if connection.vendor == 'sqlite' else 'PostgreSQL'} {version}"


def _database_megabytes() -> float | None:
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        return path.stat().st_size / 1024**2 if path.is_file() else None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        [size] = cursor.fetchone()
    return float(size) / 1024**2
