"""Pages while many declare: `python -m bench.intake.pages`, which is what `vungxanh bench pages` calls.

One person reads and writes, with a pause, while so many connections declare: the Office looks at the control room, the
head of a unit at the unit's day, and somebody declares through the page of the API, not through the door of the crowd.
"""

import http.client
import itertools
import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from bench.intake import load, people
from bench.intake.__main__ import Numbers, version_of
from bench.intake.contestants import ADDRESS
from bench.intake.crowd import OURS_SERVED, SECONDS, Stream
from bench.intake.databases import OURS, Templates, run_in
from bench.intake.results import FOLDER, machine, newest, write
from vungxanh.cli.postgresql import temporary_server

PAUSE = 0.1
PAGES = {
    "control-room": ("the control room of all units", f"/dieu-hanh/{people.DAY}/", "office", "DV00007"),
    "unit": ("a unit's day", f"/hom-nay/DV00000/{people.DAY}/", "head", "DV00000"),
}
"""What it is called, its address, who looks at it, and what must stand on it."""
DECLARING = "declaring"
SAYS = {name: says for name, (says, *_rest) in PAGES.items()} | {DECLARING: "a declaration through the page"}
HEAD = """# Pages while many declare

Written by `vungxanh bench pages`; do not edit. Milliseconds from the request to the last byte, over a connection of its
own, while so many connections declare without end. The middle, the 90th of 100 and the worst of all repeats.
"""


@dataclass(frozen=True, slots=True)
class Look:
    """One request, and how long it took in milliseconds."""

    page: str
    connections: int
    repeat: int
    ms: float


