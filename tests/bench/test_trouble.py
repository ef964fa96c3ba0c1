"""Clients that leave and a database that is away, for a moment: everything acknowledged stands, and it goes on."""

from contextlib import ExitStack, closing
from pathlib import Path

from bench.intake.databases import Templates
from bench.intake.trouble import Servers, trouble
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
        found = trouble(templates, seconds=2, connections=CLIENTS, started=started)
    assert found.faults == []
    assert found.rows == len(found.tally.acknowledged) > CLIENTS
    assert not found.tally.refused
    assert not found.tally.unanswered
