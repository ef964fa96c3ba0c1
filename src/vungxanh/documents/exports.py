"""The registers of papers as spreadsheets, papers for many units as one file."""

import datetime
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from vungxanh.accounts.models import User
from vungxanh.common import formats
from vungxanh.common.clock import ZONE
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.documents.enums import Urgency
from vungxanh.documents.models import IncomingPaper, Paper, PaperBatch
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


def incoming_workbook(
    papers: Iterable[IncomingPaper],
    units: Mapping[int, str],
    unit_name: str,
    year: int,
    *,
    made_by: User,
    at: datetime.datetime,
) -> bytes:
    """In the columns that the decree prescribes for the register; `units`: their short names."""
    heads = [
        pgettext("register", "Day of arrival"),
        pgettext("register", "Arrival number"),
        pgettext("register", "Issuer"),
        pgettext("register", "Number and symbol"),
        pgettext("register", "Day of the paper"),
        pgettext("register", "Type and summary"),
        pgettext("register", "Unit or person that gets it"),
        pgettext("register", "Day of handing over"),
        pgettext("register", "Signed for"),
        pgettext("register", "Note"),
    ]
    heading, sheet = _("Register of incoming papers"), _("Incoming papers")
    above = (
        f"{heading} {year}",
        unit_name,
        _("Made by %(person)s at %(moment)s") % {"person": formats.person_name(made_by), "moment": formats.moment(at)},
    )
    return workbook(f"{sheet} {year}", heads, (_incoming_row(one, units) for one in papers), above=above)


def _incoming_row(paper: IncomingPaper, units: Mapping[int, str]) -> list[Value]:
    """Urgency, what became of it and why it was struck off stand in the note; signed for by hand."""
    urgency = paper.get_urgency_display() if paper.urgency != Urgency.NORMAL else ""
    outcome = f"{paper.get_state_display()}: {paper.outcome or paper.struck_because}" if paper.closed_at else ""
    to = [units.get(paper.handed_unit_id or 0, ""), paper.handler]
    return [
        paper.arrived_on,
        paper.number,
        paper.issuer,
        paper.symbol,
        paper.issued_on,
        paper.summary,
        ", ".join(one for one in to if one),
        paper.handed_at.astimezone(ZONE).date() if paper.handed_at else None,
        "",
        "; ".join(one for one in (urgency, paper.note, outcome) if one),
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
