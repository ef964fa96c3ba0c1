"""`vungxanh demo`: the demonstration agency, built where it is not there yet, then served."""

import contextlib
import datetime
import os
import sys
import time
from collections.abc import Iterator

import click
from django.db import OperationalError

from vungxanh.cli import serving
from vungxanh.cli.demo import build, material, state
from vungxanh.cli.demo.living import Told
from vungxanh.cli.demo.state import State
from vungxanh.cli.installation import prepare_database
from vungxanh.cli.supervisor import Supervisor
from vungxanh.common import clock

LIVING = [sys.executable, "-m", "vungxanh", "demo", "--live-on"]
PAUSE = 60.0


@click.command()
@click.option("--fresh", is_flag=True, help="Xóa cơ quan trình diễn đang có và dựng lại từ đầu.")
@click.option("--build-only", is_flag=True, help="Chỉ dựng, không mở máy chủ.")
@click.option(
    "--today",
    type=click.DateTime(formats=["%Y-%m-%d"]),
    help="Mở ở ngày này, ví dụ 2022-01-12 để xem phong trào đã tổng kết; mặc định 2021-10-04.",
)
@click.option("--live-on", is_flag=True, hidden=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="PORT, mặc định 8000.")
def demo(fresh: bool, build_only: bool, today: datetime.datetime | None, live_on: bool, host: str, port: int) -> None:
    """Build the demonstration agency if it is not there yet, and serve it."""
    if live_on:
        keep_living()
        return
    if not build_only:
        serving.refuse_taken_port(host, port)
    try:
        kept = make_ready(fresh=fresh, today=today.date() if today else None)
    except (build.NotADemonstrationError, build.ImpossibleDayError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    greet(kept, host, port)
    if not build_only:
        commands = {"pages": serving.pages(host, port), "jobs": serving.jobs(), "living": LIVING}
        Supervisor(commands).run()


def make_ready(*, fresh: bool, today: datetime.date | None = None) -> State:
    """The agency as it is now, whatever was there before, or as it is on `today`."""
    started = time.monotonic()
    until = build.first_now(today)
    if fresh:
        build.remove()
    kept = state.kept()
    if kept is None or not kept.is_whole:
        first = material.agency().living_from
        with _progress(first, until.date()) as (step, told):
            kept = build.build(today=today, step=step, told=told)
    else:
        prepare_database()
        if today:
            assert kept.lived_until
            with _progress(kept.lived_until.date(), today) as (_step, told):
                build.live_on_to(kept, today, told=told)
        elif build.catch_up(kept):
            click.echo("Bản trình diễn đã nghỉ lâu; đồng hồ của cơ quan được chỉnh lùi cho liền mạch.")
    click.echo(f"Sẵn sàng sau {time.monotonic() - started:.1f} giây.")
    return kept


@contextlib.contextmanager
def _progress(first: datetime.date, last: datetime.date) -> Iterator[tuple[build.Step, Told]]:
    """A bar of the days that are lived, with what is being done."""
    days = max((last - first).days + 1, 1)
    with click.progressbar(length=days, label="Dựng cơ quan trình diễn", file=sys.stderr) as bar:
        seen: set[datetime.date] = set()

        def told(at: datetime.datetime) -> None:
            if at.date() not in seen:
                seen.add(at.date())
                bar.update(1)

        def step(words: str) -> None:
            bar.label = words
            bar.render_progress()

        yield step, told


def greet(kept: State, host: str, port: int) -> None:
    now = clock.now()
    click.echo()
    click.secho(f"Vùng Xanh – cơ quan trình diễn: http://{host}:{port}", bold=True)
    click.echo(f"Ở đây đang là {now:%H:%M ngày %d/%m/%Y}. Mọi người, số liệu, số văn bản đều là mẫu.")
    click.echo()
    for account in material.agency().account:
        click.echo(f"  {account.name:<12} {account.says}")
    click.echo("  cb0001 …     mọi người khác, theo mã cán bộ")
    click.echo()
    click.echo(f"Mật khẩu chung: {kept.password}")


def keep_living() -> None:
    """Once a minute the agency does what it would do by itself; those behind the named accounts are left alone."""
    left_alone = frozenset(account.name for account in material.agency().account)
    while True:
        time.sleep(PAUSE)
        kept = state.kept()
        if kept is None or not kept.is_whole:
            return
        try:
            build.live_until_now(kept, left_alone=left_alone)
        except OperationalError as error:
            click.echo(f"living: {error}", err=True)
