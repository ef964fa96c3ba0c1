"""Spreadsheets of what was passed on to the map."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from vungxanh.common import badges
from vungxanh.common.formats import clock_time
from vungxanh.common.spreadsheets import Value, workbook
from vungxanh.risk.queries.deliveries import MapStatus


def map_workbook(title: str, statuses: Iterable[MapStatus]) -> bytes:
    """A row for each delivery; a reporting point that has none stands there with its state."""
    heads = [
        _("Unit"),
        _("Code"),
        _("Receiver"),
        _("Return"),
        _("Version"),
        _("State"),
        _("Return sent at"),
        _("Updated at"),
        _("Before %(time)s") % {"time": _due(statuses := list(statuses))},
        _("By"),
        _("Screenshots"),
        _("What went wrong"),
    ]
    return workbook(title, heads, [row for one in statuses for row in _rows(one)])


def _due(statuses: list[MapStatus]) -> str:
    return clock_time(statuses[0].due_at) if statuses else ""


def _rows(status: MapStatus) -> list[list[Value]]:
    unit: list[Value] = [status.unit.name, status.unit.code]
    if not status.deliveries:
        return [[*unit, "", "", "", badges.badge("delivery", status.state).word]]
    return [
        [
            *unit,
            one.receiver_name,
            one.sent_return.get_kind_display(),
            one.sent_return.version,
            badges.badge("delivery", one.state).word,
            one.sent_return.submitted_at,
            one.delivered_at,
            "" if one.is_on_time is None else (_("yes") if one.is_on_time else _("no")),
            one.noted_by.get_full_name() if one.noted_by else "",
            len(one.proofs.all()),
            one.last_error,
        ]
        for one in status.deliveries
    ]
