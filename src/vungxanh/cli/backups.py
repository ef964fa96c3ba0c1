"""Keeping a copy of everything that an installation cannot make again, and bringing it back.

One file: the database as it was at one moment, the keys without which its encrypted fields are lost, later editions of
rules, and a list with the digest of each. Who holds the file and can read it can read everything in it.
"""

import contextlib
import datetime
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import click
from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.loader import MigrationLoader

import vungxanh
from vungxanh.cli.installation import prepare_database
from vungxanh.common import clock

LIST = "backup.json"
LAST = "last_backup.json"
"""In the home folder: when the newest backup was made, for the settings page."""
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.dump"}
KEYS = {"field_keys": settings.FIELD_KEYS_FILE, "pass_keys": settings.PASS_KEYS_FILE}
BESIDE = ("secret_key", "national_map_key", clock.DEMONSTRATION_FILE)
"""Files of the home folder that go along; the keys, wherever they are, and the folder `rules` do as well."""


class BackupError(ValueError):
    """The backup cannot be made or read, and nothing was changed."""


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Write database, keys and rules to one file, while the server may go on."""
    with telling():
        write_backup(file, at=clock.real_now())
    click.echo(
        f"Đã sao lưu vào {file} ({file.stat().st_size // 1024} kB). Tệp chứa cả khóa mã hóa: hãy cất nơi an toàn."
    )


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Thay dữ liệu đang có; bản đang có được giữ lại bên cạnh (SQLite).")
def restore(file: Path, replace: bool) -> None:
    """Bring a backup back. Stop the server first."""
    with telling():
        read_backup(file, replace=replace)
    prepare_database()
    click.echo(f"Đã khôi phục từ {file}.")


@contextlib.contextmanager
def telling() -> Iterator[None]:
    try:
        yield
    except BackupError as error:
        click.echo(f"{error} Không có gì thay đổi.", err=True)
        sys.exit(1)


def write_backup(file: Path, *, at: datetime.datetime) -> None:
    """The file is whole or not there at all; only its owner may read it."""
    if file.exists():
        raise BackupError(f"{file} đã có; hãy chọn tên khác.")
    if not connection.introspection.table_names():
        raise BackupError("Chưa có dữ liệu để sao lưu.")
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="backup-") as name:
        folder = Path(name)
        dump_database(folder / DATABASES[connection.vendor])
        copy_beside(folder)
        members = sorted(path for path in folder.rglob("*") if path.is_file())
        listed = {path.relative_to(folder).as_posix(): digest(path) for path in members}
        about = {"version": vungxanh.__version__, "made_at": at.isoformat(), "database": connection.vendor}
        (folder / LIST).write_text(json.dumps({**about, "applied": applied(), "files": listed}), encoding="utf-8")
        partial = file.with_name(f"{file.name}.partial")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as raw, tarfile.open(fileobj=raw, mode="w:gz", compresslevel=3) as archive:
            archive.add(folder / LIST, LIST)
            for path in members:
                archive.add(path, path.relative_to(folder).as_posix())
        partial.rename(file)
    note = Path(settings.HOME) / LAST
    note.write_text(json.dumps({"at": at.isoformat(), "bytes": file.stat().st_size}), encoding="utf-8")


def dump_database(path: Path) -> None:
    """One consistent moment, without stopping who writes."""
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(path)) as copy:
            connection.ensure_connection()
            # In one step: in several, a writer in between would make it begin anew each time.
            connection.connection.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")
        return
    run_tool("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={path}")


def run_tool(program: str, *arguments: str) -> None:
    """A program of PostgreSQL on our database; the password goes by the environment, not by the command line."""
    given = connection.settings_dict
    names = {"PGDATABASE": "NAME", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGHOST": "HOST", "PGPORT": "PORT"}
    address = {variable: str(given[name]) for variable, name in names.items() if given[name]}
    if "," in address.get("PGHOST", ""):
        # Of several machines the one that takes writes: another may lag behind.
        address |= {"PGTARGETSESSIONATTRS": "read-write", "PGCONNECT_TIMEOUT": "5"}
    try:
        done = subprocess.run(
            [program, *arguments], env={**os.environ, **address}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise BackupError(f"Máy này không có {program} của PostgreSQL.") from None
    if done.returncode:
        raise BackupError(f"{program}: {(done.stderr.strip() or 'hỏng').splitlines()[-1]}.")


def copy_beside(folder: Path) -> None:
    home = Path(settings.HOME)
    for name, path in KEYS.items():
        if Path(path).exists():
            shutil.copy(path, folder / name)
    for name in BESIDE:
        if (home / name).exists():
            shutil.copy(home / name, folder / name)
    if (home / "rules").is_dir():
        shutil.copytree(home / "rules", folder / "rules")


def applied() -> list[str]:
    return sorted(".".join(key) for key in MigrationLoader(connection).applied_migrations)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_backup(file: Path, *, replace: bool) -> None:
    """Everything is unpacked and checked before the first thing is changed."""
    has_data = bool(connection.introspection.table_names())
    if has_data and not replace:
        raise BackupError("Ở đây đang có dữ liệu; thêm --replace nếu thật sự muốn thay.")
    with tempfile.TemporaryDirectory(dir=settings.HOME, prefix="restore-") as name:
        folder = Path(name)
        unpack(file, folder)
        check_unpacked(folder)
        refuse_while_in_use()
        put_back(folder)


def unpack(file: Path, folder: Path) -> None:
    """Only plain files, only inside `folder`."""
    try:
        with tarfile.open(file, "r:gz") as archive:
            for member in archive:
                target = (folder / member.name).resolve()
                content = archive.extractfile(member) if member.isreg() else None
                if content is None or not target.is_relative_to(folder.resolve()):
                    raise BackupError(f"{file} có mục lạ {member.name!r}.")
                target.parent.mkdir(parents=True, exist_ok=True)
                with target.open("wb") as copy:
                    shutil.copyfileobj(content, copy)
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise BackupError(f"{file} không phải bản sao lưu đọc được ({error.__class__.__name__}).") from error


def check_unpacked(folder: Path) -> None:
    """Whole, of the same kind of database, and not newer than this program."""
    try:
        about = json.loads((folder / LIST).read_text(encoding="utf-8"))
        listed, known_there, kind = dict(about["files"]), set(about["applied"]), about["database"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"Bản sao lưu thiếu {LIST}.") from error
    for name, expected in listed.items():
        if not (folder / name).is_file() or digest(folder / name) != expected:
            raise BackupError(f"Bản sao lưu hỏng ở {name}.")
    if kind != connection.vendor:
        raise BackupError(f"Bản sao lưu là của {kind}, còn ở đây là {connection.vendor}.")
    known_here = {".".join(key) for key in MigrationLoader(None).disk_migrations}
    if known_there - known_here:
        raise BackupError(f"Bản sao lưu là của phiên bản mới hơn ({about['version']}); hãy nâng cấp trước.")


def refuse_while_in_use() -> None:
    """SQLite leaves its write-ahead mode only for the one who is alone; the log is then in the file as well."""
    if connection.vendor != "sqlite" or not Path(str(connection.settings_dict["NAME"])).exists():
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout=1000")
            cursor.execute("PRAGMA journal_mode=DELETE")
    except OperationalError as error:
        raise BackupError("Dữ liệu đang được dùng; hãy dừng máy chủ trước.") from error
    finally:
        connection.close()


def put_back(folder: Path) -> None:
    """Keys first: a database without its keys cannot be read, keys without their database harm nobody."""
    home = Path(settings.HOME)
    for name, path in KEYS.items():
        if (folder / name).exists():
            put(folder / name, Path(path))
    for name in BESIDE:
        if (folder / name).exists():
            put(folder / name, home / name)
    if (folder / "rules").is_dir():
        shutil.copytree(folder / "rules", home / "rules", dirs_exist_ok=True)
    if connection.vendor == "postgresql":
        put_tables(folder)
    else:
        put_database(folder / DATABASES["sqlite"])


def put_tables(folder: Path) -> None:
    """All that stands goes, also what a later version added and the backup does not name, in one transaction with what
    comes."""
    tables = ", ".join(map(connection.ops.quote_name, connection.introspection.table_names()))
    connection.close()
    empty, full = folder / "empty.sql", folder / "full.sql"
    empty.write_text(f"DROP TABLE IF EXISTS {tables} CASCADE;\n" if tables else "", encoding="utf-8")
    dump = str(folder / DATABASES["postgresql"])
    run_tool("pg_restore", "--clean", "--if-exists", "--no-owner", f"--file={full}", dump)
    files = [f"--file={empty}", f"--file={full}"]
    run_tool("psql", "--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", *files)


def put(source: Path, target: Path) -> None:
    """The file that stood there stays beside it."""
    if target.exists() and digest(target) != digest(source):
        os.replace(target, target.with_name(f"{target.name}.before-restore"))
    shutil.copy(source, target)
    target.chmod(0o600)


def put_database(source: Path) -> None:
    target = Path(str(connection.settings_dict["NAME"]))
    connection.close()
    put(source, target)
