"""Spreadsheets of the movement."""

import datetime
from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.common.spreadsheets import Value, workbook_of
from vungxanh.movement.queries.launches import LaunchLine
from vungxanh.movement.words import LAUNCH_WORDS


def launch_workbook(lines: Iterable[LaunchLine], launch_by: datetime.date, today: datetime.date) -> bytes:
    """A row for each unit that takes part."""
    heads = [
        _("Unit"),
        _("State"),
        _("Day of the launch"),
        _("In which form"),
        _("How many took part"),
        _("Own criteria"),
        _("Pledge of the unit"),
        _("People who have pledged"),
        _("People"),
    ]
    rows: list[list[Value]] = [
        [
            one.unit.name,
            str(LAUNCH_WORDS[one.state(launch_by, today)]),
            one.launch.launched_on if one.launch else "",
            one.launch.get_form_display() if one.launch else "",
            one.launch.present if one.launch else "",
            one.own_criteria,
            _("yes") if one.has_pledged else _("no"),
            one.pledged,
            one.people,
        ]
        for one in lines
    ]
    return workbook_of([(_("Launch of the movement"), heads, rows)])
