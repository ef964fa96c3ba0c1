"""Dated editions of any shape, the registry of rule files, and taking later editions into an installation."""

from datetime import date
from pathlib import Path

import pytest

from vungxanh.common.decision_tables import Edition, Editions, RuleFileError, load_editions
from vungxanh.common.decision_tables.overlay import LoadedEdition, RulesRefusedError, load_rules
from vungxanh.common.decision_tables.registry import (
    RuleFile,
    RuleRegistry,
    edition_file,
    keep_overlays_in,
)

TODAY = date(2021, 10, 1)


class Limit(Edition, frozen=True, kw_only=True):
    degrees: float
    places: tuple[str, ...] = ()


def text(start: str, degrees: object, more: str = "") -> str:
    return f'[[edition]]\nin_force_from = {start}\nsource = "QĐ 1"\nstatus = "internal"\ndegrees = {degrees}\n{more}'


@pytest.fixture
def shipped(tmp_path: Path) -> RuleFile[Editions[Limit]]:
    path = tmp_path / "limits.toml"
    path.write_text('title = "Ngưỡng"\n' + text("2021-01-01", 37.5) + text("2021-09-16", 37.3), encoding="utf-8")
    return edition_file(path, title="Ngưỡng", schema=Limit)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    folder = tmp_path / "given"
    folder.mkdir()
    return folder


def test_in_force_is_the_latest_that_began(shipped: RuleFile[Editions[Limit]]) -> None:
    editions = shipped.current()
    days = [date(2021, 1, 1), date(2021, 9, 15), date(2021, 9, 16), date(2022, 1, 1)]
    assert [editions.in_force(day).degrees for day in days] == [37.5, 37.5, 37.3, 37.3]


def test_in_force_goes_back_to_the_older_one_when_the_newer_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "limits.toml"
    path.write_text(text("2021-01-01", 37.5) + text("2021-09-16", 37.3, "in_force_to = 2021-09-30\n"), encoding="utf-8")
    editions = load_editions(path, schema=Limit)
    assert [editions.in_force(day).degrees for day in (date(2021, 9, 30), date(2021, 10, 1))] == [37.3, 37.5]


def test_load_editions_names_every_fault(tmp_path: Path) -> None:
    path = tmp_path / "limits.toml"
    path.write_text(
        'colour = "red"\n' + text("2021-01-01", '"nóng"', "places = [1]\nsize = 3\n") + text("2021-01-01", 37),
        encoding="utf-8",
    )
    with pytest.raises(RuleFileError) as caught:
        load_editions(path, schema=Limit)
    assert [(fault.where, fault.line) for fault in caught.value.faults] == [
        ("colour", 1),
        ("edition[1].size", 8),
        ("edition[1].degrees", 6),
        ("edition[1].places", 7),
    ]


def test_load_rules_takes_a_later_edition_and_the_file_follows_it(
    shipped: RuleFile[Editions[Limit]], given: Path, tmp_path: Path
) -> None:
    home = tmp_path / "rules"
    (given / "limits.toml").write_text(text("2021-11-01", 37.0), encoding="utf-8")
    before = shipped.current()
    keep_overlays_in(home)
    try:
        assert load_rules(given, into=home, on=TODAY, files=[shipped]) == [
            LoadedEdition("limits.toml", date(2021, 11, 1))
        ]
        assert shipped.current().in_force(date(2021, 11, 1)).degrees == 37.0
        assert shipped.current().in_force(TODAY) == before.in_force(TODAY)
        assert load_rules(given, into=home, on=TODAY, files=[shipped]) == []
    finally:
        keep_overlays_in(None)


def test_load_rules_replaces_an_edition_that_has_not_begun(
    shipped: RuleFile[Editions[Limit]], given: Path, tmp_path: Path
) -> None:
    home = tmp_path / "rules"
    for degrees in (37.0, 36.9):
        (given / "limits.toml").write_text(text("2021-11-01", degrees), encoding="utf-8")
        load_rules(given, into=home, on=TODAY, files=[shipped])
    assert shipped.check(home / "limits.toml").in_force(date(2021, 11, 1)).degrees == 36.9


@pytest.mark.parametrize(
    ("start", "day"),
    [("2021-09-16", TODAY), ("2021-05-01", TODAY), ("2020-01-01", TODAY), ("2021-11-01", date(2021, 12, 1))],
)
def test_load_rules_refuses_to_change_what_is_in_force(
    shipped: RuleFile[Editions[Limit]], given: Path, tmp_path: Path, start: str, day: date
) -> None:
    home = tmp_path / "rules"
    path = given / "limits.toml"
    path.write_text(text("2021-11-01", 37.0), encoding="utf-8")
    load_rules(given, into=home, on=TODAY, files=[shipped])
    kept = (home / "limits.toml").read_text(encoding="utf-8")
    path.write_text(text(start, 36.0), encoding="utf-8")
    with pytest.raises(RulesRefusedError):
        load_rules(given, into=home, on=day, files=[shipped])
    assert (home / "limits.toml").read_text(encoding="utf-8") == kept


def test_load_rules_refuses_to_lose_an_edition_in_force(
    shipped: RuleFile[Editions[Limit]], given: Path, tmp_path: Path
) -> None:
    home = tmp_path / "rules"
    path = given / "limits.toml"
    path.write_text(text("2021-11-01", 37.0), encoding="utf-8")
    load_rules(given, into=home, on=TODAY, files=[shipped])
    path.write_text(text("2022-01-01", 36.0), encoding="utf-8")
    with pytest.raises(RulesRefusedError, match="thiếu bản từ 01/11/2021"):
        load_rules(given, into=home, on=date(2021, 12, 1), files=[shipped])


def test_load_rules_takes_nothing_when_one_file_is_faulty(
    shipped: RuleFile[Editions[Limit]], given: Path, tmp_path: Path
) -> None:
    home = tmp_path / "rules"
    (given / "limits.toml").write_text(text("2021-11-01", 37.0), encoding="utf-8")
    (given / "limit.toml").write_text(text("2021-11-01", 37.0), encoding="utf-8")
    with pytest.raises(RulesRefusedError) as caught:
        load_rules(given, into=home, on=TODAY, files=[shipped])
    assert [error.path.name for error in caught.value.errors] == ["limit.toml"]
    assert not home.exists()


def test_load_rules_refuses_an_empty_folder(given: Path, tmp_path: Path) -> None:
    with pytest.raises(RulesRefusedError, match="không có tệp"):
        load_rules(given, into=tmp_path / "rules", on=TODAY, files=[])


def test_register_refuses_two_files_of_one_name(shipped: RuleFile[Editions[Limit]]) -> None:
    registry = RuleRegistry()
    registry.register(shipped, shipped)
    with pytest.raises(ValueError, match="limits"):
        registry.register(edition_file(shipped.path, title="Khác", schema=Limit))
    assert registry.files() == (shipped,)
