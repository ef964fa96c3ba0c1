"""Kills a process of a served agency again and again, each in turn, then says what was lost or doubled: nothing should.

`python -m bench.kill [rounds] [--seed N] [--postgresql]`; ends with 1 when something was. Units submit returns over
HTTP without a pause, a receiver on this machine keeps a ledger and sometimes loses its answer. On PostgreSQL the server
itself is left alone.
"""

import random
import sys
import tempfile
import time
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path

import click

from tests.factories.receivers import keep_and_close, receiver
from tests.outages.agency import Agency
from vungxanh.cli.postgresql import temporary_server

EVERYBODY = ("page worker", "job worker", "supervisor", "pages", "sentinel", "job pusher", "jobs", "job monitor", "all")


@click.command()
@click.argument("rounds", type=int, default=len(EVERYBODY))
@click.option("--seed", type=int, default=1, show_default=True)
@click.option("--postgresql", is_flag=True)
def main(rounds: int, seed: int, postgresql: bool) -> None:
    """Kill ROUNDS times and compare what was acknowledged with what the receiver has."""
    chance, started = random.Random(seed), time.monotonic()  # noqa: S311
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-kill-")))
        there = stack.enter_context(receiver())
        address = stack.enter_context(temporary_server()) if postgresql else ""
        agency = Agency(home, there, address)
        stack.callback(agency.end)
        agency.found()
        agency.serve()
        agency.submit()
        for number, name in enumerate(islice(cycle(EVERYBODY), rounds), start=1):
            there.behaviours = [keep_and_close] if chance.random() < 0.5 else []
            agency.kill_all() if name == "all" else agency.kill(name, chance)
            said = f"{len(agency.stream.acknowledged)} acknowledged, {len(there.records)} received"
            click.echo(f"{time.monotonic() - started:7.1f} s  {number:4}  {name:12} {said}")
        stands = agency.settle()
    faults = agency.faults(stands)
    for fault in faults:
        click.echo(fault, err=True)
    counts = f"{len(agency.stream.acknowledged)} acknowledged, {len(agency.stream.unanswered)} never answered"
    click.echo(f"{rounds} kills: {counts}, {len(there.records)} received, {len(faults)} faults")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
