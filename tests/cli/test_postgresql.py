"""The server of the tests: it comes up for an unprivileged user, and nothing of it stays, whatever happens inside."""

import contextlib
import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest

from tests.processes import family_of
from vungxanh.cli import postgresql

SOURCE = Path(__file__).parents[2] / "src"


def folder_of(address: str) -> Path:
    return Path(parse_qs(urlsplit(address).query)["host"][0])


def is_running(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text()


def test_server_answers_and_leaves_nothing_even_after_a_fault() -> None:
    with contextlib.suppress(ZeroDivisionError), postgresql.temporary_server() as address:
        folder = folder_of(address)
        pid = int((folder / "data/postmaster.pid").read_text().splitlines()[0])
        with psycopg.connect(address) as server:
            [version] = server.execute("SHOW server_version_num").fetchone() or [0]
        assert int(version) >= postgresql.OLDEST * 10_000
        assert (folder.stat().st_mode & 0o077, folder.is_relative_to(Path.home()), is_running(pid)) == (0, False, True)
        _ = 1 / 0
    assert (folder.exists(), is_running(pid)) == (False, False)


def test_server_ends_with_the_one_who_started_it() -> None:
    """Also when that one is killed and can tidy up nothing."""
    code = (
        "from vungxanh.cli.postgresql import temporary_server\nimport time\n"
        "with temporary_server() as address:\n    print(address, flush=True)\n    time.sleep(60)\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": str(SOURCE)}, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout
    folder = folder_of(starter.stdout.readline().strip())
    pids = family_of(starter.pid)
    starter.kill()
    starter.wait()
    starter.stdout.close()
    for _ in range(100):
        if not any(map(is_running, pids)):
            break
        time.sleep(0.1)
    assert [pid for pid in pids if is_running(pid)] == []
    subprocess.run(["rm", "-rf", str(folder)], check=True)


def test_no_server_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "installed", lambda: None)
    monkeypatch.setattr(postgresql, "packaged", lambda: None)
    with pytest.raises(postgresql.PostgresqlError, match="no server installed"), postgresql.temporary_server():
        pass


def test_packaged_server_is_found_and_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    assert postgresql.packaged()
    monkeypatch.setattr(postgresql, "installed", lambda: None)
    with postgresql.temporary_server() as address, psycopg.connect(address) as server:
        assert server.execute("SELECT 1").fetchone() == (1,)
