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
    if not (ROOT / "bench/intake").is_dir():
        raise click.ClickException("Lệnh này chỉ chạy từ mã nguồn, không chạy từ bản đã cài.")
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    command = [sys.executable, "-m", "bench.intake", *arguments]
    sys.exit(subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": paths}, check=False).returncode)
