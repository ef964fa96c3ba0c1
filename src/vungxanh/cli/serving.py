"""Serving: one port for pages and API, and the worker of jobs beside it; each child that dies is started again."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

import click

from vungxanh.cli.installation import prepare_database

PAGES = ["granian", "--interface", "asgi", "--workers", "1", "--workers-kill-timeout", "10", "--no-ws"]
APPLICATION = "vungxanh.config.asgi:application"
SECONDS_TO_STOP = 15
FEWEST_SECONDS = 2.0
"""A child that dies sooner than this after its start is started again only after a pause."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="PORT, mặc định 8000.")
@click.option("--role", type=click.Choice(["all", "pages", "jobs"]), default="all", show_default=True)
def serve(host: str, port: int, role: str) -> None:
    """Serve pages and API on one port, and run the jobs."""
    if role != "jobs":
        refuse_taken_port(host, port)
    prepare_database()
    commands = {"pages": pages(host, port), "jobs": jobs()}
    wanted = commands if role == "all" else {role: commands[role]}
    if role != "jobs":
        click.echo(f"Vùng Xanh: {'https' if '--ssl-keyfile' in commands['pages'] else 'http'}://{host}:{port}")
    Supervisor(wanted).run()


def refuse_taken_port(host: str, port: int) -> None:
    """Said at once, rather than by a server that is started again and again."""
    try:
        with socket.create_server((host, port)):
            pass
    except OSError as error:
        click.echo(f"Không mở được {host}:{port} ({error.strerror}). Chọn cổng khác bằng PORT hoặc --port.", err=True)
        sys.exit(1)


def pages(host: str, port: int) -> list[str]:
    certificate, key = os.environ.get("TLS_CERT_FILE"), os.environ.get("TLS_KEY_FILE")
    tls = ["--ssl-certificate", certificate, "--ssl-keyfile", key] if certificate and key else []
    return [
        sys.executable,
        "-m",
        *PAGES,
        "--log-level",
        "warning",
        "--host",
        host,
        "--port",
        str(port),
        *tls,
        APPLICATION,
    ]


def jobs() -> list[str]:
    return [sys.executable, "-m", "vungxanh.cli.worker"]


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
            click.echo(f"{name}: đã dừng với mã {child.returncode}, khởi động lại", err=True)
            if time.monotonic() - self.started[name] < FEWEST_SECONDS:
                time.sleep(FEWEST_SECONDS)
        self.children[name] = subprocess.Popen([*tied_to_us(), *self.commands[name]], start_new_session=True)
        self.started[name] = time.monotonic()

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.is_stopping = True
