"""Taking later editions of the rules into an installation, all of a folder or nothing of it."""

from __future__ import annotations

import os
import tempfile
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from vungxanh.common.decision_tables.editions import read_raw
from vungxanh.common.decision_tables.faults import Fault, RuleFileError
from vungxanh.common.decision_tables.registry import RuleFile, rule_files


@dataclass(frozen=True)
class LoadedEdition:
    """An edition that was taken in."""

    file: str
    in_force_from: date


class RulesRefusedError(ValueError):
    """Nothing was taken in. `errors` holds one `RuleFileError` per faulty file."""

    def __init__(self, errors: Sequence[RuleFileError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(str(error) for error in errors))


def load_rules(
    directory: Path,
    *,
    into: Path,
    on: date,
    files: Sequence[RuleFile[Any]] | None = None,
) -> list[LoadedEdition]:
    """Checks every rule file of `directory` and copies it to `into`, where its editions follow the shipped ones.

    A file has the name of the one that it continues. An edition in force already (on `on`) stays as it is: the same
    text again changes nothing, another text is refused, and so is one that begins before it. Returns what is new.
    """
    accepted = check_rules(directory, into=into, on=on, files=files)
    into.mkdir(parents=True, exist_ok=True)
    for path in accepted:
        keep_whole(path.read_bytes(), into / path.name)
    return [edition for editions in accepted.values() for edition in editions]


def check_rules(
    directory: Path,
    *,
    into: Path,
    on: date,
    files: Sequence[RuleFile[Any]] | None = None,
) -> dict[Path, list[LoadedEdition]]:
    """What `load_rules` would take in, by file; nothing is written. Raises `RulesRefusedError`."""
    known = {file.name: file for file in (rule_files() if files is None else files)}
    given = sorted(directory.glob("*.toml"))
    errors = [] if given else [RuleFileError(directory, [Fault("", "thư mục không có tệp .toml nào")])]
    accepted: dict[Path, list[LoadedEdition]] = {}
    for path in given:
        try:
            accepted[path] = _accept(path, known, into / path.name, on)
        except RuleFileError as error:
            errors.append(error)
    if errors:
        raise RulesRefusedError(errors)
    return accepted


def _accept(path: Path, known: Mapping[str, RuleFile[Any]], kept: Path, on: date) -> list[LoadedEdition]:
    if path.name not in known:
        raise RuleFileError(
            path,
            [
                Fault(
                    "",
                    f"không nối tiếp tệp luật nào; các tệp: {', '.join(sorted(known))}",
                )
            ],
        )
    file = known[path.name]
    file.check(path)
    given = _editions(path)
    here = {str(one["in_force_from"]): one for one in read_raw(file.path, over=kept).editions}
    own = _editions(kept) if kept.exists() else []
    faults = [Fault("", f"thiếu bản từ {_day(one)} đã nạp trước đây") for one in own if _is_lost(one, given, on)]
    in_force = [one for one in here.values() if one["in_force_from"] <= on]
    latest = max((one["in_force_from"] for one in in_force), default=date.min)
    new = []
    for number, one in enumerate(given, start=1):
        before = here.get(str(one["in_force_from"]))
        if before == one:
            continue
        if one["in_force_from"] <= latest:
            faults.append(
                Fault(
                    f"edition[{number}].in_force_from",
                    f"bản từ {_day(one)} sẽ đổi luật đã có hiệu lực",
                )
            )
        new.append(LoadedEdition(path.name, one["in_force_from"]))
    if faults:
        raise RuleFileError(path, faults)
    return new


def _is_lost(one: Mapping[str, Any], given: Sequence[Mapping[str, Any]], on: date) -> bool:
    days = {other["in_force_from"] for other in given}
    return one["in_force_from"] <= on and one["in_force_from"] not in days


def _editions(path: Path) -> list[dict[str, Any]]:
    editions: list[dict[str, Any]] = tomllib.loads(path.read_text(encoding="utf-8"))["edition"]
    return editions


def _day(edition: Mapping[str, Any]) -> str:
    return f"{edition['in_force_from']:%d/%m/%Y}"


def keep_whole(content: bytes, target: Path) -> None:
    """Whole or not at all: a server that reads meanwhile sees the old file or the new one."""
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as copy:
            copy.write(content)
            copy.flush()
            os.fsync(copy.fileno())
        Path(name).replace(target)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise
