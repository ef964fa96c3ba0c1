"""The leader of three PostgreSQL servers is killed while people declare: for how long nothing is taken, and whether an
acknowledged declaration is lost. `python -m bench.failover [--connections 16] [--people 8000]`, as root, with etcd,
Patroni and PostgreSQL.

Three nodes in network namespaces of this machine, each with etcd and Patroni; commits wait for a second node. Whatever
is refused for now or cut off is sent again with the same uuid. Ends with 1 when a declaration is lost or doubled.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from bench.intake import load, people, processes
from bench.intake.contestants import ADDRESS
from bench.intake.crowd import OURS_SERVED, SECONDS, Stream
from bench.intake.databases import OURS, Place, Templates, faults, plain_environment
from vungxanh.cli import postgresql

BRIDGE, MARK = "vxfo0", "vxfo"
NETWORK = "198.18.77"
"""Of the range that is kept for measurements between machines (RFC 2544)."""
ETCD, PEERS, PATRONI = 2379, 2380, 8008
PATIENCE = 120.0
TTL, LOOP, RETRY = 20, 2, 4
"""Seconds: after the first without a word the leader is taken for dead; no node looks more seldom than the second."""
TAKEN = 1500
"""So many declarations are taken before the kill and again after it."""


class DrillError(click.ClickException):
    """The drill cannot be held here, or stopped; the message says why."""


@dataclass(frozen=True, slots=True)
class Node:
    """A namespace with an address of its own, and a folder that belongs to whoever runs the servers."""

    number: int
    folder: Path
    user: str

    @property
    def name(self) -> str:
        return f"{MARK}{self.number}"

    @property
    def address(self) -> str:
        return f"{NETWORK}.{10 + self.number}"

    def start(self, *command: str) -> None:
        inside = ["ip", "netns", "exec", self.name, *postgresql.command(self.user, *command)]
        kept = plain_environment() | {"HOME": str(self.folder)}
        kept.pop("PYTHONPATH")
        with (self.folder / f"{Path(command[0]).name}.log").open("ab") as log:
            subprocess.Popen(inside, stdout=log, stderr=log, cwd=self.folder, env=kept, start_new_session=True)  # noqa: S603

    def kill(self) -> None:
        """Everything that runs there, at once."""
        for pid in ip("netns", "pids", self.name).split():
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)


@contextmanager
def nodes(folder: Path, user: str) -> Iterator[list[Node]]:
    """Three namespaces on one bridge; gone afterwards, with all that runs in them."""
    made = [Node(number, folder / f"{MARK}{number}", user) for number in (1, 2, 3)]
    with ExitStack() as ends:
        ip("link", "add", BRIDGE, "type", "bridge")
        ends.callback(ip, "link", "del", BRIDGE)
        ip("addr", "add", f"{NETWORK}.1/24", "dev", BRIDGE)
        ip("link", "set", BRIDGE, "up")
        for node in made:
            node.folder.mkdir()
            shutil.chown(node.folder, user)
            ip("netns", "add", node.name)
            ends.callback(ip, "netns", "del", node.name)
            ends.callback(node.kill)
            ip("link", "add", node.name, "type", "veth", "peer", "name", "eth0", "netns", node.name)
            # A namespace whose last socket lingers stays for a while, and so would its end of the bridge.
            ends.callback(ip, "link", "del", node.name)
            ip("link", "set", node.name, "master", BRIDGE, "up")
            ip("-n", node.name, "addr", "add", f"{node.address}/24", "dev", "eth0")
            for device in ("lo", "eth0"):
                ip("-n", node.name, "link", "set", device, "up")
        yield made


def ip(*words: str) -> str:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)  # noqa: S603, S607
    if done.returncode:
        raise DrillError(f"ip {' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def serve(node: Node, everybody: list[Node], binaries: Path) -> None:
    """etcd and Patroni, with what they had before if they ran before."""
    peer = f"http://{node.address}:{PEERS}"
    client = f"http://{node.address}:{ETCD}"
    options = {
        "name": node.name,
        "data-dir": str(node.folder / "etcd"),
        "listen-peer-urls": peer,
        "initial-advertise-peer-urls": peer,
        "listen-client-urls": client,
        "advertise-client-urls": client,
        "initial-cluster": ",".join(f"{one.name}=http://{one.address}:{PEERS}" for one in everybody),
        "initial-cluster-state": "new",
    }
    node.start("etcd", *(f"--{name}={value}" for name, value in options.items()))
    file = node.folder / "patroni.json"
    file.write_text(json.dumps(settings(node, everybody, binaries)), encoding="utf-8")
    shutil.chown(file, node.user)
    node.start("patroni", str(file))


def settings(node: Node, everybody: list[Node], binaries: Path) -> dict[str, Any]:
    """As docs/vi/nhieu-may.md tells them, but for passwords: nobody else reaches these addresses."""
    trusted = [f"host {what} all {NETWORK}.0/24 trust" for what in ("all", "replication")]
    return {
        "scope": MARK,
        "name": node.name,
        "restapi": dict.fromkeys(("listen", "connect_address"), f"{node.address}:{PATRONI}"),
        "etcd3": {"hosts": [f"{one.address}:{ETCD}" for one in everybody]},
        "bootstrap": {
            "dcs": {
                "ttl": TTL,
                "loop_wait": LOOP,
                "retry_timeout": RETRY,
                "synchronous_mode": True,
                "synchronous_mode_strict": True,
                "postgresql": {"use_pg_rewind": True, "parameters": {"max_connections": 60, "wal_log_hints": "on"}},
            },
            "initdb": [{"encoding": "UTF8"}, {"locale": "C"}],
            "pg_hba": ["local all all trust", *trusted],
        },
        "postgresql": {
            **dict.fromkeys(("listen", "connect_address"), f"{node.address}:5432"),
            "data_dir": str(node.folder / "data"),
            "bin_dir": str(binaries),
            "pgpass": str(node.folder / "pgpass"),
            "authentication": {
                "superuser": {"username": "postgres"},
                "replication": {"username": "replicator"},
            },
            "parameters": {"unix_socket_directories": str(node.folder)},
        },
    }


def members(everybody: list[Node]) -> dict[str, tuple[str, str]]:
    """By name the role and the state of each node, as the first that answers sees them."""
    for node in everybody:
        with contextlib.suppress(OSError, urllib.error.URLError, ValueError):
            address = f"http://{node.address}:{PATRONI}/cluster"
            with urllib.request.urlopen(address, timeout=2) as answer:
                found = json.load(answer)["members"]
            return {one["name"]: (one["role"], one["state"]) for one in found}
    return {}


def leader_of(found: dict[str, tuple[str, str]]) -> str:
    """One that died still leads, as the others see it, until its time is over."""
    return next((name for name, (role, _state) in found.items() if role == "leader"), "")


def are_whole(found: dict[str, tuple[str, str]]) -> bool:
    """One leads, another has everything that it acknowledged, and a third follows."""
    roles = sorted(role for role, state in found.values() if state in ("running", "streaming"))
    return roles == ["leader", "replica", "sync_standby"]


def wait(condition: Callable[[], bool], what: str) -> float:
    """The seconds that it took; raises DrillError."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > PATIENCE:
            raise DrillError(f"within {PATIENCE:g} s: {what}")
        time.sleep(0.1)
    return time.monotonic() - began