def looks(
    port: int, cookies: dict[str, str], slow: Iterator[load.Declaration], seconds: float
) -> Iterator[tuple[str, float]]:
    """In whole rounds, until the time is over. Raises RuntimeError where another answer comes than what was asked."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for name in SAYS:
            time.sleep(PAUSE)
            if name == DECLARING:
                taken = _asked(port, "POST", ADDRESS, *_in_english(next(slow)), wanted=201, holds="timeliness")
            else:
                _says, address, who, holds = PAGES[name]
                taken = _asked(port, "GET", address, {"Cookie": cookies[who]}, b"", wanted=200, holds=holds)
            yield name, taken


def _in_english(one: load.Declaration) -> tuple[dict[str, str], bytes]:
    """Only Vietnamese is taken by the door."""
    head, _, body = one.wire.partition(load.HEAD_ENDS)
    lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    return {
        "Authorization": lines["Authorization"],
        "Content-Type": lines["Content-Type"],
        "Accept-Language": "en",
    }, body


def _asked(
    port: int, method: str, address: str, headers: dict[str, str], body: bytes, *, wanted: int, holds: str
) -> float:
    began = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request(method, address, body or None, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
    taken = (time.perf_counter() - began) * 1000
    if answer.status != wanted or holds not in text:
        raise RuntimeError(f"{method} {address}: {answer.status} {text[:300]}")
    return taken


def measure(templates: Templates, connections: int, repeat: int, seconds: float) -> tuple[list[Look], float]:
    """With the declarations a second that were taken meanwhile."""
    all_declarations = iter(people.declarations(templates.world, ADDRESS))
    slow = iter(list(itertools.islice(all_declarations, int(seconds / PAUSE))))
    stream = Stream(all_declarations)
    with templates.copy(OURS) as place, ExitStack() as stack:
        cookies = json.loads(run_in(place, "bench.intake.signed_in"))
        port, _server = stack.enter_context(OURS_SERVED.served(place))
        pool = stack.enter_context(ThreadPoolExecutor(1))
        stack.callback(stream.is_over.set)
        if connections:
            running = pool.submit(load.run, port, iter(stream), connections=connections, seconds=SECONDS)
            stream.wait_for(2 * connections)
        else:
            running = None
        list(looks(port, cookies, slow, len(SAYS) * PAUSE))
        taken, began = stream.taken, time.monotonic()
        found = [Look(name, connections, repeat, ms) for name, ms in looks(port, cookies, slow, seconds)]
        rate = (stream.taken - taken) / (time.monotonic() - began)
        if running and running.done():
            raise RuntimeError("everybody has declared before the time was over: more people are needed")
    return found, rate


def drawn(folder: Path) -> str:
    """The tables of the newest results of each database."""
    lines = [HEAD]
    for kept in newest(folder, "pages").values():
        about = kept["machine"]
        lines += [
            f"## {about['database']}, {kept['date']}\n",
            f"{about['processor']}, {about['cores']} cores, commit {about['commit']}; load before "
            f"{about['load_before']:.2f}; {kept['settings']['people']:,} people.\n",
            "| | connections | declarations/s | looks | p50 ms | p90 ms | worst ms |",
            "|---|---|---|---|---|---|---|",
        ]
        for name, connections, row in summed(kept):
            lines.append(
                f"| {SAYS[name]} | {connections} | {row['rate']:,.0f} | {row['count']} "
                f"| {row['p50']:,.0f} | {row['p90']:,.0f} | {row['worst']:,.0f} |"
            )
        lines.append("")
    return "\n".join(lines)


def summed(kept: dict[str, Any]) -> Iterator[tuple[str, int, dict[str, float]]]:
    """By page and number of connections."""
    for name, connections in itertools.product(SAYS, kept["settings"]["connections"]):
        taken = sorted(one["ms"] for one in kept["looks"] if (one["page"], one["connections"]) == (name, connections))
        rates = [one["per_second"] for one in kept["rates"] if one["connections"] == connections]
        yield (
            name,
            connections,
            {
                "count": len(taken),
                "p50": taken[len(taken) // 2],
                "p90": taken[len(taken) * 9 // 10],
                "worst": taken[-1],
                "rate": statistics.median(rates),
            },
        )


@click.command()
@click.option(
    "--connections", type=Numbers(least=0), default="0,64,512", show_default=True, help="Số kết nối cùng khai."
)
@click.option("--seconds", type=click.FloatRange(0.5, 600), default=10, show_default=True, help="Mỗi lượt đo.")
@click.option("--repeats", type=click.IntRange(1, 50), default=3, show_default=True, help="Số lượt.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--people", "count", type=click.IntRange(1000, 1_000_000), default=60_000, show_default=True)
@click.option("--results", "folder", type=click.Path(path_type=Path), default=FOLDER, help="Thư mục ghi kết quả.")
def main(connections: tuple[int, ...], seconds: float, repeats: int, database: str, count: int, folder: Path) -> None:
    """Measure how long pages take while many declare."""
    looked: list[Look] = []
    rates: list[dict[str, float]] = []
    with ExitStack() as stack:
        server = stack.enter_context(temporary_server(is_durable=True)) if database == "postgresql" else ""
        about = machine(database, version_of(server) if server else "")
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="vungxanh-bench-"))
        templates = stack.enter_context(closing(Templates(Path(home) / "templates", server, count)))
        for repeat, crowd in itertools.product(range(1, repeats + 1), connections):
            found, rate = measure(templates, crowd, repeat, seconds)
            looked += found
            rates.append({"connections": crowd, "repeat": repeat, "per_second": round(rate, 1)})
            middle = {name: statistics.median(one.ms for one in found if one.page == name) for name in SAYS}
            told = "  ".join(f"{name} {ms:.0f} ms" for name, ms in middle.items())
            click.echo(f"{repeat:3} {crowd:5} kết nối {rate:7,.0f}/s  {told}")
    settings = {"connections": connections, "seconds": seconds, "repeats": repeats, "people": count}
    kept = [{**asdict(one), "ms": round(one.ms, 1)} for one in looked]
    path = write(folder, "pages", database, settings, about, rates=rates, looks=kept)
    (folder / "pages.md").write_text(drawn(folder), encoding="utf-8")
    click.echo(str(path))


if __name__ == "__main__":
    main(prog_name="vungxanh bench pages")
