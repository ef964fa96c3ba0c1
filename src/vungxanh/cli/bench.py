"""Measurements beside others: from a checkout only, since what they need is no part of an installation."""

import os
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[3]


@click.group()
def bench() -> None:
    """Measure this system beside others with the same duties; from the checkout only."""


@bench.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def intake(arguments: tuple[str, ...]) -> None:
    """Measure how declarations are taken over HTTP; `--help` tells its options."""
    run("bench.intake", *arguments)


@bench.command(context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def pages(arguments: tuple[str, ...]) -> None:
    """Measure how long pages take while many declare; `--help` tells its options."""
    run("bench.intake.pages", *arguments)


def of_the_day(what: str, says: str) -> None:
    @bench.command(what, help=says, context_settings={"ignore_unknown_options": True}, add_help_option=False)
    @click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
    def measure(arguments: tuple[str, ...]) -> None:
        run("bench.day", what, *arguments)


of_the_day("risk", "Measure how everybody is judged for a day; `--help` tells its options.")
of_the_day("compliance", "Measure how the counts of a day are read; `--help` tells its options.")
of_the_day("tracing", "Measure how somebody's contacts are found; `--help` tells its options.")


def run(module: str, *arguments: str) -> None:
    if not (ROOT / "bench/intake").is_dir():
        raise click.ClickException("Lệnh này chỉ chạy từ mã nguồn, không chạy từ bản đã cài.")
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    command = [sys.executable, "-m", module, *arguments]
    sys.exit(subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, check=False).returncode)