def longest_silence(stream: Stream, *, until: int) -> float:
    """The longest time in which nothing was taken, from now until so many are."""
    longest, last, seen = 0.0, time.monotonic(), stream.taken
    ends = last + PATIENCE
    while seen < until:
        now = time.monotonic()
        if stream.taken != seen:
            longest, last, seen = max(longest, now - last), now, stream.taken
        elif now > ends:
            raise DrillError(f"within {PATIENCE:g} s after the kill: declarations are taken again")
        time.sleep(0.005)
    return longest


@dataclass(frozen=True, slots=True)
class Found:
    """What came of a drill. Seconds: `elected` until another node leads, `silence` for everybody together, `back` from
    its start until the dead node follows again."""

    tally: load.Tally
    leader_before: str
    leader_after: str
    elected: float
    silence: float
    back: float
    faults: list[str]


def drill(everybody: list[Node], templates: Templates, binaries: Path, *, connections: int) -> Found:
    place = Place(templates.home, templates.kept[OURS])
    with ExitStack() as stack:
        port = processes.free_port()
        server = OURS_SERVED.start(place, port)
        stack.callback(lambda: processes.stop(server))
        stream = Stream(iter(people.declarations(templates.world, ADDRESS)))
        pool = stack.enter_context(ThreadPoolExecutor(2))
        stack.callback(stream.is_over.set)
        running = pool.submit(load.run, port, iter(stream), connections=connections, seconds=SECONDS)
        stream.wait_for(TAKEN)
        leader = next(one for one in everybody if one.name == leader_of(members(everybody)))
        rest = [one for one in everybody if one != leader]
        leader.kill()
        electing = pool.submit(
            wait, lambda: leader_of(members(rest)) not in ("", leader.name), "another node leads after the kill"
        )
        silence = longest_silence(stream, until=stream.taken + TAKEN)
        elected, after = electing.result(), leader_of(members(rest))
        serve(leader, everybody, binaries)
        back = wait(lambda: are_whole(members(rest)), "the node that was killed follows again")
        stream.wait_for(connections)
        stream.is_over.set()
        tally = running.result()
        return Found(tally, leader.name, after, elected, silence, back, faults(place, OURS, tally.acknowledged))


