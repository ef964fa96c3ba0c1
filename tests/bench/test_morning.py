"""A morning in small: who comes when, who waits, and what is said when somebody was miscounted."""

import sqlite3
import uuid

import pytest
from click.testing import CliRunner

from bench.intake import load, morning
from bench.intake.databases import Place
from tests.bench.test_intake import answering


def test_most_come_in_the_middle_and_nobody_before_or_after() -> None:
    whole = list(morning.moments(1000, speed=2.0))
    assert whole == sorted(whole)
    assert 0 <= whole[0] < whole[-1] <= morning.WIDTH * morning.DEVIATION
    middle = morning.WIDTH * morning.DEVIATION / 2
    assert sum(abs(one - middle) < morning.DEVIATION / 2 for one in whole) == pytest.approx(683, abs=3)


def test_declaration_waits_for_its_moment_and_whoever_finds_no_connection_waits_longer() -> None:
    at_once, later = (load.Declaration(uuid.uuid4(), b"x", due) for due in (0.0, 0.4))
    with answering([]) as (port, seen):
        tally = load.run(port, iter([at_once, later]), connections=1, seconds=5)
    assert len(seen) == 2
    assert tally.moments[1] >= 0.4 > tally.latencies[1]
    missed = load.Declaration(uuid.uuid4(), b"x", -1.0)
    with answering([]) as (port, _seen):
        assert load.run(port, iter([missed]), connections=1, seconds=5).latencies[0] >= 1


def test_morning_of_a_village_is_whole_and_a_wrong_count_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    small = ["--people", "150", "--speed", "1000", "--connections", "16"]
    done = CliRunner().invoke(morning.main, small)
    assert (done.exit_code, "150 acknowledged" in done.output) == (0, True), done.output
    honest = morning.faults

    def spoiled(place: Place, kind: str, acknowledged: list[uuid.UUID]) -> list[str]:
        found = honest(place, kind, acknowledged)
        with sqlite3.connect(place.database) as database:
            database.execute("UPDATE risk_unitday SET staff = staff + 1 WHERE id = 1")
        return found

    monkeypatch.setattr(morning, "faults", spoiled)
    done = CliRunner().invoke(morning.main, small)
    assert (done.exit_code, "✗ counts" in done.output) == (1, True), done.output
