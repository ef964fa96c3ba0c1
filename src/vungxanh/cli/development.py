"""For those who change the code: the checks, formatting, the drawings of workflows."""

import os
import subprocess
import sys
from pathlib import Path

import click

from vungxanh.cli import messages as words
from vungxanh.common import workflow

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent


def run(*command: str | Path, **variables: str) -> int:
    """Run in the checkout, say what runs, and return its exit status."""
    told = [Path(command[0]).name, *map(str, command[1:])]
    click.secho(f"» {' '.join(told)}", bold=True)
    whole = {**os.environ, **variables}
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=whole, check=False).returncode


@click.command()
def check() -> None:
    """Style, types, import contracts, templates, words, migrations, drawings, scripts."""
    faults = words.update(check=True)
    for fault in faults:
        click.echo(fault, err=True)
    steps: list[list[str | Path]] = [
        [BIN / "ruff", "check", "."],
        [BIN / "ruff", "format", "--check", "."],
        [BIN / "mypy"],
        [BIN / "lint-imports"],
        [BIN / "djlint", "src", "--check", "--quiet"],
        [BIN / "djlint", "src", "--lint", "--quiet"],
        [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
        [sys.executable, "-m", "django", "check", "--fail-level", "WARNING"],
        [BIN / "npm", "--prefix", "frontend", "run", "--silent", "check"],
    ]
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    failed = [str(step[1] if step[0] == sys.executable else step[0]) for step in steps if run(*step, PATH=path)]
    if drawings(check=True):
        failed.append("diagrams")
    if faults:
        failed.append("messages")
    if failed:
        click.secho(f"Failed: {', '.join(Path(name).name for name in failed)}", fg="red")
        sys.exit(1)
    click.secho("All checks passed.", fg="green")


@click.command()
def fmt() -> None:
    """Format Python and templates."""
    run(BIN / "ruff", "check", "--fix", "--quiet", ".")
    run(BIN / "ruff", "format", ".")
    run(BIN / "djlint", "src", "--reformat", "--quiet")


@click.command()
def diagrams() -> None:
    """Draw every workflow into docs/dev/workflows/."""
    drawings(check=False)


def drawings(*, check: bool) -> bool:
    """Write the drawings, or tell whether one on disk differs from its table."""
    differs = False
    for name, text in workflow.drawings().items():
        path = ROOT / "docs/dev/workflows" / name
        if check and (not path.exists() or path.read_text(encoding="utf-8") != text):
            click.echo(f"{path.relative_to(ROOT)}: differs from its table, run ./run diagrams", err=True)
            differs = True
        elif not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return differs
