"""Keeps processes running: each that dies is started again, nothing of one that died stays, all end together."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from types import FrameType

import click

SECONDS_TO_STOP = 15
FEWEST_SECONDS = 2.0
"""A child that dies sooner than this after its start is started again only after a pause."""


def sweep(child: subprocess.Popen[bytes]) -> None:
    """What a child that was killed left behind would go on serving the port: nothing of its group may stay."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


def tied_to_us() -> list[str]:
    """A child must not outlive a supervisor that was killed: it would keep the port and the jobs."""
    return ["setpriv", "--pdeathsig", "TERM", "--"] if shutil.which("setpriv") else []


class Supervisor:
    """Keeps the children running until a signal asks to stop; then stops them and waits."""

    def __init__(self, commands: dict[str, list[str]]) -> None:
        self.commands = commands
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started: dict[str, float] = {}
        self.is_stopping = False

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.stop)
        while not self.is_stopping:
            for name in self.commands:
                self.keep(name)
            time.sleep(0.2)
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=SECONDS_TO_STOP)
            sweep(child)

    def keep(self, name: str) -> None:
        child = self.children.get(name)
        if child and child.poll() is None:
            return
        if child:
            sweep(child)
            # Nobody may read it, or its file may lie on a full disk: no reason to end.
            with contextlib.suppress(OSError):
                click.echo(f"{name}: đã dừng với mã {child.returncode}, khởi động lại", err=True)
            if time.monotonic() - self.started[name] < FEWEST_SECONDS:
                time.sleep(FEWEST_SECONDS)
        self.children[name] = subprocess.Popen([*tied_to_us(), *self.commands[name]], start_new_session=True)
        self.started[name] = time.monotonic()

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.is_stopping = True
