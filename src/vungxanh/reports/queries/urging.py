"""What a unit would be urged for, in words, and whom one urged already."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.utils.translation import gettext as _

from vungxanh.common.duties import DutyState
from vungxanh.common.formats import number
from vungxanh.reports.models import Urge
from vungxanh.reports.queries.control_room import Row


def ready_text(row: Row) -> str:
    """Figures without names, ready for any channel: `Chi cục Kiểm lâm: Khai khi đến 112/118; Báo cáo ngày 0/1.`"""
    parts = []
    for cell in row.open_cells:
        said = f"{cell.duty.name} {number(cell.status.done)}/{number(cell.status.expected)}"
        parts.append(_("%(duty)s, overdue") % {"duty": said} if cell.status.state == DutyState.OVERDUE else said)
    return f"{row.unit.name}: {'; '.join(parts)}."


def all_urges(unit_ids: Collection[int], day: datetime.date) -> dict[int, list[Urge]]:
    """By unit, in the order of time; one query."""
    rows = Urge.objects.filter(day=day, unit_id__in=list(unit_ids)).select_related("urged_by", "answered_by")
    found: dict[int, list[Urge]] = defaultdict(list)
    for row in rows.order_by("urged_at", "pk"):
        found[row.unit_id].append(row)
    return found
