"""`python -m bench.day`, which is what `vungxanh bench risk`, `compliance` and `tracing` call; several of them share a
world, which takes longer to found than to measure."""

import json
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, nullcontext
from itertools import product
from pathlib import Path
from typing import Any

import click

from bench.day import results
from bench.intake.__main__ import Numbers, version_of
from bench.intake.databases import OURS, Place, Templates, run_in
from bench.intake.results import FOLDER, machine
from vungxanh.cli.postgresql import temporary_server

WRITES = {"risk"}
"""What needs a fresh copy for each run; the others read."""


class World(Templates):
    """So many people or presences."""

    def __init__(self, folder: Path, server: str, people: int, presences: int) -> None:
        self.presences = presences
        super().__init__(folder, server, people)

    def _found_ours(self, people: int, *_days: int) -> Any:
        place = Place(self.home, self._new(OURS))
        run_in(place, "bench.day.founding", str(people), str(self.presences))

    @property
    def whole(self) -> Place:
        """As it was founded."""
        return Place(self.home, self.kept[OURS])


@click.command()
@click.argument("kinds", metavar="WHAT …", nargs=-1, required=True, type=click.Choice(list(results.CONTESTANTS)))
@click.option(
    "--sizes", type=Numbers(), default="1000,100000", show_default=True, help="Số người, hoặc số lượt có mặt."
)
@click.option("--repeats", type=click.IntRange(1, 50), default=3, show_default=True, help="Số lượt, xen kẽ các bên.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--only", multiple=True, help="Chỉ đo bên này; ghi được nhiều lần.")
@click.option("--results", "folder", type=click.Path(path_type=Path), default=FOLDER, help="Thư mục ghi kết quả.")
def main(
    kinds: tuple[str, ...], sizes: tuple[int, ...], repeats: int, database: str, only: tuple[str, ...], folder: Path
) -> None:
    """Measure everybody's risk, the day's counts or tracing, by us and by others over the same tables."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    chosen = {what: [one for one in results.CONTESTANTS[what] if not only or one in only] for what in kinds}
    if empty := [what for what in chosen if not chosen[what]]:
        raise click.BadParameter(f"một trong {', '.join(results.CONTESTANTS[empty[0]])}", param_hint="--only")
    with ExitStack() as stack:
        server = stack.enter_context(temporary_server(is_durable=True)) if database == "postgresql" else ""
        about = machine(database, version_of(server) if server else "")
        runs: dict[str, list[dict[str, Any]]] = {what: [] for what in chosen}
        for size, (founded_by, of_one_world) in product(sizes, worlds(chosen).items()):
            people, presences = (0, size) if founded_by == "presences" else (size, 0)
            for what, told in measure(of_one_world, people, presences, repeats, server):
                runs[what].append({"size": size, **told})
    settings = {"sizes": sizes, "repeats": repeats}
    faults = {what: results.faults(what, runs[what]) for what in runs}
    for what in runs:
        click.echo(results.keep(folder, what, database, settings, about, runs[what], faults[what]))
    click.echo("\n".join([*(line for lines in faults.values() for line in lines), str(results.draw(folder))]))
    sys.exit(1 if any(faults.values()) else 0)


def worlds(chosen: dict[str, list[str]]) -> dict[str, dict[str, list[str]]]:
    """What is measured, by what its world is made of."""
    made: dict[str, dict[str, list[str]]] = {}
    for what, names in chosen.items():
        made.setdefault("presences" if what == "tracing" else "people", {})[what] = names
    return made


def measure(
    chosen: dict[str, list[str]], people: int, presences: int, repeats: int, server: str
) -> Iterator[tuple[str, dict[str, Any]]]:
    """The contestants in turn, so that a bad minute of the machine falls on all alike."""
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-bench-"))
        world = stack.enter_context(closing(World(Path(home) / "templates", server, people, presences)))
        turns = [(what, name) for what, names in chosen.items() for name in names]
        for repeat, (what, name) in product(range(1, repeats + 1), turns):
            with world.copy(OURS) if what in WRITES else nullcontext(world.whole) as place:
                told = json.loads(run_in(place, "bench.day.contestants", what, name))
            load = float(Path("/proc/loadavg").read_text(encoding="ascii").split()[0])
            seconds, peak = told["seconds"], told["peak_mb"]
            click.echo(f"{what:11}{people or presences:>11,} {repeat:3} {name:11} {seconds:10.3f} s  {peak:7.0f} MB")
            yield what, {"contestant": name, "repeat": repeat, "load": load, **told}


if __name__ == "__main__":
    main(prog_name="vungxanh bench")
