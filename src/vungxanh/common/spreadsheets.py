"""Spreadsheets that go out: text stays text, whatever it begins with, and columns are as wide as what they hold."""

import datetime
import io
from collections.abc import Iterable, Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise

Value = str | int | float | datetime.date | datetime.datetime | Promise | None
MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60
CONTROL = {code: None for code in range(32) if code not in (9, 10)}


def workbook(
    title: str, heads: Sequence[object], rows: Iterable[Sequence[Value]], *, above: Sequence[str] = ()
) -> bytes:
    """One sheet with a bold head that stays in sight. A cell of text is never a formula or a link."""
    return workbook_of([(title, heads, rows)], above=above)


def workbook_of(
    sheets: Iterable[tuple[str, Sequence[object], Iterable[Sequence[Value]]]], *, above: Sequence[str] = ()
) -> bytes:
    """Several such sheets, each with its title, heads and rows. The lines of `above` stand over the heads of each: what
    the sheet is of, who made it and when."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(
        buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "remove_timezone": True}
    )
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats: dict[type, Any] = {
        datetime.date: book.add_format({"num_format": "dd/mm/yyyy"}),
        datetime.datetime: book.add_format({"num_format": "hh:mm dd/mm/yyyy"}),
    }
    for title, heads, rows in sheets:
        _fill(book.add_worksheet(sheet_name(title)), above, heads, rows, bold, formats)
    book.close()
    return buffer.getvalue()


def _fill(
    sheet: Any,
    above: Sequence[str],
    heads: Sequence[object],
    rows: Iterable[Sequence[Value]],
    bold: Any,
    formats: dict[type, Any],
) -> None:
    top, zone = len(above), timezone.get_current_timezone()
    for line, words in enumerate(above):
        sheet.write_string(line, 0, words.translate(CONTROL))
    widths = [len(str(head)) for head in heads]
    for column, head in enumerate(heads):
        sheet.write_string(top, column, str(head), bold)
    for line, row in enumerate(rows, top + 1):
        for column, value in enumerate(row):
            _write(sheet, line, column, value, formats, zone)
            widths[column] = max(widths[column], len(str(value)) if isinstance(value, str | Promise) else 10)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, min(width + 2, WIDEST))
    sheet.freeze_panes(top + 1, 0)
    sheet.autofilter(top, 0, top, len(heads) - 1)


def sheet_name(title: str) -> str:
    """At most 31 characters, without those that a sheet's name must not have."""
    return "".join(" " if c in "[]:*?/\\" else c for c in title).strip("' ")[:31] or "Sheet"


def download(name: str, content: bytes) -> HttpResponse:
    """An answer that the browser saves under `name`.xlsx; `name` in ASCII."""
    response = HttpResponse(content, content_type=MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["Cache-Control"] = "no-store"
    return response


def _write(sheet: Any, line: int, column: int, value: Value, formats: dict[type, Any], zone: datetime.tzinfo) -> None:
    if value is None or value == "":
        return
    if isinstance(value, datetime.datetime):
        sheet.write_datetime(line, column, timezone.localtime(value, zone), formats[datetime.datetime])
    elif isinstance(value, datetime.date):
        sheet.write_datetime(line, column, value, formats[datetime.date])
    elif isinstance(value, int | float):
        sheet.write_number(line, column, value)
    else:
        sheet.write_string(line, column, str(value).translate(CONTROL))
