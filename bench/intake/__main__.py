"""`python -m bench.intake`, which is what `vungxanh bench intake` calls."""

import importlib.util
import signal
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

import click
import psycopg

from bench.intake import results
from bench.intake.contestants import CONTESTANTS, Contestant, StartError
from bench.intake.course import Run, take
from bench.intake.databases import Templates
from bench.intake.load import AnswerError
from vungxanh.cli.postgresql import temporary_server

NAMES = [one.name for one in CONTESTANTS]


class Numbers(click.ParamType[tuple[int, ...]]):
    """Whole numbers from `least` on, parted by commas."""

    name = "1,8,…"

    def __init__(self, least: int = 1) -> None:
        self.least = least

    def convert(
        self, value: str | tuple[int, ...], param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int, ...]:
        if isinstance(value, tuple):
            return value
        parts = value.split(",")
        if not all(part.isdecimal() and int(part) >= self.least for part in parts):
            self.fail(f"{value}: cần các số từ {self.least} trở lên, cách nhau bằng dấu phẩy", param, ctx)
        return tuple(map(int, parts))


@click.command()
@click.option("--connections", type=Numbers(), default="1,8,64,512", show_default=True, help="Số kết nối cùng lúc.")
@click.option("--seconds", type=click.FloatRange(0.1, 600), default=5, show_default=True, help="Mỗi lượt đo dài nhất.")
@click.option("--repeats", type=click.IntRange(1, 50), default=3, show_default=True, help="Số lượt, xen kẽ các bên.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--people", type=click.IntRange(100, 1_000_000), default=20_000, show_default=True, help="Số người khai.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Chỉ đo bên này; ghi được nhiều lần.")
@click.option(
    "--results", "folder", type=click.Path(path_type=Path), default=results.FOLDER, help="Thư mục ghi kết quả."
)
def main(
    connections: tuple[int, ...],
    seconds: float,
    repeats: int,
    database: str,
    people: int,
    only: tuple[str, ...],
    folder: Path,
) -> None:
    """Measure how declarations are taken over HTTP, by us and by others with the same duties."""
    # Whoever stops the measurement finds nothing of it left behind.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chosen = [one for one in CONTESTANTS if not only or one.name in only]
    refuse_missing(chosen)
    with ExitStack() as stack:
        server = stack.enter_context(temporary_server(is_durable=True)) if database == "postgresql" else ""
        about = results.machine(database, version_of(server) if server else "")
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-bench-"))
        click.echo(f"{people:,} người khai, {about['database']}, {about['cores']} nhân…")
        templates = stack.enter_context(closing(Templates(Path(home) / "templates", server, people)))
        try:
            runs = measure(chosen, templates, connections, seconds, repeats)
        except (StartError, AnswerError) as error:
            raise click.ClickException(str(error)) from error
    settings = {"connections": connections, "seconds": seconds, "repeats": repeats, "people": people}
    path = results.keep(folder, database, settings, about, runs)
    click.echo(f"{path}\n{results.draw(folder)}")
    sys.exit(1 if any(run.faults for run in runs) else 0)


def refuse_missing(chosen: Sequence[Contestant]) -> None:
    """Says how to install what the peers need."""
    wanted = {module for one in chosen for module in one.needs}
    missing = sorted(module for module in wanted if not importlib.util.find_spec(module))
    if missing:
        raise click.ClickException(
            f"Thiếu các thư viện chỉ dùng để đo: {', '.join(missing)}. Cài bằng lệnh:\n"
            f"  {sys.executable} -m pip install --require-hashes -r requirements/bench.txt\n"
            "hoặc chỉ đo Vùng Xanh với --only ours."
        )


def version_of(server: str) -> str:
    with psycopg.connect(server) as connection:
        return f"{connection.info.server_version // 10_000}.{connection.info.server_version % 10_000}"


def measure(
    chosen: Sequence[Contestant], templates: Templates, connections: Sequence[int], seconds: float, repeats: int
) -> list[Run]:
    """In turn, so that a bad minute of the machine falls on all alike."""
    runs = []
    for repeat in range(1, repeats + 1):
        for count in connections:
            for contestant in chosen:
                run = take(contestant, templates, connections=count, seconds=seconds, repeat=repeat)
                runs.append(run)
                click.echo(line(run))
    return runs


def line(run: Run) -> str:
    return (
        f"{run.repeat:3} {run.contestant:11} {run.connections:5} kết nối  {run.per_second:9,.0f}/s  "
        f"p50 {run.p50_ms:8.1f}  p99 {run.p99_ms:8.1f} ms  {run.server_us:7,.0f} + {run.database_us:,.0f} µs  "
        f"máy khách {run.client_share:.0%}  {run.acknowledged} nhận, {run.refused} từ chối, {run.retried} gửi lại, "
        f"{len(run.faults)} lỗi"
    )


if __name__ == "__main__":
    main(prog_name="vungxanh bench intake")
