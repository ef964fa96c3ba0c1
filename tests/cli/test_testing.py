"""The sum of all test runs: what is counted, what may be left out."""

from pathlib import Path

import pytest

from vungxanh.cli import testing
from vungxanh.cli.testing import Tally, conclude

REPORT = """<testsuites><testsuite name="pytest" errors="1" failures="2" skipped="{skipped}" tests="10">
{cases}</testsuite></testsuites>"""


def tally_of(tmp_path: Path, *reasons: str) -> Tally:
    cases = "".join(f'<testcase name="{reason}"><skipped message="{reason}"/></testcase>' for reason in reasons)
    path = tmp_path / "report.xml"
    path.write_text(REPORT.format(skipped=len(reasons), cases=cases), encoding="utf-8")
    tally = Tally()
    tally.add(path)
    return tally


def test_counts_of_runs_are_added(tmp_path: Path) -> None:
    tally = tally_of(tmp_path, "no browser")
    tally.add(tmp_path / "report.xml")
    tally.add(tmp_path / "never-written.xml")
    assert tally.sentence(12.3) == "===== 4 failed, 12 passed, 1 skipped, 2 errors in 12.30s ====="


def test_test_that_ran_on_one_database_was_not_left_out(tmp_path: Path) -> None:
    tally = tally_of(tmp_path, "SQLite has no TRUNCATE", "no browser")
    tally.note("None.SQLite has no TRUNCATE", None)
    assert tally.skipped == ["no browser"]


def test_only_reference_data_may_be_absent_where_nothing_may_be_left_out(tmp_path: Path) -> None:
    tally = tally_of(tmp_path, "reference data is not here", "no browser")
    tally.left_out.append("PostgreSQL: none")
    assert tally.must_not_be() == ["PostgreSQL: none", "no browser"]


@pytest.mark.parametrize(
    ("tally", "everything", "status"),
    [
        (Tally(passed=1), True, 0),
        (Tally(passed=1, left_out=["browser"]), False, 0),
        (Tally(passed=1, left_out=["browser"]), True, 1),
        (Tally(passed=1, reasons={"one": "reference data"}), True, 0),
        (Tally(passed=1, broken=["SQLite"]), False, 1),
    ],
)
def test_end_is_what_the_runs_were(
    tally: Tally, everything: bool, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        conclude(tally, everything=everything, seconds=1)
    assert ended.value.code == status
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == tally.sentence(1)
    assert [line for line in lines if line.startswith("Left out")] == [
        f"Left out: {reason}" for reason in [*tally.left_out, *tally.skipped]
    ]


def test_run_that_dies_without_a_report_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    tally = Tally()
    monkeypatch.setattr(testing, "PYTEST", ["sh", "-c", "exit 3"])
    testing.run("SQLite", tally)
    assert (tally.broken, tally.passed) == (["SQLite"], 0)
