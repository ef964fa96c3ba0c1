"""What is wrong in a rule file, all of it at once, each fault with its place in the file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_HEADER = re.compile(r"^\s*\[\[?\s*([A-Za-z0-9_.\-]+)\s*\]\]?")
_KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+)\s*=")
_STEP = re.compile(r"([^.\[\]]+)(?:\[(\d+)\])?")
_PLACE = re.compile(r"at line (\d+), column (\d+)")
_SYNTAX = {
    "Expected '=' after a key": "thiếu dấu = sau tên khóa",
    "Expected newline or end of document": "giá trị viết không đúng, hoặc sau giá trị còn chữ thừa; mỗi khóa một dòng,"
    " chữ đặt trong dấu nháy kép, ngày viết như 2021-09-20",
    "Invalid statement": "dòng này không phải khóa = giá trị, cũng không phải tiêu đề [mục]",
    "Invalid value": "không đọc được giá trị; chữ phải đặt trong dấu nháy kép",
    "Invalid initial character for a key": "tên khóa có ký tự không dùng được; chỉ dùng chữ không dấu, số, - và _",
    "Invalid date or datetime": "không có ngày giờ này; ngày viết như 2021-09-20",
    "Cannot declare": "mục này đã có ở trên",
    "Cannot redefine": "mục này đã có ở trên",
    "Cannot overwrite": "khóa này đã có ở trên",
    "Duplicate inline table key": "khóa này đã có ở trên",
    "Cannot mutate": "mục này đã đóng ở trên, không thêm được",
    "Illegal character": "chữ chưa đóng dấu nháy, hoặc có ký tự không dùng được",
    "Found invalid character": "có ký tự không dùng được",
    "Unterminated string": "chữ chưa đóng dấu nháy",
    "Expected ']": "tiêu đề mục chưa đóng ngoặc vuông",
    "Unclosed array": "danh sách chưa đóng ngoặc vuông",
    "Unclosed inline table": "bảng trên một dòng chưa đóng ngoặc nhọn",
    "Unescaped": "dấu \\ trong chữ dùng sai; cần chính dấu ấy thì viết hai lần",
    "Invalid hex value": "mã ký tự sau dấu \\ không đúng",
    "Escaped character": "mã ký tự sau dấu \\ không đúng",
    "Expected ": "chữ chưa đóng dấu nháy",
}
"""How the sentences of `tomllib` begin, and what they mean; the first that fits."""


@dataclass(frozen=True)
class Fault:
    """One fault. `where` is a key path counted from one: `edition[1].row[3].when.days_since_red_area`."""

    where: str
    what: str
    line: int | None = None

    def __str__(self) -> str:
        line = f"dòng {self.line}" if self.line else ""
        place = f"{self.where} ({line})" if self.where and line else self.where or line
        return f"{place}: {self.what}" if place else self.what


def syntax_fault(error: tomllib.TOMLDecodeError, text: str) -> Fault:
    """What the parser says of `text`, in Vietnamese and with the line; of an end that comes too early the last line."""
    says = str(error)
    what = next((words for begins, words in _SYNTAX.items() if says.startswith(begins)), "không đọc được dòng này")
    place = _PLACE.search(says)
    column = f", ở cột {place[2]}" if place else ", ở cuối"
    line = int(place[1]) if place else max(len(text.splitlines()), 1)
    return Fault("", f"sai cú pháp TOML: {what}{column}", line)


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
