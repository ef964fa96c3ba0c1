"""`kill -9` of every process of a served agency: no acknowledged return lost, none delivered twice or out of order."""

import os
import random
import signal
import time
from pathlib import Path

import pytest

from tests.factories.receivers import keep_and_close, receiver
from tests.outages.agency import Agency, until
from tests.outages.databases import database

SHORT = ("page worker", "job worker", "supervisor")
"""The long form, `python -m bench.kill`, also kills every other one, as often as one likes."""

pytestmark = pytest.mark.server


def test_every_process_killed_in_turn_loses_and_doubles_nothing(tmp_path: Path) -> None:
    chance = random.Random(15)
    with database() as address, receiver() as there:
        agency = Agency(tmp_path, there, address)
        try:
            agency.found()
            agency.serve()
            agency.submit()
            for name in SHORT:
                agency.kill(name, chance)
            there.behaviours = [keep_and_close]
            agency.kill_all()
            stands = agency.settle()
        finally:
            agency.end()
        assert agency.faults(stands) == []
        assert len(there.records) == len(stands["returns"]) >= len(agency.stream.acknowledged) > 20


def test_a_process_of_the_jobs_that_dies_while_it_waits_stops_nothing(tmp_path: Path) -> None:
    """It may hold the lock of a queue, which no successor would ever get."""
    with database() as address, receiver() as there:
        agency = Agency(tmp_path, there, address)
        try:
            agency.found()
            agency.serve()
            for name, unit in zip(("job worker", "sentinel"), agency.tokens.items(), strict=False):
                until(lambda name=name: name in agency.processes(), f"there is a {name}")
                time.sleep(1)
                before = agency.processes()
                os.kill(before[name], signal.SIGKILL)
                until(lambda old=before["jobs"]: agency.processes().get("jobs", old) != old, "they are new")
                agency.stream.submit(agency.port, *unit)
                agency.wait_for_received(1)
        finally:
            agency.end()
        assert len(there.records) == 2
