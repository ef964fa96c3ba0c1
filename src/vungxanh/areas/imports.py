"""Files of areas and of published levels: their columns, and rows with every fault named by its cell."""

import datetime
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from vungxanh.areas.enums import AreaTier, EpidemicLevel
from vungxanh.common.lists.columns import CellError, Column, choice, date, text
from vungxanh.common.lists.rows import Row, read_rows
from vungxanh.common.lists.sheets import SheetError, read_sheet

TIERS = {"Tỉnh": AreaTier.PROVINCE, "Huyện": AreaTier.DISTRICT, "Xã": AreaTier.COMMUNE}
LEVELS = {
    "Bình thường mới": EpidemicLevel.GREEN,
    "Nguy cơ": EpidemicLevel.YELLOW,
    "Nguy cơ cao": EpidemicLevel.ORANGE,
    "Nguy cơ rất cao": EpidemicLevel.RED,
}
OTHER_WORDS = {
    "Xanh": "GREEN",
    "Vàng": "YELLOW",
    "Cam": "ORANGE",
    "Đỏ": "RED",
    "1": "GREEN",
    "2": "YELLOW",
    "3": "ORANGE",
    "4": "RED",
    "Cấp 1": "GREEN",
    "Cấp 2": "YELLOW",
    "Cấp 3": "ORANGE",
    "Cấp 4": "RED",
}


class AreaFileError(ValueError):
    """The file cannot be used; `faults` names place and reason for each fault. Nothing was imported."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


def code(cell: str) -> str:
    """Of the statistics office: two digits of a province, three of a district, five of a commune.

    A spreadsheet that took the code for a figure dropped its zeros; which, only its length told.
    """
    if not (cell.isdigit() and len(cell) in (2, 3, 5)):
        raise CellError(_("a code has 2, 3 or 5 digits; keep leading zeros by making the column text"))
    return cell


def level(cell: str) -> EpidemicLevel:
    """By its word under 2686, its colour, or its number under 128/NQ-CP."""
    try:
        return EpidemicLevel(choice(LEVELS)(cell))
    except CellError:
        try:
            return EpidemicLevel(choice(OTHER_WORDS)(cell))
        except CellError:
            words = ", ".join(LEVELS)
            raise CellError(_("choose one of: %(words)s") % {"words": words}) from None


AREA_COLUMNS = (
    Column("code", "Mã", code, is_required=True, other_heads=("code",)),
    Column("name", "Tên", text(120), is_required=True, other_heads=("name",)),
    Column("tier", "Cấp", choice(TIERS), is_required=True, other_heads=("tier",)),
    Column("parent_code", "Mã cấp trên", code, other_heads=("parent_code",)),
    Column("valid_from", "Từ ngày", date, is_required=True, other_heads=("valid_from",)),
    Column("valid_to", "Đến trước ngày", date, other_heads=("valid_to",)),
)
LEVEL_COLUMNS = (
    Column("code", "Mã", code, is_required=True, other_heads=("code", "Mã địa bàn")),
    Column("level", "Cấp độ dịch", level, is_required=True, other_heads=("level", "Cấp độ")),
    Column("valid_from", "Từ ngày", date, is_required=True, other_heads=("valid_from",)),
    Column("name", "Tên địa bàn", text(120)),
)


def read_areas(file: Path | bytes) -> list[Row]:
    return _read(file, AREA_COLUMNS, _area_faults)


def read_levels(file: Path | bytes) -> list[Row]:
    return _read(file, LEVEL_COLUMNS, _no_faults)


def _read(file: Path | bytes, columns: Sequence[Column], check: Callable[[Row], list[Any]]) -> list[Row]:
    try:
        found = read_rows(read_sheet(file if isinstance(file, bytes) else file.read_bytes()), columns)
    except SheetError as error:
        raise AreaFileError(error.faults) from error
    first: dict[tuple[str, datetime.date], int] = {}
    for row in found.rows:
        found.faults += check(row)
        line = first.setdefault((row["code"], row["valid_from"]), row.line)
        if line != row.line:
            words = _("“%(code)s” stands already on line %(line)d")
            found.faults.append(row.fault("code", words % {"code": row["code"], "line": line}))
    if found.faults:
        raise AreaFileError([str(fault) for fault in found.sorted_faults])
    return found.rows


def _area_faults(row: Row) -> list[Any]:
    ends, is_province = row["valid_to"], row["tier"] == AreaTier.PROVINCE
    if ends and ends <= row["valid_from"]:
        return [row.fault("valid_to", _("an area ends after it began"))]
    if is_province == bool(row["parent_code"]):
        words = _("a province has nothing above it, every other area has")
        return [row.fault("parent_code" if "parent_code" in row.cells else "tier", words)]
    return []


def _no_faults(row: Row) -> list[Any]:
    return []
