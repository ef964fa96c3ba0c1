"""Spreadsheets of the boards."""

from django.utils.translation import gettext as _

from vungxanh.common import badges
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.reports.queries.control_room import ControlRoom, Row
from vungxanh.reports.queries.people import PersonLine
from vungxanh.reports.queries.unit_day import UnitDay


def unit_day_workbook(board: UnitDay) -> bytes:
    """A row per person; the level only where the viewer sees it."""
    heads = [
        _("Full name"),
        _("Title"),
        _("Unit"),
        _("Workplace"),
        _("Telephone"),
        _("Arrival"),
        _("Leaving"),
        _("Excused because"),
        *([_("Risk"), _("Reason"), _("Decision")] if board.sees_levels else []),
    ]
    title = f"{board.unit.code} {board.day:%d-%m-%Y}"
    return workbook(title, heads, [_person_row(line, board.sees_levels) for line in board.lines])


def _person_row(line: PersonLine, sees_levels: bool) -> list[Value]:
    row: list[Value] = [
        line.person.full_name,
        line.title,
        line.unit.short_name if line.unit else "",
        line.site,
        line.phone,
        badges.badge("timeliness", line.arrival).word,
        badges.badge("timeliness", line.leaving).word,
        line.day.get_excuse_display() if line.day.excuse else "",
    ]
    if sees_levels:
        row += [
            badges.badge("risk", line.level.level if line.level else "").word,
            line.level.reasons[0].words if line.level and line.level.reasons else "",
            line.level.decision.get_kind_display() if line.level and line.level.decision else "",
        ]
    return row


def control_room_workbook(room: ControlRoom) -> bytes:
    """A row per unit (with those below it where they stand open), two columns per duty: its state and its figures."""
    heads = [_("Unit"), _("Code"), _("Zone"), _("Expected"), _("Excused")]
    for duty in room.duties:
        heads += [str(duty.name), _("%(duty)s: figures") % {"duty": duty.name}]
    return workbook(
        f"{_('Control room')} {room.day:%d-%m-%Y}",
        heads,
        [_unit_row(row) for one in room.rows for row in (one, *one.below)],
    )


def _unit_row(row: Row) -> list[Value]:
    cells: list[Value] = [
        row.unit.name,
        row.unit.code,
        badges.badge("zone", row.zone).word,
        row.counts.expected,
        row.counts.excused,
    ]
    for cell in row.cells:
        figures = f"{cell.status.done}/{cell.status.expected}" if cell.status.expected else ""
        cells += [badges.badge("duty", cell.status.state).word, f"{figures} {cell.status.says}".strip()]
    return cells
