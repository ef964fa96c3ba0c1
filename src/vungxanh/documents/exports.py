"""The register of outgoing papers as a spreadsheet."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.common import formats
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.documents.models import Paper


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
