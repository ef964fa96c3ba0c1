"""A staff list as rows of text with the address of every cell; refuses what would be misread."""

import csv
import datetime
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from vungxanh.common.lists.legacy import READERS, share_of_syllables

MOST_ROWS = 20_000
MOST_BYTES = 12 * 1024 * 1024
MOST_UNPACKED = 100 * 1024 * 1024
MOST_TRAPS = 20
XLSX = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0"


class SheetError(ValueError):
    """The file as a whole cannot be read; `faults` say where and why. Nothing was imported."""

    def __init__(self, *faults: str) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


@dataclass(frozen=True, slots=True)
class Sheet:
    """Header and rows; the number before a row is its line in the file."""

    header_line: int
    header: list[str]
    rows: list[tuple[int, list[str]]]


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
    if content.startswith(OLD_OFFICE):
        raise SheetError(_("This is an old .xls file or one with a password; save it as XLSX without a password."))
    table = _xlsx(content) if content.startswith(XLSX) else _csv(content)
    filled = [(number, row) for number, row in enumerate(table, 1) if any(row)]
    if not filled:
        raise SheetError(_("The file is empty."))
    if len(filled) - 1 > MOST_ROWS:
        words = _("The file has %(rows)d rows; at most %(most)d are read at a time. Split it.")
        raise SheetError(words % {"rows": len(filled) - 1, "most": MOST_ROWS})
    (line, header), *rows = filled
    return Sheet(line, header, rows)


def _xlsx(content: bytes) -> Iterable[list[str]]:
    try:
        _refuse_traps(content)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [[_text(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, zipfile.BadZipFile, KeyError, OSError, NotImplementedError) as error:
        raise SheetError(_("This is not a readable XLSX file; save it again as XLSX or CSV.")) from error


def _refuse_traps(content: bytes) -> None:
    """Merged cells shift values, formulas may hold anything: both are named instead of guessed at."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED:
            raise SheetError(_("The file unpacks to an unreasonable size."))
        xml = archive.read(_first_sheet(archive)).decode("utf-8", "replace")
    merged = re.findall(r'<(?:\w+:)?mergeCell [^>]*ref="([A-Z0-9:]+)"', xml)
    formulas = re.findall(r'<(?:\w+:)?c r="([A-Z]+\d+)"[^>]*>\s*<(?:\w+:)?f[ >/]', xml)
    faults = [_("%(cell)s: merged cells; unmerge them") % {"cell": cell} for cell in merged[:MOST_TRAPS]]
    faults += [_("%(cell)s: a formula; paste its value") % {"cell": cell} for cell in formulas[:MOST_TRAPS]]
    if faults:
        raise SheetError(*faults)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    """The path of the sheet that stands first in the workbook, which need not be sheet1.xml."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    first = re.search(r'<(?:\w+:)?sheet\b[^>]*\br:id="([^"]+)"', book)
    for link in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", links):
        target = re.search(r'\bTarget="([^"]+)"', link)
        if first and target and f'Id="{first[1]}"' in link:
            return target[1].lstrip("/") if target[1].startswith("/") else f"xl/{target[1]}"
    raise SheetError(_("The file has no sheet."))


def _csv(content: bytes) -> Iterable[list[str]]:
    text = _decoded(content)
    head = text.lstrip().split("\n", 1)[0]
    separator = max(",;\t", key=head.count)
    try:
        return [[_text(cell) for cell in row] for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator)]
    except csv.Error as error:
        raise SheetError(_("This is not a readable CSV file: %(why)s") % {"why": error}) from error


def _decoded(content: bytes) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace").replace("\ufffd", "\x00")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = _from_windows(content)
    if "\x00" in text:
        raise SheetError(_("This is neither an XLSX nor a CSV file."))
    return text


def _from_windows(content: bytes) -> str:
    """Excel of a Vietnamese Windows saves CSV in code page 1258, whose tones are marks behind the letter.

    Text of the old fonts (TCVN3, VNI) looks like code page 1252 and is converted later, cell by cell.
    """
    vietnamese, western = content.decode("cp1258", "replace"), content.decode("cp1252", "replace")
    as_legacy = max(share_of_syllables(read(western)) for read in READERS.values())
    text = western if as_legacy > share_of_syllables(vietnamese) else vietnamese
    if "\ufffd" in text:
        raise SheetError(_("The text of the file is neither UTF-8 nor Windows-1258; save it as UTF-8."))
    return text


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime.datetime | datetime.date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
