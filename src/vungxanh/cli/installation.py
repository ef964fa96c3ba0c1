"""Setting up an installation."""

import sys

import click
from django.core.management import call_command
from django.db import transaction
from django_q.models import Schedule

from vungxanh.accounts.models import User
from vungxanh.accounts.operations import create_user
from vungxanh.areas.operations import SHIPPED, import_areas
from vungxanh.common import clock, encryption, schedule
from vungxanh.common.codes import fresh_code
from vungxanh.organization.enums import Role, UnitKind
from vungxanh.organization.models import RoleAssignment, Unit, UnitVersion
from vungxanh.screening.operations import make_months


def prepare_database() -> None:
    """Keys, tables, the cache table, the schedule, the shipped areas, the months; may run again at any time."""
    encryption.encrypt(b"whoever cannot keep a key is told so now")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    keep_schedule()
    import_areas(SHIPPED, at=clock.now())
    make_months(at=clock.now())


@transaction.atomic
def keep_schedule() -> None:
    """The schedule of the worker is what the modules registered, no more and no less."""
    jobs, now = schedule.jobs(), clock.real_now()
    Schedule.objects.exclude(name__in=[job.name for job in jobs]).delete()
    for job in jobs:
        wanted = {"func": job.path, "schedule_type": Schedule.CRON, "cron": job.cron, "repeats": -1}
        known = Schedule.objects.filter(name=job.name, cron=job.cron)
        if not known.update(**wanted):
            Schedule.objects.update_or_create(name=job.name, defaults={**wanted, "next_run": job.first_run(now)})


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
    password = fresh_code()
    user = create_user(administrator, full_name="Quản trị hệ thống", password=password, at=now)
    RoleAssignment.objects.create(user=user, role=Role.ADMINISTRATOR, unit=unit, valid_from=now.date())
    return password
