"""A disk that fills up while returns are submitted: each is refused in words or kept whole, and when there is space
again everything goes on by itself.

The disk is a small one of its own where the one who tests may mount it. Everywhere else, and there too, a limit on the
size of files makes every write of the running server fail in the same way.
"""

import contextlib
import http.client
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from bench.intake.trouble import small_disk
from tests.factories.receivers import receiver
from tests.outages.agency import Agency, until
from tests.outages.databases import SERVER, database
from tests.processes import family_of

SMALL = "80m"

pytestmark = pytest.mark.server


class OwnDisk:
    """A file system of its own, for the home or for the tables; a file takes what is left."""

    def __init__(self, folder: Path) -> None:
        self.ballast = folder / "ballast"

    def fill(self) -> None:
        with contextlib.suppress(OSError), self.ballast.open("wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))

    def free(self) -> None:
        self.ballast.unlink()


class LimitedFiles:
    """No process of the server writes a byte more into a file; those that they start have the same limit."""

    def __init__(self, agency: Agency) -> None:
        self.agency = agency

    def fill(self) -> None:
        self._limit(0)

    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def _limit(self, size: int) -> None:
        assert self.agency.server
        for _ in range(2):
            for pid in family_of(self.agency.server.pid):
                with contextlib.suppress(ProcessLookupError):
                    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.fixture
def own_disk() -> Iterator[Path]:
    """Not below the folder of the test, which is closed to the user of PostgreSQL."""
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(small_disk(SMALL))
        except click.ClickException:
            pytest.skip("reference data: only root may mount a disk of its own; the limit on files is tried instead")
        yield folder


def test_a_disk_of_its_own_fills_up_and_is_freed(own_disk: Path) -> None:
    fill_and_free(own_disk, lambda agency: OwnDisk(agency.home), look_while_full)


def test_every_write_into_a_file_fails_for_a_while(tmp_path: Path) -> None:
    fill_and_free(tmp_path, LimitedFiles, look_while_full)


@pytest.mark.skipif(not SERVER, reason="SQLite lies in the home, whose disk is filled above")
def test_the_disk_of_the_tables_fills_up_and_is_freed(tmp_path: Path, own_disk: Path) -> None:
    tables = own_disk / "tables"
    tables.mkdir()
    fill_and_free(tmp_path, lambda _agency: OwnDisk(own_disk), look_while_refused, tables)


def fill_and_free(
    home: Path,
    kind: Callable[[Agency], OwnDisk | LimitedFiles],
    look: Callable[[Agency], None],
    tables: Path | None = None,
) -> None:
    with database(tables) as address, receiver() as there:
        agency = Agency(home, there, address)
        try:
            agency.found()
            agency.serve()
            disk = kind(agency)
            agency.submit()
            agency.wait_for_acknowledged(10)
            agency.wait_for_received(5)
            disk.fill()
            look(agency)
            disk.free()
            agency.wait_for_acknowledged(10)
            agency.wait_for_received(5)
            stands = agency.settle()
        finally:
            agency.end()
        assert agency.faults(stands) == []
        assert {words[:20] for words in agency.stream.refused.values()} <= {"Đĩa của máy chủ đã đ"}
        assert len(there.records) == len(stands["returns"])


def look_while_full(agency: Agency) -> None:
    """PostgreSQL has a disk of its own: there, only the files of the day do not come through."""
    if SERVER:
        until(lambda: agency.failed_files > 0, "a file could not be written")
    else:
        look_while_refused(agency)


def look_while_refused(agency: Agency) -> None:
    """Nothing is written, and what is there can be read."""
    until(lambda: len(agency.stream.refused) >= 6, "returns are refused")
    assert agency.is_up()
    unit, token = next(iter(agency.tokens.items()))
    connection = http.client.HTTPConnection("127.0.0.1", agency.port, timeout=30)
    connection.request("GET", f"/api/v1/units/{unit}/days/2021-09-20", headers={"Authorization": f"Bearer {token}"})
    assert connection.getresponse().status == 200
    connection.close()
