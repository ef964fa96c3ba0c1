"""Spreadsheets of commendation."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.commendation.queries.discovery import Candidate
from vungxanh.common.spreadsheets import Value, workbook


def candidate_workbook(found: Iterable[Candidate]) -> bytes:
    """A row for each evidence."""
    heads = [
        _("Unit"),
        _("Full name"),
        _("Found by"),
        _("How much of it"),
        _("Evidence"),
        _("What was decided"),
        _("Reason"),
    ]
    rows: list[list[Value]] = [
        [
            one.unit.name,
            one.person.full_name if one.person else "",
            told.pattern.name,
            told.figure,
            str(told.words),
            one.decided.get_state_display() if one.decided else "",
            one.decided.reason if one.decided else "",
        ]
        for one in found
        for told in one.evidence
    ]
    return workbook(_("Found by the data"), heads, rows)
