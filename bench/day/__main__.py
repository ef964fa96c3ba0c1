"""`python -m bench.day`, which is what `vungxanh bench risk`, `compliance` and `tracing` call."""

import json
import signal
import sys
import tempfile
from contextlib import ExitStack, closing
from itertools import product
from pathlib import Path
from typing import Any

import click

from bench.day import results
from bench.intake.__main__ import Numbers, version_of
from bench.intake.databases import OURS, Place, Templates, run_in
from bench.intake.results import FOLDER, machine
from vungxanh.cli.postgresql import temporary_server


class World(Templates):
    """So many people or presences; a fresh copy for each run."""

    def __init__(self, folder: Path, server: str, people: int, presences: int) -> None:
        self.presences = presences
        super().__init__(folder, server, people)

    def _found_ours(self, people: int, *_days: int) -> Any:
        place = Place(self.home, self._new(OURS))
        run_in(place, "bench.day.founding", str(people), str(self.presences))


@click.command()
@click.argument("what", type=click.Choice(list(results.CONTESTANTS)))
@click.option(
    "--sizes", type=Numbers(), default="1000,100000", show_default=True, help="Số người, hoặc số lượt có mặt."
)
@click.option("--repeats", type=click.IntRange(1, 50), default=3, show_default=True, help="Số lượt, xen kẽ các bên.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--only", multiple=True, help="Chỉ đo bên này; ghi được nhiều lần.")
@click.option("--results", "folder", type=click.Path(path_type=Path), default=FOLDER, help="Thư mục ghi kết quả.")
def main(what: str, sizes: tuple[int, ...], repeats: int, database: str, only: tuple[str, ...], folder: Path) -> None:
    """Measure everybody's risk, the day's counts or tracing, by us and by others over the same tables."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chosen = [name for name in results.CONTESTANTS[what] if not only or name in only]
    if not chosen:
        raise click.BadParameter(f"một trong {', '.join(results.CONTESTANTS[what])}", param_hint="--only")
    with ExitStack() as stack:
        server = stack.enter_context(temporary_server(is_durable=True)) if database == "postgresql" else ""
        about = machine(database, version_of(server) if server else "")
        runs = [run for size in sizes for run in measure(what, chosen, size, repeats, server)]
    faults = results.faults(what, runs)
    settings = {"sizes": sizes, "repeats": repeats}
    path = results.keep(folder, what, database, settings, about, runs, faults)
    click.echo("\n".join([*faults, str(path), str(results.draw(folder))]))
    sys.exit(1 if faults else 0)


def measure(what: str, chosen: list[str], size: int, repeats: int, server: str) -> list[dict[str, Any]]:
    """The contestants in turn, so that a bad minute of the machine falls on all alike."""
    people, presences = (0, size) if what == "tracing" else (size, 0)
    runs = []
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-bench-"))
        world = stack.enter_context(closing(World(Path(home) / "templates", server, people, presences)))
        for repeat, name in product(range(1, repeats + 1), chosen):
            with world.copy(OURS) as place:
                told = json.loads(run_in(place, "bench.day.contestants", what, name))
            load = float(Path("/proc/loadavg").read_text(encoding="ascii").split()[0])
            runs.append({"contestant": name, "size": size, "repeat": repeat, "load": load, **told})
            click.echo(f"{size:>11,} {repeat:3} {name:11} {told['seconds']:10.3f} s  {told['peak_mb']:7.0f} MB")
    return runs


if __name__ == "__main__":
    main(prog_name="vungxanh bench")
