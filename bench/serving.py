"""The pages of the agency served to a measurement, at a moment of its choice."""

import datetime
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import click

from bench.prepared import HOME
from vungxanh.common import clock

TEN_PAST_SEVEN = datetime.time(7, 10)


@contextmanager
def served(port: int, *, on: datetime.date, at: datetime.time = TEN_PAST_SEVEN) -> Iterator[None]:
    """From that time on the day; a server reads its clock's offset once, so each moment has one of its own."""
    clock.keep_demonstration_offset(clock.moment(on, at) - clock.real_now())
    command = [sys.executable, "-m", "vungxanh", "serve", "--role", "pages", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "VUNGXANH_HOME": HOME}, start_new_session=True)  # noqa: S603
    try:
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(timeout=20)


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address, timeout=2)  # noqa: S310
            return
        except OSError:
            time.sleep(0.5)
    raise click.ClickException("the server did not come up")