@click.command()
@click.option("--connections", type=int, default=16, show_default=True)
@click.option("--people", "count", type=int, default=8000, show_default=True)
def main(connections: int, count: int) -> None:
    """Kill the leader while declarations come in, and say what was lost and how long nobody was served."""
    missing = [name for name in ("ip", "etcd", "patroni", "setpriv") if not shutil.which(name)]
    binaries, user = postgresql.installed(), postgresql.owner()
    if missing or not binaries or not user:
        raise DrillError(f"needs root, an installed PostgreSQL, and: ip etcd patroni setpriv (missing: {missing})")
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="vx-failover-", dir="/tmp")))
        home.chmod(0o755)
        everybody = stack.enter_context(nodes(home, user))
        for node in everybody:
            serve(node, everybody, binaries)
        began = wait(lambda: are_whole(members(everybody)), "a leader, a synchronous standby and a replica")
        click.echo(f"three nodes after {began:.0f} s")
        hosts = ",".join(one.address for one in everybody)
        address = f"postgres://postgres@{hosts}/postgres?target_session_attrs=read-write"
        templates = stack.enter_context(closing(Templates(home / "templates", address, count)))
        found = drill(everybody, templates, binaries, connections=connections)
    tally = found.tally
    click.echo(f"{found.leader_before} was killed, {found.leader_after} leads after {found.elected:.1f} s")
    click.echo(f"{found.leader_before} follows again {found.back:.1f} s after it was started")
    click.echo(
        f"nothing was taken for {found.silence:.1f} s; the longest wait for an answer was {tally.latency(1):.1f} s"
    )
    click.echo(
        f"{connections} connections: {len(tally.acknowledged)} acknowledged, {tally.retried} tried again, "
        f"{tally.refused.total()} refused, {tally.unanswered} never answered"
    )
    for words, times in tally.refused.items():
        click.echo(f"{times} x {words}", err=True)
    for fault in found.faults:
        click.echo(fault, err=True)
    sys.exit(1 if found.faults or tally.refused else 0)


if __name__ == "__main__":
    main()
