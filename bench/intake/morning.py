"""A morning on which everybody of a country declares: `python -m bench.intake.morning [--people 2500000] [--speed 2]`.

Arrivals lie around a quarter of an hour before work begins, as a normal distribution with nine minutes to either side;
`speed` presses that together. Whoever finds no connection free waits, as a telephone does, and that counts. Afterwards
every acknowledged declaration is looked for, and the counts of all units are compared with their people. Ends with 1
when one is lost, stands twice or is counted wrongly.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import click

from bench.intake import load, people, results
from bench.intake.contestants import ADDRESS, CONTESTANTS
from bench.intake.databases import OURS, ROOT, Place, Templates, environment_of_ours, faults
from vungxanh.cli.postgresql import temporary_server

DEVIATION = 9 * 60.0
"""Seconds; an assumption, since nobody has published such a curve."""
WIDTH = 3
"""Deviations to either side; who comes later than that comes at the end."""
PATIENCE = 4 * 3600.0
"""Seconds after the last arrival in which all must be answered."""
DAYS_DECLARED_BEFORE = 0
TABLE = "| minute | acknowledged | p50 ms | p99 ms |\n|---|---|---|---|"


def moments(count: int, speed: float) -> Iterator[float]:
    """In order, in seconds after the first."""
    curve = statistics.NormalDist(WIDTH * DEVIATION, DEVIATION)
    for number in range(count):
        yield min(max(curve.inv_cdf((number + 0.5) / count), 0.0), 2 * WIDTH * DEVIATION) / speed


def by_minute(tally: load.Tally) -> list[tuple[int, int, float, float]]:
    """Minute, how many were acknowledged in it, and the middle and the 99th of their latencies in milliseconds."""
    minutes: dict[int, list[float]] = {}
    for moment, latency in zip(tally.moments, tally.latencies, strict=True):
        minutes.setdefault(int(moment // 60), []).append(latency * 1000)
    rows = ((minute, sorted(found)) for minute, found in sorted(minutes.items()))
    return [(minute, len(one), one[len(one) // 2], one[len(one) * 99 // 100]) for minute, one in rows]


def miscounted(place: Place) -> list[str]:
    """What `doctor` finds."""
    command = [sys.executable, "-m", "vungxanh", "doctor"]
    environment = environment_of_ours(place)
    told = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    return [] if told.returncode == 0 else [told.stdout.strip() or told.stderr.strip()]


@click.command()
@click.option("--people", "count", type=click.IntRange(100), default=2_500_000, show_default=True)
@click.option("--speed", type=click.FloatRange(0.1, 1000), default=1.0, show_default=True)
@click.option("--connections", type=click.IntRange(1), default=512, show_default=True)
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
def main(count: int, speed: float, connections: int, database: str) -> None:
    """Let everybody declare in one morning, and say how long they waited and whether anybody was lost."""
    ours = next(one for one in CONTESTANTS if one.name == "ours")
    with ExitStack() as stack:
        address = stack.enter_context(temporary_server(is_durable=True)) if database == "postgresql" else ""
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-morning-")))
        templates = stack.enter_context(
            closing(Templates(home / "templates", address, count, days=DAYS_DECLARED_BEFORE))
        )
        place = stack.enter_context(templates.copy(OURS))
        about = results.machine(database, "")
        with ours.served(place) as (port, _server):
            arriving = people.declarations_due(templates.world, ADDRESS, moments(count, speed))
            seconds = 2 * WIDTH * DEVIATION / speed + PATIENCE
            tally = load.run(port, arriving, connections=connections, seconds=seconds)
        found = faults(place, OURS, tally.acknowledged) + miscounted(place)
    click.echo(
        f"{about['database']}, {about['cores']} cores, commit {about['commit']}, load {about['load_before']:.2f}"
    )
    click.echo(
        f"{count:,} people at {speed:g} times the speed, {connections} connections: {len(tally.acknowledged):,} "
        f"acknowledged in {tally.seconds:.0f} s, {tally.retried:,} tried again, {tally.refused.total()} refused, "
        f"{tally.unanswered} never answered; "
        f"p50 {tally.latency(0.5) * 1000:.0f}, p99 {tally.latency(0.99) * 1000:.0f} ms"
    )
    click.echo(TABLE)
    for minute, acknowledged, middle, late in by_minute(tally):
        click.echo(f"| {minute} | {acknowledged:,} | {middle:.0f} | {late:.0f} |")
    for words in [*(f"{times} x {says}" for says, times in tally.refused.items()), *found]:
        click.echo(words, err=True)
    sys.exit(1 if found or tally.refused or tally.unanswered or len(tally.acknowledged) < count else 0)


if __name__ == "__main__":
    main()
