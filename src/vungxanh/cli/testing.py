"""`vungxanh test`: every test that this machine can run, on both databases and in the browser, summed up."""

import dataclasses
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from xml.etree import ElementTree

import click

from vungxanh.cli.postgresql import PostgresqlError, programs, temporary_server

ROOT = Path(__file__).resolve().parents[3]
PYTEST = [sys.executable, "-m", "pytest", "-q"]
TOGETHER = ("-n", "auto", "--dist", "worksteal", "-m", "not browser")
"""One worker for each core; whoever is done takes over what waits behind a long test."""
BROWSERS = ("chromium", "google-chrome")
NO_TESTS = 5
MAY_BE_ABSENT = "reference data"
"""A test that needs what only some machines have says so with these words when it skips itself."""


@dataclasses.dataclass
class Tally:
    """What came of all runs together; `broken` names the runs that failed.

    A test that is for one database only was not left out when it ran there: `skipped` tells reasons by test, of those
    that ran nowhere.
    """

    passed: int = 0
    failed: int = 0
    errors: int = 0
    ran: set[str] = dataclasses.field(default_factory=set)
    reasons: dict[str, str] = dataclasses.field(default_factory=dict)
    broken: list[str] = dataclasses.field(default_factory=list)
    left_out: list[str] = dataclasses.field(default_factory=list)

    def add(self, report: Path) -> None:
        if not report.exists():
            return
        for suite in ElementTree.parse(report).iter("testsuite"):  # noqa: S314
            counts = {name: int(suite.get(name, "0")) for name in ("tests", "failures", "errors", "skipped")}
            self.failed += counts["failures"]
            self.errors += counts["errors"]
            self.passed += counts["tests"] - counts["failures"] - counts["errors"] - counts["skipped"]
            for case in suite.iter("testcase"):
                self.note(f"{case.get('classname')}.{case.get('name')}", case.find("skipped"))

    def note(self, test: str, skip: ElementTree.Element | None) -> None:
        if skip is None:
            self.ran.add(test)
        else:
            self.reasons[test] = skip.get("message", "")

    @property
    def skipped(self) -> list[str]:
        return [reason for test, reason in self.reasons.items() if test not in self.ran]

    def must_not_be(self) -> list[str]:
        """What was left out although only reference data may be."""
        return [*self.left_out, *(reason for reason in self.skipped if MAY_BE_ABSENT not in reason)]

    def sentence(self, seconds: float) -> str:
        """The last line, as pytest writes its own."""
        counts = {"failed": self.failed, "passed": self.passed, "skipped": len(self.skipped), "errors": self.errors}
        told = ", ".join(f"{count} {name}" for name, count in counts.items() if count) or "no tests ran"
        return f"===== {told} in {seconds:.2f}s ====="


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--all", "everything", is_flag=True, help="Không được bỏ qua gì: thiếu trình duyệt hay máy chủ là hỏng.")
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(everything: bool, database: str, arguments: tuple[str, ...]) -> None:
    """Run every test that this machine can run, on SQLite, on PostgreSQL, then in the browser.

    Further arguments go to pytest as they are.
    """
    started, tally = time.monotonic(), Tally()
    if everything:
        os.environ["VUNGXANH_REQUIRE_ALL"] = "1"
    if database != "postgresql":
        run("SQLite", tally, *TOGETHER, *arguments)
    if database != "sqlite":
        on_postgresql(tally, *arguments)
    if has_browser():
        run("browser", tally, "-m", "browser", *arguments)
    else:
        tally.left_out.append("browser tests: no Chromium found; name it in CHROMIUM")
    conclude(tally, everything=everything, seconds=time.monotonic() - started)


def on_postgresql(tally: Tally, *arguments: str) -> None:
    try:
        with temporary_server() as address:
            # Its own pg_dump goes first: one of another version refuses.
            path = f"{programs()}{os.pathsep}{os.environ.get('PATH', '')}"
            run("PostgreSQL", tally, *TOGETHER, *arguments, TEST_DATABASE_URL=address, PATH=path)
    except PostgresqlError as error:
        tally.left_out.append(f"PostgreSQL: {error}")


def run(name: str, tally: Tally, *arguments: str, **variables: str) -> None:
    click.secho(f"» {name}: pytest {' '.join(arguments)}", bold=True)
    kept = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    with tempfile.TemporaryDirectory(prefix="vx-tests-") as folder:
        report = Path(folder) / "report.xml"
        whole = [*PYTEST, f"--junit-xml={report}", *arguments]
        status = subprocess.run(whole, cwd=ROOT, env={**kept, **variables}, check=False).returncode
        tally.add(report)
    if status not in {0, NO_TESTS}:
        tally.broken.append(name)


def has_browser() -> bool:
    return bool(os.environ.get("CHROMIUM") or any(map(shutil.which, BROWSERS)))


def conclude(tally: Tally, *, everything: bool, seconds: float) -> None:
    for reason in sorted({*tally.left_out, *tally.skipped}):
        click.secho(f"Left out: {reason}", fg="yellow")
    missing = tally.must_not_be() if everything else []
    for name in tally.broken:
        click.secho(f"Failed on: {name}", fg="red")
    if missing:
        click.secho(f"{len(missing)} left out, and nothing may be", fg="red")
    is_well = not tally.broken and not missing
    click.secho(tally.sentence(seconds), fg="green" if is_well else "red", bold=True)
    sys.exit(0 if is_well else 1)
