"""The measurement of a whole day: a short run of it, and contestants that disagree."""

import json
from pathlib import Path

from click.testing import CliRunner

from bench.day.__main__ import main
from bench.day.results import CONTESTANTS, faults

PEOPLE = 300


def test_all_who_judge_a_day_find_the_same(tmp_path: Path) -> None:
    options = ["risk", "compliance", "--sizes", str(PEOPLE), "--repeats", "1", "--results", str(tmp_path)]
    done = CliRunner().invoke(main, options)
    assert done.exit_code == 0, done.output
    [file] = tmp_path.glob("risk-sqlite-*.json")
    runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
    assert [run["contestant"] for run in runs] == list(CONTESTANTS["risk"])
    assert {run["stored"].split()[0] for run in runs} == {str(PEOPLE)}
    assert all(run["peak_mb"] > 0 for run in runs)
    [counted] = tmp_path.glob("compliance-sqlite-*.json")
    figures = [run["found"] for run in json.loads(counted.read_text(encoding="utf-8"))["runs"]]
    assert figures[0] == figures[1]
    assert figures[0][-1] == PEOPLE
    page = (tmp_path / "day.md").read_text(encoding="utf-8")
    assert all(says in page for says in CONTESTANTS["risk"].values())


def test_contestants_that_differ_are_faults() -> None:
    runs = [{"contestant": name, "size": 10, "stored": stored} for name, stored in (("ours", "10 a"), ("sql", "10 b"))]
    assert len(faults("risk", runs)) == 1
    assert faults("risk", runs[:1]) == []
