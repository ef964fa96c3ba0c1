"""Serving: one port for pages and API, and the worker of jobs beside it; each child that dies is started again."""

import os
import signal
import subprocess
import sys
import time
from types import FrameType

import click

from vungxanh.cli.installation import prepare_database

PAGES = ["granian", "--interface", "asgi", "--workers", "1", "--no-ws", "--log-level", "warning"]
APPLICATION = "vungxanh.config.asgi:application"
FEWEST_SECONDS = 2.0
"""A child that dies sooner than this after its start is started again only after a pause."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=lambda: int(os.environ.get("PORT", "8000")), type=int, help="PORT, else 8000.")
@click.option("--role", type=click.Choice(["all", "pages", "jobs"]), default="all", show_default=True)
def serve(host: str, port: int, role: str) -> None:
    """Serve pages and API on one port, and run the jobs."""
    prepare_database()
    serve_until_stopped(host, port, role)


def serve_until_stopped(host: str, port: int, role: str = "all") -> None:
    commands = {"pages": pages(host, port), "jobs": jobs()}
    wanted = commands if role == "all" else {role: commands[role]}
    Supervisor(wanted).run()


def pages(host: str, port: int) -> list[str]:
    certificate, key = os.environ.get("TLS_CERT_FILE"), os.environ.get("TLS_KEY_FILE")
    tls = ["--ssl-certificate", certificate, "--ssl-keyfile", key] if certificate and key else []
    return [sys.executable, "-m", *PAGES, "--host", host, "--port", str(port), *tls, APPLICATION]


def jobs() -> list[str]:
    return [sys.executable, "-m", "vungxanh.cli.worker"]


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
            try:
                child.wait(timeout=15)
            except subprocess.TimeoutExpired:
                child.kill()

    def keep(self, name: str) -> None:
        child = self.children.get(name)
        if child and child.poll() is None:
            return
        if child:
            click.echo(f"{name}: đã dừng với mã {child.returncode}, khởi động lại", err=True)
            if time.monotonic() - self.started[name] < FEWEST_SECONDS:
                time.sleep(FEWEST_SECONDS)
        self.children[name] = subprocess.Popen(self.commands[name])
        self.started[name] = time.monotonic()

    def stop(self, _signal: int, _frame: FrameType | None) -> None:
        self.is_stopping = True
