"""Spreadsheets of the boards."""

import datetime
from collections.abc import Sequence

from django.utils.translation import gettext as _

from vungxanh.accounts.models import User
from vungxanh.common import badges, formats
from vungxanh.common.clock import ZONE
from vungxanh.common.spreadsheets import Value, workbook, workbook_of
from vungxanh.reports.queries.control_room import ControlRoom, Row
from vungxanh.reports.queries.ledger import Entry, Ledger, Line
from vungxanh.reports.queries.month import MonthDay, MonthFigures
from vungxanh.reports.queries.people import PersonLine
from vungxanh.reports.queries.unit_day import UnitDay
from vungxanh.risk.rulebook import ZONE_LEVELS


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


def ledger_workbook(book: Ledger, first: datetime.date) -> bytes:
    """A sheet of sums by unit, and one with a row for each day that a unit owed something."""
    sums = [
        _("Unit"),
        _("Code"),
        _("On time"),
        _("Late"),
        _("Missing"),
        _("Share on time, %"),
        _("Unusual"),
        _("Unusual, late"),
    ]
    days = [
        _("Unit"),
        _("Code"),
        _("Day"),
        _("State"),
        _("Sent at"),
        _("Sent by"),
        _("Versions"),
        _("Unusual"),
        _("Reason"),
    ]
    return workbook_of(
        [
            (f"{_('Ledger of returns')} {first:%m-%Y}", sums, [_sums_row(line) for line in book.lines]),
            (_("Day by day"), days, [_day_row(line, one) for line in book.lines for one in line.entries if one.state]),
        ]
    )


def _sums_row(line: Line) -> list[Value]:
    return [line.unit.name, line.unit.code, line.on_time, line.late, line.missing, percent(line.share), *line.unusual]


def _day_row(line: Line, entry: Entry) -> list[Value]:
    return [
        line.unit.name,
        line.unit.code,
        entry.day,
        badges.badge("ledger", entry.state).word,
        entry.sent.submitted_at.astimezone(ZONE) if entry.sent and entry.sent.submitted_at else None,
        entry.sent.submitter if entry.sent else "",
        entry.versions,
        entry.unusual,
        entry.explanation.reason if entry.explanation else "",
    ]


def percent(share: float | None) -> float | None:
    """Of a share between 0 and 1, with one decimal, rounded towards less; None stays None."""
    return None if share is None else int(share * 1000) / 10


def month_workbook(found: MonthFigures, first: datetime.date, *, made_by: User, at: datetime.datetime) -> bytes:
    """A row per day until today, those off as well; above the heads whose month it is, and who made it when."""
    zones = {level: badges.badge("zone", level).word for level in (*ZONE_LEVELS, "")}
    heads = [
        _("Day"),
        _("Weekday"),
        _("Day off"),
        _("Arrival: expected"),
        _("Arrival: declared"),
        _("Arrival: on time"),
        _("Arrival: share declared, %"),
        _("Arrival: share on time, %"),
        _("Leaving: expected"),
        _("Leaving: declared"),
        _("Leaving: on time"),
        _("Leaving: share declared, %"),
        _("Leaving: share on time, %"),
        _("Returns on time"),
        _("Returns late"),
        _("Returns missing"),
        _("Very high"),
        _("High"),
        _("Medium"),
        *(_("Zone: %(zone)s") % {"zone": word} for word in zones.values()),
    ]
    above = [
        *dict.fromkeys([found.agency, found.title]),
        _("Charts of the month %(month)s") % {"month": f"{first:%m/%Y}"},
        _("Made by %(person)s at %(moment)s") % {"person": formats.person_name(made_by), "moment": formats.moment(at)},
    ]
    rows = [_month_row(one, list(zones)) for one in found.days if not one.is_ahead]
    return workbook(f"{_('Month')} {first:%m-%Y}", heads, rows, above=above)


def _month_row(one: MonthDay, zones: Sequence[str]) -> list[Value]:
    figures = one.figures
    sent = (figures.returns_on_time, figures.returns_late, one.returns_missing)
    return [
        one.day,
        formats.short_weekday(one.day),
        _("yes") if one.is_off else "",
        figures.arrival_expected,
        figures.arrival_declared,
        figures.arrival_on_time,
        percent(figures.arrival_share),
        percent(figures.arrival_share_on_time),
        figures.leaving_expected,
        figures.leaving_declared,
        figures.leaving_on_time,
        percent(figures.leaving_share),
        percent(figures.leaving_share_on_time),
        *(sent if one.has_returns else (None, None, None)),
        figures.very_high,
        figures.high,
        figures.medium,
        *(one.zones.get(level, 0) if one.zones else None for level in zones),
    ]
