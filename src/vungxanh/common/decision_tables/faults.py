"""What is wrong in a rule file, all of it at once, each fault with its place in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+)\s*=")
_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class Fault:
    """One fault. `where` is a key path counted from one: `edition[1].row[3].when.days_since_red_area`."""

    where: str
    what: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"{self.where or '.'} (dòng {self.line})" if self.line else self.where or "."
        return f"{place}: {self.what}"


class RuleFileError(ValueError):
    """A rule file cannot be used. `faults` names every fault that was found."""

    def __init__(self, path: Path | str, faults: Iterable[Fault]) -> None:
        self.path = Path(path)
        self.faults = tuple(faults)
        lines = "\n".join(f"  {fault}" for fault in self.faults)
        super().__init__(f"{self.path.name}: {len(self.faults)} lỗi\n{lines}")


@dataclass(frozen=True)
class LineFinder:
    """Finds the line of a key path in the text of a TOML file; the line of the nearest header when the key has none."""

    lines: dict[str, int]

    @classmethod
    def of(cls, text: str) -> LineFinder:
        lines: dict[str, int] = {}
        counts: dict[str, int] = {}
        here = ""
        for number, line in enumerate(text.splitlines(), start=1):
            if header := _HEADER.match(line):
                here = _numbered(header.group(1), counts, repeated=line.lstrip().startswith("[["))
                lines.setdefault(here, number)
            elif key := _KEY.match(line):
                lines.setdefault(f"{here}.{key.group(1)}" if here else key.group(1), number)
        return cls(lines)

    def line(self, where: str) -> int | None:
        while where:
            if where in self.lines:
                return self.lines[where]
            where = _parent(where)
        return None


def _numbered(dotted: str, counts: dict[str, int], *, repeated: bool) -> str:
    """`edition.row` → `edition[2].row[5]`: each array header met so far keeps its own count under its parent."""
    *parents, last = dotted.split(".")
    path = ""
    for part in parents:
        path = f"{path}.{part}" if path else part
        if path in counts:
            path = f"{path}[{counts[path]}]"
    path = f"{path}.{last}" if path else last
    if not repeated:
        return path
    counts[path] = counts.get(path, 0) + 1
    return f"{path}[{counts[path]}]"


def _parent(where: str) -> str:
    steps = [f"{name}[{index}]" if index else name for name, index in _STEP.findall(where)]
    last = steps[-1]
    if "[" in last:
        return ".".join([*steps[:-1], last[: last.index("[")]])
    return ".".join(steps[:-1])
