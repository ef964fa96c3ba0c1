"""Staff lists as spreadsheets: rows of text under the heads of the template."""

import io
from collections.abc import Mapping, Sequence

import xlsxwriter

from vungxanh.common.lists.columns import Column
from vungxanh.organization.imports.columns import COLUMNS

HEADS = [column.title for column in COLUMNS]
SPACE = {column.key: index for index, column in enumerate(COLUMNS)}


def staff_row(number: int, **more: str) -> list[str]:
    """A right row; each number is another person."""
    given = {
        "staff_code": f"CB{number:05}",
        "full_name": f"Nguyễn Văn {'ABCDEGHIKLMNOPQRSTUVXY'[number % 22]}n",
        "birth_date": f"{number % 28 + 1:02}/{number % 12 + 1:02}/{1965 + number % 35}",
        "sex": "Nam",
        "identity_number": f"026{number:09}",
        "phone": f"09123{number % 100000:05}",
        "unit_code": "CC",
        "title": "Chuyên viên",
        "contract": "Công chức",
        "valid_from": "01/09/2021",
    }
    values = {**given, **more}
    return [values.get(column.key, "") for column in COLUMNS]


def workbook_of(columns: Sequence[Column], rows: Sequence[Mapping[str, str]]) -> bytes:
    """A list of another kind: absences, a roster."""
    return workbook(
        [[row.get(column.key, "") for column in columns] for row in rows], heads=[column.title for column in columns]
    )


def workbook(
    rows: Sequence[Sequence[str]], *, heads: Sequence[str] = HEADS, merge: str = "", formula: str = ""
) -> bytes:
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet()
    for index, row in enumerate([heads, *rows]):
        sheet.write_row(index, 0, row)
    if merge:
        sheet.merge_range(merge, "gộp")
    if formula:
        sheet.write_formula(formula, "=1+1")
    book.close()
    return buffer.getvalue()
