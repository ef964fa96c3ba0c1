"""Kills processes of our server at random while many connections declare, and counts the syncs of a stretch without
kills: `python -m bench.intake.kill [KILLS] [--connections 64] [--database postgresql] [--seed 1]`.

Whatever is refused for now or cut off is sent again with the same uuid. Ends with 1 when an acknowledged declaration is
lost, one stands twice, or figures differ. Groups are told by the moment at which they were received.
"""

import contextlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import click

from bench.intake import load, people, processes
from bench.intake.crowd import crowd
from bench.intake.databases import OURS, Place, Templates, faults
from vungxanh.cli.postgresql import temporary_server

TRACED_SECONDS = 5.0
GROUPS = "SELECT count(DISTINCT received_at), count(*) FROM screening_declaration WHERE day = '{day}'"


@dataclass(frozen=True, slots=True)
class Found:
    """What stands afterwards. `syncs` and `traced_groups` of the stretch that was traced; none where nobody could."""

    tally: load.Tally
    groups: int
    rows: int
    syncs: int | None
    traced_groups: int
    faults: list[str]


def kill(
    templates: Templates, *, kills: int, connections: int, chance: random.Random, traced: float = TRACED_SECONDS
) -> Found:
    """Kills any process of the server, `kills` times; each time when a crowd has been answered since the last. Before
    that, `traced` seconds are traced. Raises StuckError, also where there are too few people."""
    with crowd(templates, connections) as declaring:
        stream, place = declaring.stream, declaring.place
        stream.wait_for(3 * connections)
        syncs, traced_groups = _traced(place, declaring.server.pid, traced)
        for _ in range(kills):
            stream.wait_for(connections)
            time.sleep(chance.uniform(0, 0.3))
            victim = chance.choice(processes.family_of(declaring.server.pid))
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            if victim == declaring.server.pid:
                declaring.start_again()
        stream.wait_for(connections)
        tally = declaring.over()
        groups, rows = place.query(GROUPS.format(day=people.DAY))[0]
        return Found(tally, groups, rows, syncs, traced_groups, faults(place, OURS, tally.acknowledged))


def _traced(place: Place, server: int, seconds: float) -> tuple[int | None, int]:
    """Syncs that the server, or PostgreSQL for its log, asked the system for, and groups that were written meanwhile; a
    checkpoint of SQLite and the writer of PostgreSQL's log sync as well. None where this system lets nobody trace."""
    writing = processes.postmaster_of(place.database) if place.is_postgresql else server
    if writing is None or not shutil.which("strace"):
        return None, 0
    calls = "fdatasync" if place.is_postgresql else "fsync,fdatasync"
    with tempfile.NamedTemporaryFile("r") as kept:
        pids = [word for pid in processes.family_of(writing) for word in ("-p", str(pid))]
        command = ["strace", "-f", "-qq", "-e", f"trace={calls}", "-o", kept.name, *pids]
        tracing = subprocess.Popen(command, stderr=subprocess.DEVNULL)  # noqa: S603
        time.sleep(1)
        if tracing.poll() is not None:
            return None, 0
        kept.readlines()
        before = place.query(GROUPS.format(day=people.DAY))[0][0]
        time.sleep(seconds)
        lines, after = kept.readlines(), place.query(GROUPS.format(day=people.DAY))[0][0]
        tracing.terminate()
        tracing.wait()
    return sum("sync(" in line for line in lines), after - before


@click.command()
@click.argument("kills", type=int, default=100)
@click.option("--connections", type=int, default=64, show_default=True)
@click.option("--people", "count", type=int, default=40_000, show_default=True)
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--seed", type=int, default=1, show_default=True)
def main(kills: int, connections: int, count: int, database: str, seed: int) -> None:
    """Kill KILLS times while declarations come in, and say what was lost or doubled."""
    with ExitStack() as stack:
        address = stack.enter_context(temporary_server(is_durable=True)) if database == "postgresql" else ""
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-kill-")))
        templates = stack.enter_context(closing(Templates(home / "templates", address, count)))
        chance = random.Random(seed)  # noqa: S311
        found = kill(templates, kills=kills, connections=connections, chance=chance)
    tally = found.tally
    click.echo(
        f"{kills} kills, {connections} connections, {tally.seconds:.0f} s: {len(tally.acknowledged)} acknowledged, "
        f"{tally.retried} tried again, {tally.refused.total()} refused, {tally.unanswered} never answered"
    )
    click.echo(f"{found.rows} rows in {found.groups} groups: {found.rows / max(1, found.groups):.1f} a group")
    if found.syncs is not None:
        each = found.syncs / max(1, found.traced_groups)
        click.echo(f"traced: {found.syncs} syncs for {found.traced_groups} groups, {each:.2f} a group")
    for words, times in tally.refused.items():
        click.echo(f"{times} x {words}", err=True)
    for fault in found.faults:
        click.echo(fault, err=True)
    sys.exit(1 if found.faults or tally.refused else 0)


if __name__ == "__main__":
    main()
