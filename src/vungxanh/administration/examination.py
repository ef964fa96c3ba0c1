"""Whether an installation is well: each examination gives the faults that it found, in words that say what to do."""

import datetime
import shutil
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from vungxanh.common import encryption, replica
from vungxanh.common.clock import ZONE
from vungxanh.screening.models import Declaration
from vungxanh.webhooks.queries import all_subscriber_faults

FREE_BYTES = 500 * 1024 * 1024
AHEAD = datetime.timedelta(minutes=5)
LAST = 500


def examine(*, at: datetime.datetime, is_thorough: bool) -> dict[str, list[str]]:
    """By examination, in the order in which faults are best mended; a thorough one reads every page of SQLite."""
    findings = {
        "settings": settings_faults(),
        "disk": disk_faults(),
        "keys": key_faults(),
        "database": database_faults(is_thorough=is_thorough),
    }
    if not findings["database"]:
        findings["migrations"] = waiting_migrations()
    is_well = not any(findings.values())
    if findings.get("migrations") == []:
        findings["subscribers"] = all_subscriber_faults()
        findings["replica"] = replica_faults()
    if is_well:
        findings["clock"] = clock_faults(at=at)
    return findings


def settings_faults() -> list[str]:
    return [f"{message.id}: {message.msg}" for message in checks.run_checks() if message.level >= checks.WARNING]


def database_faults(*, is_thorough: bool) -> list[str]:
    """Whether it answers and, thoroughly and for SQLite, whether the file is whole."""
    is_file = is_thorough and connection.vendor == "sqlite"
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)" if is_file else "SELECT 'ok'")
            [answer] = cursor.fetchone()
    except DatabaseError as error:
        return [f"không trả lời: {error}".strip()]
    return [] if answer == "ok" else [f"tệp hỏng ({answer}); dừng phục vụ và khôi phục bản sao lưu"]


def replica_faults() -> list[str]:
    found = replica.fault()
    return [found] if found else []


def waiting_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name} chưa chạy; `serve` sẽ chạy" for migration, _backwards in plan]


def key_faults() -> list[str]:
    try:
        encryption.decrypt(encryption.encrypt(b"x"))
    except (OSError, ValueError) as error:
        return [f"FIELD_KEYS_FILE: {error}"]
    mode = Path(settings.FIELD_KEYS_FILE).stat().st_mode & 0o077
    return ["FIELD_KEYS_FILE: người khác đọc được, hãy đặt quyền 600"] if mode else []


def disk_faults() -> list[str]:
    free = shutil.disk_usage(settings.HOME).free
    return [] if free > FREE_BYTES else [f"chỉ còn {free // 1024 // 1024} MB trống"]


def clock_faults(*, at: datetime.datetime) -> list[str]:
    """A clock that stands before what was already received would call a late declaration punctual."""
    # Ids grow as they come in; among the last ones some may have overtaken others.
    newest = max(Declaration.objects.order_by("-pk").values_list("received_at", flat=True)[:LAST], default=None)
    if newest is None or newest <= at + AHEAD:
        return []
    now, last = (f"{moment.astimezone(ZONE):%H:%M %d/%m/%Y}" for moment in (at, newest))
    return [f"đồng hồ máy chậm: bây giờ là {now}, tờ khai mới nhất nhận lúc {last}"]
