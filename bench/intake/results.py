"""What was measured: kept as JSON by database and day, and as one table that is drawn from the newest of each."""

import datetime
import json
import os
import platform
import sqlite3
import statistics
import subprocess
import tomllib
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

from bench.intake.contestants import CONTESTANTS, Contestant
from bench.intake.course import Run
from bench.intake.databases import ROOT

FOLDER = ROOT / "bench/results"
REASONS = "reasons.toml"
COMPARED_AT = 64
FAR = 0.25
"""From here on a peer's distance to the earlier measurement needs a reason."""
MEASURES = ("acknowledged", "per_second", "p50_ms", "p99_ms", "server_us", "database_us", "client_share")
PACKAGES = (
    *("django", "granian", "msgspec", "cryptography", "psycopg", "djangorestframework", "gunicorn", "fastapi"),
    *("uvicorn", "sqlalchemy", "asyncpg", "aiosqlite"),
)
HEAD = """# Declarations over HTTP

Written by `vungxanh bench intake`; do not edit. Each request is one declaration of another person with that
person's token, acknowledged after a commit that is on disk; afterwards every acknowledged uuid was looked for, and
what is lost or doubled is named below. Medians; `of ours` is the rate compared with ours in the same run. Processor
time in microseconds for each declaration, of the server's processes and of PostgreSQL's; `client` is the load
client's part of one core. Ours issues the pass for the gate, judges the zone of a unit and opens an unusual return
as well, which no peer does. `one-table` and `nothing` have no duties: they are the limits of this kind of server,
not systems.
"""


def machine(vendor: str, version: str) -> dict[str, Any]:
    cpu = [line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    memory = [int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")]
    changed = _git("status", "--porcelain", "--", ".", ":!bench/results", ":!docs")
    return {
        "processor": cpu[0] if cpu else platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory[0] / 2**20, 1) if memory else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "database": f"{vendor} {version or sqlite3.sqlite_version}",
        "packages": {name: _version(name) for name in PACKAGES},
        "commit": _git("rev-parse", "--short=12", "HEAD") + ("-dirty" if changed else ""),
        "load_before": os.getloadavg()[0],
    }


def _git(*arguments: str) -> str:
    """What it says; nothing where there is no history."""
    command = ["git", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603


def _lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8").splitlines() if Path(path).exists() else []


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def write(
    folder: Path, what: str, vendor: str, settings: dict[str, Any], about: dict[str, Any], **found: object
) -> Path:
    """What was measured today, by kind and database."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    path = folder / f"{what}-{vendor}-{today}.json"
    content = {"date": today, "vendor": vendor, "settings": settings, "machine": about, **found}
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def newest(folder: Path, what: str) -> dict[str, dict[str, Any]]:
    """By database, what was measured last."""
    files = {path.name.split("-")[1]: path for path in sorted(folder.glob(f"{what}-*-*.json"))}
    return {vendor: json.loads(file.read_text(encoding="utf-8")) for vendor, file in files.items()}


def keep(folder: Path, vendor: str, settings: dict[str, Any], about: dict[str, Any], runs: Sequence[Run]) -> Path:
    return write(folder, "intake", vendor, settings, about, runs=[run.told() for run in runs])


def draw(folder: Path) -> Path:
    """The table of the newest results of each database."""
    reasons = tomllib.loads((folder / REASONS).read_text(encoding="utf-8")) if (folder / REASONS).exists() else {}
    parts = [HEAD]
    for vendor, kept in newest(folder, "intake").items():
        parts += _of_vendor(kept, reasons.get("intake", {}).get(vendor, {}))
    path = folder / "intake.md"
    path.write_text("\n".join(parts), encoding="utf-8")
    return path


def _of_vendor(kept: dict[str, Any], reasons: dict[str, str]) -> list[str]:
    about, settings = kept["machine"], kept["settings"]
    medians = median_of(kept["runs"])
    lines = [
        f"## {about['database']}, {kept['date']}\n",
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB, {about['system']}, Python "
        f"{about['python']}, commit {about['commit']}; load before {about['load_before']:.2f}. "
        f"{settings['people']:,} people, at most {settings['seconds']:g} s, {settings['repeats']} repeats in turn.\n",
        "| | connections | declared | requests/s | of ours | p50 ms | p99 ms | server µs | database µs | client |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for contestant in CONTESTANTS:
        for (name, connections), figures in medians.items():
            if name == contestant.name:
                ours = medians.get(("ours", connections))
                lines.append(_row(contestant, connections, figures, ours))
    return [*lines, "", *_distances(kept["vendor"], medians, reasons), *_faults(kept["runs"])]


def median_of(runs: Iterable[dict[str, Any]]) -> dict[tuple[str, int], dict[str, float]]:
    """By contestant and connections, in the order of the connections."""
    groups: dict[tuple[str, int], list[dict[str, Any]]] = {}
    for run in sorted(runs, key=lambda run: run["connections"]):
        groups.setdefault((run["contestant"], run["connections"]), []).append(run)
    return {
        key: {name: statistics.median(run[name] for run in group) for name in MEASURES} for key, group in groups.items()
    }


def _row(contestant: Contestant, connections: int, own: dict[str, float], ours: dict[str, float] | None) -> str:
    ratio = f"{own['per_second'] / ours['per_second']:.2f}" if ours and ours["per_second"] else "–"
    database = f"{own['database_us']:,.0f}" if own["database_us"] else "–"
    return (
        f"| {contestant.says} | {connections} | {own['acknowledged']:,.0f} | {own['per_second']:,.0f} | {ratio} "
        f"| {own['p50_ms']:,.1f} | {own['p99_ms']:,.1f} | {own['server_us']:,.0f} | {database} "
        f"| {own['client_share']:.0%} |"
    )


def _distances(vendor: str, medians: dict[tuple[str, int], dict[str, float]], reasons: dict[str, str]) -> list[str]:
    """How far each peer lies from the measurement of 23/11/2026, with the reason where it is far."""
    lines = []
    for contestant in CONTESTANTS:
        before, now = dict(contestant.earlier).get(vendor), medians.get((contestant.name, COMPARED_AT))
        if before and now:
            away = now["per_second"] / before - 1
            reason = reasons.get(contestant.name, "**no reason given yet**") if abs(away) > FAR else ""
            lines.append(f"| {contestant.name} | {before:,} | {now['per_second']:,.0f} | {away:+.0%} | {reason} |")
    if not lines:
        return []
    says = f"With {COMPARED_AT} connections, beside the measurement of 23/11/2026 (fewer duties: 14 fields, stored):\n"
    return [says, "| | then | now | away | why |", "|---|---|---|---|---|", *lines, ""]


def _faults(runs: Iterable[dict[str, Any]]) -> list[str]:
    """What a reader must know before trusting a line."""
    told = [
        f"- {run['contestant']}, {run['connections']} connections, repeat {run['repeat']}: "
        f"{run['retried']} sent again, {run['refused']} refused, {run['unanswered']} never answered"
        + "".join(f"; {one}" for one in [*run["refusals"], *run["faults"]])
        for run in runs
        if run["refused"] or run["retried"] or run["unanswered"] or run["faults"]
    ]
    return ["Not everything was acknowledged at once:\n", *told, ""] if told else []
