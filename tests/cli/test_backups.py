"""A backup brings everything back, on either database; what is broken, foreign or in the way changes nothing."""

import contextlib
import io
import json
import os
import sqlite3
import stat
import subprocess
import sys
import tarfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from vungxanh.cli.backups import BackupError, check_unpacked, unpack

SOURCE = Path(__file__).parents[2] / "src"
SERVER = os.environ.get("TEST_DATABASE_URL", "")
COUNT = "SELECT count(*) FROM organization_unit"


class Home:
    """An installation of its own, called as a person calls it."""

    def __init__(self, folder: Path, url: str) -> None:
        kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
        self.folder = folder
        self.environment = {**kept, "VUNGXANH_HOME": str(folder), "PYTHONPATH": str(SOURCE)}
        self.url = self.environment["DATABASE_URL"] = url or f"sqlite:///{folder / 'vungxanh.sqlite3'}"

    def call(self, *arguments: str | Path) -> tuple[int, str]:
        command = [sys.executable, "-m", "vungxanh", *map(str, arguments)]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    def migrate(self, *where: str) -> None:
        command = [sys.executable, "-m", "django", "migrate", "--verbosity", "0", *where]
        settings = {"DJANGO_SETTINGS_MODULE": "vungxanh.config.settings"}
        subprocess.run(command, env={**self.environment, **settings}, check=True)

    def ask(self, query: str) -> object:
        if self.url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.folder / "vungxanh.sqlite3")) as database:
                return database.execute(query).fetchone()[0]
        with psycopg.connect(self.url) as server:
            row = server.execute(query).fetchone()
            return row and row[0]


@contextlib.contextmanager
def fresh(folder: Path) -> Iterator[Home]:
    folder.mkdir()
    if not SERVER:
        yield Home(folder, "")
        return
    name = f"backup_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield Home(folder, SERVER.replace("/postgres?", f"/{name}?"))
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """Has one agency."""
    with fresh(tmp_path_factory.mktemp("one") / "home") as made:
        assert made.call("init", "--code", "SNN", "--name", "Sở thử")[0] == 0
        yield made


@pytest.fixture(scope="module")
def backup(home: Home, tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("kept") / "backup.tgz"
    status, told = home.call("backup", file)
    assert status == 0, told
    return file


def test_backup_is_its_owners_alone_and_never_written_over(home: Home, backup: Path) -> None:
    before = backup.read_bytes()
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert home.call("backup", backup)[0] == 1
    assert backup.read_bytes() == before
    assert [path.name for path in backup.parent.iterdir()] == ["backup.tgz"]


def test_restored_installation_has_data_and_keys(home: Home, backup: Path, tmp_path: Path) -> None:
    with fresh(tmp_path / "home") as other:
        status, told = other.call("restore", backup)
        assert status == 0, told
        assert other.ask(COUNT) == 1
        for name in ("field_keys", "secret_key"):
            assert (other.folder / name).read_bytes() == (home.folder / name).read_bytes()
        status, told = other.call("doctor")
        assert status == 0, told


def test_data_that_is_there_is_replaced_only_when_asked(home: Home, backup: Path) -> None:
    status, told = home.call("restore", backup)
    assert (status, "--replace" in told) == (1, True)
    assert home.call("restore", backup, "--replace")[0] == 0
    assert home.ask(COUNT) == 1


def test_backup_of_an_earlier_version_replaces_what_a_later_one_added(tmp_path: Path) -> None:
    """Tables that the backup does not know go, so that the way forward is free."""
    with fresh(tmp_path / "home") as earlier:
        assert earlier.call("init", "--code", "SNN", "--name", "Sở thử")[0] == 0
        earlier.migrate("organization", "0004")
        earlier.migrate("risk", "0009")
        assert earlier.call("backup", tmp_path / "earlier.tgz")[0] == 0
        earlier.migrate()
        status, told = earlier.call("restore", tmp_path / "earlier.tgz", "--replace")
        assert status == 0, told
        earlier.migrate()
        assert earlier.ask(COUNT) == earlier.ask("SELECT count(*) FROM organization_treemark") == 1


def altered(backup: Path, folder: Path, name: str, content: bytes | None) -> Path:
    """A copy in which one member has other content, or is missing."""
    copy = folder / "altered.tgz"
    with tarfile.open(backup) as old, tarfile.open(copy, "w:gz") as new:
        for member in old:
            file = old.extractfile(member)
            assert file
            body = file.read()
            if member.name == name:
                if content is None:
                    continue
                body, member.size = content, len(content)
            new.addfile(member, io.BytesIO(body))
    return copy


def refusal(file: Path, folder: Path) -> str:
    """Why the file is not taken; reading and checking come before the first change."""
    try:
        unpack(file, folder)
        check_unpacked(folder)
    except BackupError as error:
        return str(error)
    return ""


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("secret_key", b"other", "Bản sao lưu hỏng ở secret_key."),
        ("field_keys", None, "Bản sao lưu hỏng ở field_keys."),
        ("backup.json", b"[1]", "Bản sao lưu thiếu backup.json."),
        ("backup.json", None, "Bản sao lưu thiếu backup.json."),
        (
            "backup.json",
            b'{"version": "9", "database": "oracle", "files": {}, "applied": []}',
            "Bản sao lưu là của oracle",
        ),
    ],
)
def test_broken_backup_is_refused(backup: Path, tmp_path: Path, name: str, content: bytes | None, told: str) -> None:
    assert refusal(altered(backup, tmp_path, name, content), tmp_path / "out").startswith(told)


def test_backup_of_a_later_version_is_refused(backup: Path, tmp_path: Path) -> None:
    about = {"version": "9.9", "database": connection.vendor, "files": {}, "applied": ["risk.9999_later"]}
    newer = altered(backup, tmp_path, "backup.json", json.dumps(about).encode())
    assert refusal(newer, tmp_path / "out") == "Bản sao lưu là của phiên bản mới hơn (9.9); hãy nâng cấp trước."


def test_member_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "evil.tgz", "w:gz") as archive:
        archive.addfile(tarfile.TarInfo("../evil"), io.BytesIO())
    assert "mục lạ" in refusal(tmp_path / "evil.tgz", tmp_path / "out")
    assert not (tmp_path / "evil").exists()


def test_file_that_is_no_backup_changes_nothing(home: Home, tmp_path: Path) -> None:
    (tmp_path / "x.tgz").write_bytes(b"no archive")
    status, words = home.call("restore", tmp_path / "x.tgz", "--replace")
    assert (status, "không phải bản sao lưu" in words, home.ask(COUNT)) == (1, True, 1)


def test_sqlite_in_use_is_not_replaced(backup: Path, tmp_path: Path) -> None:
    if SERVER:
        return  # PostgreSQL replaces under its own locks.
    with fresh(tmp_path / "home") as used:
        assert used.call("restore", backup)[0] == 0
        with contextlib.closing(sqlite3.connect(used.folder / "vungxanh.sqlite3")) as other:
            other.execute(COUNT).fetchone()
            status, words = used.call("restore", backup, "--replace")
    assert (status, "dừng máy chủ" in words) == (1, True)
