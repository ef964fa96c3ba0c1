"""One run of one contestant: a fresh copy, the server, the load, and what stands in the database afterwards."""

from dataclasses import asdict, dataclass, field
from typing import Any

import click

from bench.intake import load, people, processes
from bench.intake.contestants import ADDRESS, LOG, Contestant
from bench.intake.databases import Templates, faults

WARMING = 64
SHOWN = 5


@dataclass(slots=True)
class Run:
    """Latencies in milliseconds, processor time in microseconds for each acknowledged declaration, of the server's
    processes and of PostgreSQL's; `client_share` is the load client's part of one core."""

    contestant: str
    connections: int
    repeat: int
    acknowledged: int
    per_second: float
    p50_ms: float
    p99_ms: float
    server_us: float
    database_us: float
    seconds: float
    client_share: float
    retried: int
    refused: int
    unanswered: int
    refusals: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(self).items()}


def take(contestant: Contestant, templates: Templates, *, connections: int, seconds: float, repeat: int) -> Run:
    with templates.copy(contestant.starts_from) as place, contestant.served(place) as (port, server):
        warming, waiting = load.parts(people.declarations(templates.world, ADDRESS), WARMING)
        warmed = load.warm_up(port, warming)
        before = _processor(server.pid, templates.server)
        tally = load.run(port, waiting, connections=connections, seconds=seconds)
        after = _processor(server.pid, templates.server)
        both = [*warmed.acknowledged, *tally.acknowledged]
        found = faults(place, contestant.starts_from, both) if contestant.name != "nothing" else []
        if found or tally.refused or warmed.refused:
            log = (place.home / LOG).read_text(encoding="utf-8", errors="replace")
            click.echo("\n".join([*found[:SHOWN], *warmed.refused, *tally.refused, log[-3000:]]), err=True)
    count = max(1, len(tally.acknowledged))
    server_us, database_us = ((new - old) * 1e6 / count for old, new in zip(before, after, strict=True))
    return Run(
        contestant=contestant.name,
        connections=connections,
        repeat=repeat,
        acknowledged=len(tally.acknowledged),
        per_second=tally.per_second,
        p50_ms=tally.latency(0.5) * 1000,
        p99_ms=tally.latency(0.99) * 1000,
        server_us=server_us,
        database_us=database_us,
        seconds=tally.seconds,
        client_share=tally.own_share,
        retried=tally.retried,
        refused=tally.refused.total(),
        unanswered=tally.unanswered,
        refusals=[f"{count} x {says}" for says, count in tally.refused.most_common(SHOWN)],
        faults=found[:SHOWN],
    )


def _processor(server: int, address: str) -> tuple[float, float]:
    """Seconds that the server's processes and those of PostgreSQL have taken; of one that is not ours to see, none."""
    postmaster = processes.postmaster_of(address)
    return processes.processor_seconds(server), processes.processor_seconds(postmaster) if postmaster else 0.0
