"""A staff list as rows of text with the address of every cell; refuses what would be misread."""

import csv
import datetime
import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

MOST_ROWS = 20_000
MOST_BYTES = 12 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
XLSX = b"PK\x03\x04"


class SheetError(ValueError):
    """The file as a whole cannot be read; `faults` say where and why. Nothing was imported."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Header and rows; `number` of a row is its line in the file."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    digest: str


def address(row: int, column: int) -> str:
    """`row` from 1, `column` from 0: D17."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def read_sheet(content: bytes) -> Sheet:
    """From XLSX or CSV, told by the content and not by the name."""
    if len(content) > MOST_BYTES:
        raise SheetError(_("The file is larger than %(size)d MB.") % {"size": MOST_BYTES // 1024 // 1024})
    table = _xlsx(content) if content.startswith(XLSX) else _csv(content)
    filled = [(number, row) for number, row in enumerate(table, 1) if any(row)]
    if not filled:
        raise SheetError(_("The file is empty."))
    if len(filled) - 1 > MOST_ROWS:
        words = _("The file has %(rows)d rows; at most %(most)d are read at a time. Split it.")
        raise SheetError(words % {"rows": len(filled) - 1, "most": MOST_ROWS})
    (_number, header), *rows = filled
    return Sheet(header, rows, hashlib.sha256(content).hexdigest())


def _xlsx(content: bytes) -> list[list[str]]:
    try:
        _refuse_traps(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, zipfile.BadZipFile, KeyError, OSError) as error:
        raise SheetError(_("This is not a readable XLSX file; save it again as XLSX or CSV.")) from error


def _refuse_traps(content: bytes) -> None:
    """Merged cells shift values, formulas may hold anything: both are named instead of guessed at."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise SheetError(_("The file unpacks to an unreasonable size."))
        sheets = sorted(name for name in archive.namelist() if re.fullmatch(r"xl/worksheets/sheet\d+\.xml", name))
        if not sheets:
            raise SheetError(_("The file has no sheet."))
        xml = archive.read(sheets[0]).decode("utf-8", "replace")
    merged = re.findall(r'<mergeCell [^>]*ref="([A-Z0-9:]+)"', xml)
    formulas = re.findall(r'<c r="([A-Z]+\d+)"[^>]*>\s*<f[ >/]', xml)
    faults = [_("%(cell)s: merged cells; unmerge them") % {"cell": cell} for cell in merged[:20]]
    faults += [_("%(cell)s: a formula; paste its value") % {"cell": cell} for cell in formulas[:20]]
    if faults:
        raise SheetError(*faults)


def _csv(content: bytes) -> Iterator[list[str]]:
    text = _decoded(content)
    try:
        dialect: type[csv.Dialect] | csv.Dialect = csv.Sniffer().sniff(text[:4096], delimiters=",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        return iter([[_text(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), dialect)])
    except csv.Error as error:
        raise SheetError(_("This is not a readable CSV file: %(why)s") % {"why": error}) from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel of a Vietnamese Windows saves CSV in code page 1258, which writes tones as combining marks.
        try:
            return content.decode("cp1258")
        except UnicodeDecodeError as error:
            raise SheetError(_("The text of the file is neither UTF-8 nor Windows-1258; save it as UTF-8.")) from error


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime | datetime.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
