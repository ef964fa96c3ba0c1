"""A temporary agency to measure on: the demonstration's, without any lived day. Import it before anything of Django.

On SQLite, or with the argument `--postgresql` on a PostgreSQL server that is started for it.
"""

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import click
import django

from vungxanh.cli.postgresql import temporary_server

PASSWORD = "mat-khau-do-luong"  # noqa: S105
HOME = tempfile.mkdtemp(prefix="vungxanh-bench-")
os.environ["VUNGXANH_HOME"] = HOME
os.environ.pop("DATABASE_URL", None)
if "--postgresql" in sys.argv:
    sys.argv.remove("--postgresql")
    server = ExitStack()
    atexit.register(server.close)
    os.environ["DATABASE_URL"] = server.enter_context(temporary_server())
os.environ["DJANGO_SETTINGS_MODULE"] = "vungxanh.config.settings"
django.setup()

from vungxanh.cli.demo import build  # noqa: E402
from vungxanh.cli.installation import prepare_database  # noqa: E402
from vungxanh.common import clock  # noqa: E402


@contextmanager
def installation() -> Iterator[None]:
    """A database with nobody in it, gone afterwards."""
    try:
        with clock.at(build.begins()):
            prepare_database()
        yield
    finally:
        shutil.rmtree(HOME, ignore_errors=True)


@contextmanager
def agency() -> Iterator[None]:
    """The units and people of the demonstration in a database that is gone afterwards."""
    with installation():
        with clock.at(build.begins()):
            build.found(PASSWORD, build.begins(), lambda _words: None)
        yield


@contextmanager
def measured(what: str) -> Iterator[None]:
    started = time.perf_counter()
    yield
    say(what, time.perf_counter() - started)


def median(what: str, act: Callable[[], object], times: int = 9) -> None:
    """The middle one of several goes, after one that warms up; of the processor what this process took."""
    act()
    taken, worked = [], []
    for _ in range(times):
        started, began = time.perf_counter(), time.process_time()
        act()
        taken.append(time.perf_counter() - started)
        worked.append(time.process_time() - began)
    say(what, sorted(taken)[times // 2], sorted(worked)[times // 2])


def say(what: str, seconds: float, worked: float | None = None) -> None:
    processor = "" if worked is None else f", processor {worked:.3f} s"
    click.echo(f"{what:<60} {seconds:8.3f} s{processor}")
