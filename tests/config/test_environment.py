"""Settings from the environment: what is understood, and what becomes a fault."""

import stat
from pathlib import Path

import pytest

from vungxanh.config import environment


@pytest.fixture(autouse=True)
def faults(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    found: dict[str, str] = {}
    monkeypatch.setattr(environment, "faults", found)
    return found


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("sqlite:////srv/vx/one.sqlite3", "/srv/vx/one.sqlite3"),
        ("sqlite:///one.sqlite3", "/one.sqlite3"),
        ("sqlite:////srv/th%C6%B0%20m%E1%BB%A5c/one.sqlite3", "/srv/thư mục/one.sqlite3"),
    ],
)
def test_sqlite_address_is_read(url: str, path: str) -> None:
    assert environment.database(url)["NAME"] == path


def test_postgresql_address_is_read_whole() -> None:
    found = environment.database("postgres://vx:m%40t@db.example:5433/vung_xanh")
    parts = [found[name] for name in ("USER", "PASSWORD", "HOST", "PORT", "NAME")]
    assert parts == ["vx", "m@t", "db.example", "5433", "vung_xanh"]


def test_postgresql_address_of_a_socket_is_read() -> None:
    assert environment.database("postgres://tests@/postgres?host=/tmp/x")["HOST"] == "/tmp/x"


@pytest.mark.parametrize("url", ["mysql://x/y", "", "vungxanh.sqlite3", "postgres://host:port/x", "sqlite:///"])
def test_wrong_address_is_a_fault_and_never_another_database(url: str, faults: dict[str, str]) -> None:
    assert environment.database(url)["ENGINE"] == "django.db.backends.dummy"
    assert list(faults) == ["vungxanh.E002"]


def test_of_several_hosts_the_one_that_takes_writes_is_used() -> None:
    found = environment.database("postgres://vx@10.0.0.11,10.0.0.12/vx")
    assert (found["HOST"], found["PORT"]) == ("10.0.0.11,10.0.0.12", "")
    assert found["OPTIONS"]["target_session_attrs"] == "read-write"
    # Also where an answer is only waited for.
    assert found["OPTIONS"]["keepalives_idle"] == 5
    alone = environment.database("postgres://vx@10.0.0.11/vx")
    assert "target_session_attrs" not in alone["OPTIONS"]


def test_a_replica_is_read_only_and_given_up_soon(faults: dict[str, str]) -> None:
    primary = environment.database("postgres://vx@mot.example/vx")
    [(alias, found)] = environment.replica("postgres://vx@hai.example/vx", primary).items()
    assert (alias, found["HOST"], found["OPTIONS"], faults) == (
        "replica",
        "hai.example",
        {**environment.silent_after(2), "options": "-c default_transaction_read_only=on"},
        {},
    )
    assert environment.replica("", primary) == {}


@pytest.mark.parametrize(
    ("url", "primary"),
    [
        ("sqlite:////x", "postgres://vx@mot.example/vx"),
        ("postgres://host:port/x", "postgres://vx@mot.example/vx"),
        ("postgres://vx@hai.example/vx", "sqlite:////x"),
    ],
)
def test_a_replica_is_for_postgresql_alone(url: str, primary: str, faults: dict[str, str]) -> None:
    assert environment.replica(url, environment.database(primary)) == {}
    assert list(faults) == ["vungxanh.E016"]


@pytest.mark.parametrize("url", ["", "https://nhan.example/ban-do?x=1", "http://127.0.0.1:8090/", "http://[::1]:1/"])
def test_address_of_a_receiver_is_safe_or_of_this_machine(
    url: str, monkeypatch: pytest.MonkeyPatch, faults: dict[str, str]
) -> None:
    monkeypatch.setenv("NATIONAL_MAP_URL", url)
    assert (environment.receiver("NATIONAL_MAP_URL"), faults) == (url, {})


@pytest.mark.parametrize(
    "url",
    ["http://nhan.example/", "nhan.example", "https://", "https://a:b@nhan.example/", "https://x:99999/", "ftp://x/"],
)
def test_another_address_of_a_receiver_is_a_fault_and_not_used(
    url: str, monkeypatch: pytest.MonkeyPatch, faults: dict[str, str]
) -> None:
    monkeypatch.setenv("NATIONAL_MAP_URL", url)
    assert (environment.receiver("NATIONAL_MAP_URL"), list(faults)) == ("", ["vungxanh.E013"])


def test_value_is_read_from_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_text("rất bí mật\n", encoding="utf-8")
    monkeypatch.setenv("SECRET_KEY", "other")
    monkeypatch.setenv("SECRET_KEY_FILE", str(tmp_path / "key"))
    assert environment.text("SECRET_KEY") == "rất bí mật"


def test_file_that_is_not_there_is_a_fault(monkeypatch: pytest.MonkeyPatch, faults: dict[str, str]) -> None:
    monkeypatch.setenv("SECRET_KEY_FILE", "/nowhere/key")
    assert environment.text("SECRET_KEY", "default") == "default"
    assert list(faults) == ["vungxanh.E001"]


def test_secret_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    first = environment.kept_secret(tmp_path / "secret")
    assert environment.kept_secret(tmp_path / "secret") == first
    assert len(first) >= 48
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_names_are_split_and_trimmed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOWED_HOSTS", " a.vn , b.vn,,")
    assert environment.names("ALLOWED_HOSTS") == ["a.vn", "b.vn"]


def test_mail_address_is_read_whole() -> None:
    found = environment.email("smtps://vung:m%40t@mail.example?from=vungxanh@example.vn")
    assert (found.host, found.port, found.user, found.password) == ("mail.example", 465, "vung", "m@t")
    assert (found.is_tls, found.is_starttls, found.sender) == (True, False, "vungxanh@example.vn")
    assert environment.email("").host == ""


@pytest.mark.parametrize("url", ["mail.example", "smtp://mail.example", "http://x?from=a@b", "smtp://x:y?from=a@b"])
def test_wrong_mail_address_is_a_fault_and_sends_nothing(url: str, faults: dict[str, str]) -> None:
    assert environment.email(url).host == ""
    assert list(faults) == ["vungxanh.E010"]
