"""Spreadsheets of what was passed on to the map, and of the zones of a unit."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from vungxanh.common import badges
from vungxanh.common.formats import clock_time
from vungxanh.common.spreadsheets import Value, workbook, workbook_of
from vungxanh.risk.queries.deliveries import MapStatus
from vungxanh.risk.queries.zone_areas import AreaDay
from vungxanh.risk.queries.zone_changes import ZoneChange, ZoneHistory


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


def zone_workbook(history: ZoneHistory, days: Sequence[AreaDay]) -> bytes:
    """A sheet of the days beside the official level, and one of every change, those of figures alone as well."""
    day_heads = [
        _("Day"),
        _("Zone"),
        _("Number of changes"),
        _("Official level of the area"),
        _("Area"),
        _("Document"),
        _("Unit and area"),
    ]
    heads = [
        _("At"),
        _("Zone before"),
        _("Zone"),
        _("Reasons that came"),
        _("Reasons that went"),
        _("Figures that changed"),
        _("Edition of the rules"),
    ]
    sheets: list[tuple[str, Sequence[object], list[list[Value]]]] = [
        (_("Day by day"), day_heads, [_day_row(day, history) for day in days]),
        (_("Every change"), heads, [_change_row(one) for one in history.changes]),
    ]
    return workbook_of(sheets)


def outcome_words(day: AreaDay) -> str:
    """How the unit's colour stands to the official level."""
    return {
        "NO_AREA": _("The unit has no area on record"),
        "UNKNOWN": _("The official level is not known"),
        "NOT_JUDGED": _("The unit was not judged"),
        "SAME": _("As the official level"),
        "MILDER": _("Milder than the official level"),
        "WORSE": _("Worse than the official level"),
    }[day.outcome]


def _day_row(day: AreaDay, history: ZoneHistory) -> list[Value]:
    worst = day.worst
    return [
        day.day,
        badges.badge("zone", day.zone).word,
        history.changes_on(day.day),
        badges.badge("area_level", day.level).word,
        worst.area.name if worst else ", ".join(one.area.name for one in day.areas),
        worst.published.document_number if worst and worst.published else "",
        outcome_words(day),
    ]


def _change_row(change: ZoneChange) -> list[Value]:
    zone = change.zone.zone
    return [
        zone.at,
        badges.badge("zone", change.level_before).word if change.before else "",
        badges.badge("zone", zone.level).word,
        "; ".join(f"{one.says} [{one.code}: {one.cites}]" for one in change.came),
        "; ".join(f"{one.says} [{one.code}: {one.cites}]" for one in change.went),
        "; ".join(f"{one.label}: {one.before} → {one.after}" for one in change.figures),
        zone.edition,
    ]
