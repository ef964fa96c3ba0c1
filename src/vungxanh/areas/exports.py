"""The empty list of levels, to be filled in."""

from vungxanh.areas.imports import LEVEL_COLUMNS
from vungxanh.common.spreadsheets import workbook


def level_template() -> bytes:
    """The heads that the import reads, and one example to be overwritten."""
    heads = [column.title for column in LEVEL_COLUMNS]
    return workbook("Cấp độ dịch", heads, [["08707", "Nguy cơ", "20/09/2021", "Phường Tích Sơn"]])
