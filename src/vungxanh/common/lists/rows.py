"""From a sheet to rows of typed values by column key, with every fault named by its cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from vungxanh.common.lists import legacy
from vungxanh.common.lists.columns import CellError, Column
from vungxanh.common.lists.sheets import Sheet, SheetError, address
from vungxanh.common.vietnamese import folded


@dataclass(frozen=True, slots=True)
class CellFault:
    """Where and why; `cell` like D17, empty when the fault is one of the whole file."""

    cell: str
    why: str

    @property
    def line(self) -> int:
        return int(self.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ") or 0)

    def __str__(self) -> str:
        return f"{self.cell}: {self.why}" if self.cell else self.why


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. Values by column key; what was left empty is None. `cells` are addresses by key."""

    line: int
    values: Mapping[str, Any]
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)

    def fault(self, key: str, why: str) -> CellFault:
        return CellFault(self.cells[key], why)


@dataclass(slots=True)
class Rows:
    rows: list[Row] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)

    @property
    def sorted_faults(self) -> list[CellFault]:
        return sorted(self.faults, key=lambda fault: fault.line)


def read_rows(sheet: Sheet, columns: Sequence[Column]) -> Rows:
    """All rows without fault and all faults; whoever calls imports nothing while there is a fault."""
    places = _places(sheet, columns)
    encodings = _encodings(sheet, places)
    found = Rows()
    for line, cells in sheet.rows:
        row, faults = _row(line, cells, places, encodings)
        found.faults += faults
        if not faults:
            found.rows.append(row)
    return found


def _encodings(sheet: Sheet, places: Mapping[str, tuple[int, Column]]) -> dict[str, legacy.Encoding]:
    """Column by column: a list pasted under the heads of the template may well be of another encoding than these.

    Where one column is of an old encoding, the others are not taken for Unicode on trust.
    """
    found = {
        key: legacy.encoding_of(cells[index] for _line, cells in sheet.rows if index < len(cells))
        for key, (index, _column) in places.items()
    }
    is_pure = set(found.values()) <= {legacy.Encoding.UNICODE}
    unsure = {legacy.Encoding.UNICODE: legacy.Encoding.MIXED}
    return found if is_pure else {key: unsure.get(encoding, encoding) for key, encoding in found.items()}


def _places(sheet: Sheet, columns: Sequence[Column]) -> dict[str, tuple[int, Column]]:
    """Column key → place in the sheet. Columns may stand in any order; unknown ones are a mistake, not noise."""
    encoding = legacy.encoding_of(sheet.header)
    heads = [folded(_unicode(head, encoding) or head) for head in sheet.header]
    places: dict[str, tuple[int, Column]] = {}
    for column in columns:
        found = [index for index, head in enumerate(heads) if head in column.heads]
        if len(found) > 1:
            words = _("%(cell)s: the column “%(title)s” stands twice")
            raise SheetError(words % {"cell": address(sheet.header_line, found[1]), "title": column.title})
        if found:
            places[column.key] = (found[0], column)
    faults = [
        _("the column “%(title)s” is missing") % {"title": column.title}
        for column in columns
        if column.is_required and column.key not in places
    ]
    taken = {index for index, _column in places.values()}
    faults += [
        _("%(cell)s: unknown column “%(title)s”")
        % {"cell": address(sheet.header_line, index), "title": sheet.header[index][:40]}
        for index, head in enumerate(heads)
        if head and index not in taken
    ]
    if faults:
        raise SheetError(*faults)
    return places


def _row(
    line: int,
    cells: list[str],
    places: Mapping[str, tuple[int, Column]],
    encodings: Mapping[str, legacy.Encoding],
) -> tuple[Row, list[CellFault]]:
    values: dict[str, Any] = {}
    faults: list[CellFault] = []
    where = {key: address(line, index) for key, (index, _column) in places.items()}
    for key, (index, column) in places.items():
        cell = cells[index] if index < len(cells) else ""
        if not cell:
            if column.is_required:
                faults.append(CellFault(where[key], _("“%(title)s” must not be empty") % {"title": column.title}))
            continue
        text = _unicode(cell, encodings[key])
        if text is None:
            words = _("“%(text)s” is neither Unicode nor clearly TCVN3 or VNI; type it again in Unicode")
            faults.append(CellFault(where[key], words % {"text": cell[:40]}))
            continue
        try:
            values[key] = column.read(text)
        except CellError as error:
            faults.append(CellFault(where[key], f"“{text[:40]}”: {error}"))
    return Row(line, values, where), faults


def _unicode(cell: str, encoding: legacy.Encoding) -> str | None:
    try:
        return legacy.converted(cell, encoding)
    except legacy.LegacyTextError:
        return None
