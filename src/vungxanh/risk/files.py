"""The figures of a day as files for a receiver: the lines of the sheet as columns, a row for each return."""

import csv
import datetime
import io
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from vungxanh.common.formats import day as day_words
from vungxanh.common.spreadsheets import Value, workbook

HEADS = ("Loại", "Số", "Bản", "Nộp lúc", "Đúng hạn")
"""What says which return a row is; the files are papers, and as such Vietnamese."""
KINDS = {"DAILY": "Báo cáo ngày", "UNUSUAL": "Bất thường"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = tuple[Mapping[str, object], Sequence[tuple[str, Value]]]
"""What was frozen with a return, and its sheet."""


def day_workbook(day: datetime.date, rows: Sequence[Row]) -> bytes:
    heads, lines = _table(rows)
    return workbook(f"{day:%d-%m-%Y}", heads, lines)


def day_csv(rows: Sequence[Row]) -> bytes:
    """UTF-8 with the mark that spreadsheets look for; text that would be a formula is led by an apostrophe."""
    written = io.StringIO(newline="")
    heads, lines = _table(rows)
    csv.writer(written).writerows([_text(value) for value in line] for line in [heads, *lines])
    return written.getvalue().encode("utf-8-sig")


def write_whole(path: Path, content: bytes) -> None:
    """There is the old file or the new one, never a part; on disk before it is there."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor, made = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=path.suffix)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)
    except OSError:
        Path(made).unlink(missing_ok=True)
        raise


def _table(rows: Sequence[Row]) -> tuple[list[Value], list[list[Value]]]:
    says = list(dict.fromkeys(name for _payload, sheet in rows for name, _value in sheet))
    return [*HEADS, *says], [[*_which(payload), *_cells(says, sheet)] for payload, sheet in rows]


def _which(payload: Mapping[str, object]) -> list[Value]:
    kind, sent_at = str(payload["kind"]), datetime.datetime.fromisoformat(str(payload["submitted_at"]))
    counts: list[Value] = [value if isinstance(value := payload[name], int) else None for name in ("number", "version")]
    return [KINDS.get(kind, kind), *counts, sent_at, "có" if payload["is_on_time"] else "không"]


def _cells(says: Iterable[str], sheet: Sequence[tuple[str, Value]]) -> list[Value]:
    values = dict(sheet)
    return [values.get(name) for name in says]


def _text(value: Value) -> str:
    if isinstance(value, datetime.datetime):
        return value.strftime("%H:%M %d/%m/%Y")
    if isinstance(value, datetime.date):
        return day_words(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text
