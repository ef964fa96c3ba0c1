"""What was measured of a whole day: kept as JSON by kind, database and day, and drawn as one page from the newest."""

import json
import statistics
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from bench.intake.results import newest, write

CONTESTANTS = {
    "risk": {
        "ours": "ours, everybody stored anew, with counts of units, zones, unusual returns and passes",
        "again": "ours, the next morning: nothing is new",
        "sql": "one statement of SQL (and one that puts the old rows away)",
        "polars": "polars by hand, every declaration of 14 days read as columns",
        "orm": "a loop over the ORM (a sample, carried on to everybody)",
    },
    "compliance": {
        "ours": "ours: figures of the root from the counts that are kept",
        "recomputed": "the same from the people",
    },
    "tracing": {
        "ours": "ours: everybody who shared a room with one person in 14 days, found",
        "named": "ours: found and named, what the page and the spreadsheet show",
        "sql": "the rows of one statement of SQL",
    },
}
SAME = {"risk": "stored", "compliance": "found", "tracing": "contacts"}
"""What all contestants must agree on."""
HEAD = """# Everybody's day

Written by `vungxanh bench risk`, `compliance` and `tracing`; do not edit. Each run is a process of its own, where it
writes on a fresh copy of the same world; the contestants take turns; medians. `of ours` is the time compared with
ours. Memory is the peak of the process (VmHWM), and of its PostgreSQL process where that works for it; a process that
has only started takes some 120 MB. Before anything is compared, the levels, reasons and unknown facts of everybody, the
figures or the contacts must be equal. The peers store an assessment in the place of the old one, nothing else.
"""


def keep(
    folder: Path,
    what: str,
    vendor: str,
    settings: dict[str, Any],
    about: dict[str, Any],
    runs: Sequence[dict[str, Any]],
    found: Sequence[str],
) -> Path:
    return write(folder, what, vendor, settings, about, faults=list(found), runs=list(runs))


def faults(what: str, runs: Sequence[dict[str, Any]]) -> list[str]:
    """Where a contestant found something else than the others of its size."""
    found = []
    for size in sorted({run["size"] for run in runs}):
        told = {run["contestant"]: run[SAME[what]] for run in runs if run["size"] == size and SAME[what] in run}
        if len({json.dumps(one) for one in told.values()}) > 1:
            found.append(f"{size:,}: {told}")
    return found


def draw(folder: Path) -> Path:
    """The tables of the newest results of each kind and database."""
    parts = [HEAD]
    for what in CONTESTANTS:
        for kept in newest(folder, what).values():
            parts += _of(what, kept)
    path = folder / "day.md"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _of(what: str, kept: dict[str, Any]) -> list[str]:
    about, medians = kept["machine"], median_of(kept["runs"])
    loads = [run["load"] for run in kept["runs"]]
    lines = [
        f"## {what}: {about['database']}, {kept['date']}\n",
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, {about['system']}, Python "
        f"{about['python']}, commit {about['commit']}; load {about['load_before']:.2f} before, {min(loads):.2f} – "
        f"{max(loads):.2f} meanwhile (one core is ours). {kept['settings']['repeats']} repeats in turn.\n",
        "| | size | seconds | of ours | peak MB | database MB | |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, says in CONTESTANTS[what].items():
        for (contestant, size), run in medians.items():
            if contestant == name:
                ours = medians.get(("ours", size))
                ratio = f"{run['seconds'] / ours['seconds']:.2f}" if ours else "–"
                lines.append(
                    f"| {says} | {size:,} | {run['seconds']:,.3f} | {ratio} | {run['peak_mb']:,.0f} "
                    f"| {run.get('database_peak_mb', '–')} | {_remark(run)} |"
                )
    return [*lines, "", *_growth(medians), *(f"- differs: {one}" for one in kept["faults"]), ""]


def _remark(run: dict[str, Any]) -> str:
    if "contacts" in run:
        each = run["seconds"] * 1e6 / run["contacts"]
        return f"{run['contacts']:,} contacts, {each:.1f} µs each"
    return f"{run['sample']:,} people, carried on" if "sample" in run else ""


def _growth(medians: dict[tuple[str, int], dict[str, Any]]) -> list[str]:
    """From each size to the next one."""
    lines = []
    for name in dict.fromkeys(name for name, _size in medians):
        sizes = sorted(size for other, size in medians if other == name)
        steps = [
            f"t({size:,})/t({before:,}) = {medians[name, size]['seconds'] / medians[name, before]['seconds']:.2f}"
            for before, size in pairwise(sizes)
        ]
        if steps:
            lines.append(f"- {name}: {', '.join(steps)}")
    return [*lines, ""] if lines else []


def median_of(runs: Sequence[dict[str, Any]]) -> dict[tuple[str, int], dict[str, Any]]:
    """By contestant and size, the run in the middle by time."""
    groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for run in runs:
        groups.setdefault((run["contestant"], run["size"]), []).append(run)
    found = {}
    for key, group in groups.items():
        middle = sorted(group, key=lambda run: run["seconds"])[len(group) // 2]
        found[key] = middle | {"seconds": statistics.median(run["seconds"] for run in group)}
    return found
