"""Clients leave, the database is away, the clock is moved: everything acknowledged stands, and it goes on."""

import shutil
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from bench.intake.databases import Templates
from bench.intake.trouble import Servers, away, movable_clock, moved, trouble
from tests.outages.databases import SERVER
from vungxanh.cli import postgresql

CLIENTS = 16


def test_nothing_is_lost_where_clients_leave_and_the_database_is_away(tmp_path: Path) -> None:
    with ExitStack() as stack:
        # A server of its own, since it is stopped.
        address = stack.enter_context(postgresql.temporary_server(is_durable=True)) if SERVER else ""
        started: Servers = []
        stack.callback(lambda: [postgresql.stop(server) for server in started])
        templates = stack.enter_context(closing(Templates(tmp_path, address, 4000, days=0)))
        found = trouble(templates, away(2, started), connections=CLIENTS)
    assert found.faults == []
    assert found.rows == len(found.tally.acknowledged) > CLIENTS
    assert not found.tally.refused
    assert not found.tally.unanswered


@pytest.mark.skipif(not shutil.which("cc"), reason="reference data: a compiler of C moves the clock of one program")
def test_nothing_is_lost_where_the_clock_is_moved(tmp_path: Path) -> None:
    with closing(Templates(tmp_path, SERVER, 4000, days=0)) as templates, movable_clock(tmp_path) as clock:
        found = trouble(templates, moved(3 * CLIENTS, clock), connections=CLIENTS)
    assert found.faults == []
    assert found.rows == len(found.tally.acknowledged) > CLIENTS
    assert {words[:3] for words in found.tally.refused} == {"401", "422"}
    assert not found.tally.unanswered
