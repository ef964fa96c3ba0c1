"""Setting up an installation, and looking whether it is well."""

import json
import shutil
import sys
from pathlib import Path

import click
from django.conf import settings
from django.core import checks
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django_q.models import Schedule

from vungxanh.accounts.models import User
from vungxanh.accounts.operations import create_user, one_time_password
from vungxanh.areas.operations import SHIPPED, import_areas
from vungxanh.common import clock, encryption, schedule
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import RoleAssignment, Unit, UnitVersion

FREE_BYTES = 500 * 1024 * 1024


def prepare_database() -> None:
    """Tables, the cache table, the schedule, and the areas that are shipped; may run again at any time."""
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    keep_schedule()
    import_areas(SHIPPED, at=clock.now())


@transaction.atomic
def keep_schedule() -> None:
    """The schedule of the worker is what the modules registered, no more and no less."""
    jobs = schedule.jobs()
    Schedule.objects.exclude(name__in=[job.name for job in jobs]).delete()
    for job in jobs:
        Schedule.objects.update_or_create(
            name=job.name, defaults={"func": job.path, "schedule_type": Schedule.CRON, "cron": job.cron, "repeats": -1}
        )


@click.command()
@click.option("--code", prompt="Mã cơ quan (ví dụ SNN-VP)", help="Mã của cơ quan, duy nhất trong hệ thống.")
@click.option("--name", prompt="Tên cơ quan", help="Tên đầy đủ của cơ quan.")
@click.option("--short-name", default="", help="Tên ngắn; không có thì dùng mã.")
@click.option("--administrator", default="quantri", show_default=True, help="Tên đăng nhập của quản trị.")
def init(code: str, name: str, short_name: str, administrator: str) -> None:
    """Make the database, the agency and its first administrator."""
    prepare_database()
    if Unit.objects.filter(code=code).exists() or User.objects.filter(username=administrator).exists():
        click.echo(f"Cơ quan {code} hoặc tài khoản {administrator} đã có; không có gì thay đổi.", err=True)
        sys.exit(1)
    password = first_agency(code, name, short_name or code, administrator)
    click.echo(f"Đã lập cơ quan {code}. Tài khoản quản trị: {administrator}, mật khẩu dùng một lần: {password}")


@transaction.atomic
def first_agency(code: str, name: str, short_name: str, administrator: str) -> str:
    """The root of the tree and the one who may give roles to others; returns the one-time password."""
    now = clock.now()
    unit = Unit.objects.create(code=code)
    UnitVersion.objects.create(
        unit=unit,
        name=name,
        short_name=short_name,
        kind=UnitKind.AGENCY,
        has_seal=True,
        has_account=True,
        has_number_series=True,
        has_fund=True,
        valid_from=now.date().replace(month=1, day=1),
    )
    password = one_time_password()
    user = create_user(administrator, full_name="Quản trị hệ thống", password=password, at=now)
    RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, unit=unit, valid_from=now.date())
    return password


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Kết quả cho máy đọc.")
def doctor(as_json: bool) -> None:
    """Look whether settings, database, keys, disk and clock are well."""
    findings = {
        "settings": settings_faults(),
        "migrations": waiting_migrations(),
        "keys": key_faults(),
        "disk": disk_faults(),
    }
    is_well = not any(findings.values())
    if as_json:
        click.echo(json.dumps({"well": is_well, **findings}, ensure_ascii=False))
    else:
        for name, faults in findings.items():
            click.echo(f"{'✗' if faults else '✓'} {name}")
            for fault in faults:
                click.echo(f"    {fault}")
    sys.exit(0 if is_well else 1)


def settings_faults() -> list[str]:
    return [f"{message.id}: {message.msg}" for message in checks.run_checks() if message.level >= checks.WARNING]


def waiting_migrations() -> list[str]:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name} chưa chạy" for migration, _backwards in plan]


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
