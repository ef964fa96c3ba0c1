"""Which rule files there are. Each is read from the product and, over it, from the installation's own folder."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Generic, TypeVar

from vungxanh.common.decision_tables.editions import E, Editions, load_editions
from vungxanh.common.decision_tables.tables import DecisionTable, Rulebook, load_table

R = TypeVar("R")


@dataclass
class RuleFile(Generic[R]):
    """One shipped rule file; `current()` is what is in force here, re-read when the installation's copy changes."""

    path: Path
    title: str
    reader: Callable[[Path, Path | None], R]
    _read: R | None = field(default=None, repr=False)
    _stamp: tuple[int, int] | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.path.name

    def current(self) -> R:
        stamp = _stamp_of(self.name)
        if self._read is None or stamp != self._stamp:
            self._read, self._stamp = self.reader(self.path, _overlay.path_of(self.name)), stamp
        return self._read

    def check(self, over: Path) -> R:
        """Reads `over` by itself, so that faults have its places, then as continuation; raises `RuleFileError`."""
        self.reader(over, None)
        return self.reader(self.path, over)


def table_file(path: Path, rulebook: Rulebook) -> RuleFile[DecisionTable]:
    """A file that holds a decision table; its title is read with it."""
    return RuleFile(path, "", lambda shipped, over: load_table(shipped, rulebook, over=over))


def edition_file(path: Path, *, title: str, schema: type[E]) -> RuleFile[Editions[E]]:
    """A file of dated editions of any other shape."""
    return RuleFile(path, title, partial(_load_editions, schema))


def _load_editions(schema: type[E], shipped: Path, over: Path | None) -> Editions[E]:
    return load_editions(shipped, schema=schema, over=over)


@dataclass
class RuleRegistry:
    """The rule files of the product; the page of the rules in force and `load-rules` know these and no others."""

    _files: dict[str, RuleFile[Any]] = field(default_factory=dict)

    def register(self, *files: RuleFile[Any]) -> None:
        for file in files:
            if self._files.setdefault(file.name, file) is not file:
                raise ValueError(f"rule file {file.name} is registered twice")

    def files(self) -> tuple[RuleFile[Any], ...]:
        return tuple(self._files.values())


@dataclass
class _Overlay:
    directory: Path | None = None

    def path_of(self, name: str) -> Path | None:
        return self.directory / name if self.directory else None


registry = RuleRegistry()
register_rules = registry.register
rule_files = registry.files
_overlay = _Overlay()


def overlay_path(name: str) -> Path | None:
    """Where the installation keeps its own editions of that file, there or not."""
    return _overlay.path_of(name)


def keep_overlays_in(directory: Path | None) -> None:
    """Tells where the installation keeps its own editions (`VUNGXANH_HOME/rules`)."""
    _overlay.directory = directory


def _stamp_of(name: str) -> tuple[int, int] | None:
    """Asked several times for each person who declares; to put paths together would take longer than to look."""
    if _overlay.directory is None:
        return None
    try:
        found = os.stat(f"{_overlay.directory}{os.sep}{name}")
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
