"""From a sheet to typed rows of staff, with every fault named by its cell."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from vungxanh.common.vietnamese import folded
from vungxanh.organization.imports.columns import COLUMNS, CellError, Column
from vungxanh.organization.imports.sheets import Sheet, SheetError, address

MOST_FAULTS = 500


@dataclass(frozen=True, slots=True)
class CellFault:
    """Where and why; `cell` like D17."""

    cell: str
    why: str

    def __str__(self) -> str:
        return f"{self.cell}: {self.why}"


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One person of the list. Values by column key; what was left empty is None. `cells` are addresses by key."""

    line: int
    values: Mapping[str, Any]
    cells: Mapping[str, str]

    def __getitem__(self, key: str) -> Any:
        return self.values.get(key)


@dataclass(slots=True)
class StaffList:
    rows: list[StaffRow] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may refer to: ids of units, sites and areas by code."""

    unit_ids: Mapping[str, int]
    site_ids: Mapping[str, int]
    area_ids: Mapping[str, int]


def read_staff(sheet: Sheet, known: Known, *, today: datetime.date) -> StaffList:
    """All rows and all faults; whoever calls imports nothing while there is a fault."""
    places = _places(sheet.header)
    staff = StaffList()
    for line, cells in sheet.rows:
        row, faults = _row(line, cells, places)
        faults += _references(row, known) + _dates(row, today)
        staff.faults += faults
        if not faults:
            staff.rows.append(row)
    staff.faults += _repeated(staff.rows)
    return staff


def _places(header: list[str]) -> dict[str, tuple[int, Column]]:
    """Column key → place in the sheet. Columns may stand in any order; unknown ones are a mistake, not noise."""
    heads = [folded(head) for head in header]
    places: dict[str, tuple[int, Column]] = {}
    for column in COLUMNS:
        found = [index for index, head in enumerate(heads) if head in column.heads]
        if len(found) > 1:
            words = _("%(cell)s: the column “%(title)s” stands twice")
            raise SheetError(words % {"cell": address(1, found[1]), "title": column.title})
        if found:
            places[column.key] = (found[0], column)
    faults = [
        _("the column “%(title)s” is missing") % {"title": column.title}
        for column in COLUMNS
        if column.is_required and column.key not in places
    ]
    taken = {index for index, _column in places.values()}
    faults += [
        _("%(cell)s: unknown column “%(title)s”") % {"cell": address(1, index), "title": header[index][:40]}
        for index, head in enumerate(heads)
        if head and index not in taken
    ]
    if faults:
        raise SheetError(*faults)
    return places


def _row(line: int, cells: list[str], places: Mapping[str, tuple[int, Column]]) -> tuple[StaffRow, list[CellFault]]:
    values: dict[str, Any] = {}
    faults: list[CellFault] = []
    where = {key: address(line, index) for key, (index, _column) in places.items()}
    for key, (index, column) in places.items():
        cell = cells[index] if index < len(cells) else ""
        if not cell:
            if column.is_required:
                faults.append(CellFault(where[key], _("“%(title)s” must not be empty") % {"title": column.title}))
            continue
        try:
            values[key] = column.read(cell)
        except CellError as error:
            faults.append(CellFault(where[key], f"“{cell[:40]}”: {error}"))
    return StaffRow(line, values, where), faults


def _references(row: StaffRow, known: Known) -> list[CellFault]:
    checks = (
        ("unit_code", known.unit_ids, _("there is no unit with this code today")),
        ("site_code", known.site_ids, _("there is no site with this code")),
        ("residence_code", known.area_ids, _("there is no area with this code")),
    )
    return [
        CellFault(row.cells[key], f"“{row[key]}”: {words}")
        for key, ids, words in checks
        if row[key] is not None and row[key] not in ids
    ]


def _dates(row: StaffRow, today: datetime.date) -> list[CellFault]:
    starts = row["valid_from"]
    if starts and starts > today + datetime.timedelta(days=366):
        return [CellFault(row.cells["valid_from"], _("this day lies more than a year ahead"))]
    return []


def _repeated(rows: list[StaffRow]) -> list[CellFault]:
    """A staff code twice, or an identity number under two names: one of the two lines is wrong."""
    faults = []
    for key in ("staff_code", "identity_number"):
        first: dict[str, StaffRow] = {}
        for row in rows:
            value = row[key]
            if value is None:
                continue
            earlier = first.setdefault(value, row)
            if earlier is not row and (key == "staff_code" or folded(earlier["full_name"]) != folded(row["full_name"])):
                words = _("“%(value)s” stands already on line %(line)d")
                shown = value if key == "staff_code" else f"…{value[-3:]}"
                faults.append(CellFault(row.cells[key], words % {"value": shown, "line": earlier.line}))
    return faults
