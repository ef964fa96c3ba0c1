"""The register of outgoing papers as a spreadsheet, papers for many units as one file."""

import datetime
import tempfile
import zipfile
from collections.abc import Iterable
from typing import IO

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.common import formats
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.documents.models import Paper, PaperBatch
from vungxanh.documents.queries import all_files_of

UNSAFE_IN_NAMES = str.maketrans(dict.fromkeys('\\/:*?"<>|', "_"))


def register_workbook(
    papers: Iterable[Paper], unit_name: str, year: int, *, made_by: User, at: datetime.datetime
) -> bytes:
    """In the order of the register book: the first paper of the year first."""
    heads = [
        _("Number"),
        _("Symbol"),
        _("Date of the paper"),
        _("Type"),
        _("Summary"),
        _("Signer"),
        _("Recipients"),
        _("State"),
        _("Why it is withdrawn"),
    ]
    heading, sheet = _("Register of outgoing papers"), _("Outgoing papers")
    above = (
        f"{heading} {year}",
        unit_name,
        _("Made by %(person)s at %(moment)s") % {"person": formats.person_name(made_by), "moment": formats.moment(at)},
    )
    return workbook(f"{sheet} {year}", heads, map(_row, papers), above=above)


def _row(paper: Paper) -> list[Value]:
    content = paper.parts
    return [
        paper.number,
        paper.symbol,
        paper.issued_on,
        content.type_words,
        content.summary,
        content.signer,
        "; ".join(content.recipients),
        paper.get_state_display(),
        paper.withdrawn_because,
    ]


def pack_batch(batch: PaperBatch) -> IO[bytes]:
    """A DOCX and a PDF for each unit, named by its code, as a ZIP: written to the disk and not to memory, gone when it
    is closed."""
    packed = tempfile.TemporaryFile()  # noqa: SIM115
    day = (batch.day.year, batch.day.month, batch.day.day, 0, 0, 0)
    # Both are compressed already.
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as files:
        for code, contents in all_files_of(batch):
            for ending, content in contents.items():
                files.writestr(zipfile.ZipInfo(f"{code.translate(UNSAFE_IN_NAMES)}.{ending}", day), content)
    packed.seek(0)
    return packed
