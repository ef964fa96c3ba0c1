"""What a staff list must keep to beyond its single cells: codes that exist, days that make sense, nobody twice."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from vungxanh.common.lists.rows import CellFault, Row, Rows, read_rows
from vungxanh.common.lists.sheets import Sheet
from vungxanh.common.vietnamese import folded
from vungxanh.organization.imports.columns import COLUMNS


@dataclass(frozen=True, slots=True)
class Known:
    """What rows may refer to: ids of units, sites and areas by code."""

    unit_ids: Mapping[str, int]
    site_ids: Mapping[str, int]
    area_ids: Mapping[str, int]


def read_staff(sheet: Sheet, known: Known, *, today: datetime.date) -> Rows:
    """All rows and all faults; whoever calls imports nothing while there is a fault."""
    staff = read_rows(sheet, COLUMNS)
    for row in staff.rows:
        staff.faults += _references(row, known) + _dates(row, today)
    staff.faults += _repeated(staff.rows)
    return staff


def _references(row: Row, known: Known) -> list[CellFault]:
    checks = (
        ("unit_code", known.unit_ids, _("there is no unit with this code today")),
        ("site_code", known.site_ids, _("there is no site with this code")),
        ("residence_code", known.area_ids, _("there is no area with this code")),
    )
    return [
        row.fault(key, f"“{row[key]}”: {words}")
        for key, ids, words in checks
        if row[key] is not None and row[key] not in ids
    ]


def _dates(row: Row, today: datetime.date) -> list[CellFault]:
    starts, born = row["valid_from"], row["birth_date"]
    if starts and starts > today + datetime.timedelta(days=366):
        return [row.fault("valid_from", _("this day lies more than a year ahead"))]
    if starts and born and starts <= born:
        return [row.fault("valid_from", _("this day lies before the birth date"))]
    return []


def _repeated(rows: list[Row]) -> list[CellFault]:
    """A staff code twice, or an identity number under two names: one of the two lines is wrong."""
    faults = []
    for key in ("staff_code", "identity_number"):
        first: dict[str, Row] = {}
        for row in rows:
            value = row[key]
            if value is None:
                continue
            earlier = first.setdefault(value, row)
            if earlier is not row and (key == "staff_code" or folded(earlier["full_name"]) != folded(row["full_name"])):
                words = _("“%(value)s” stands already on line %(line)d")
                shown = value if key == "staff_code" else f"…{value[-3:]}"
                faults.append(row.fault(key, words % {"value": shown, "line": earlier.line}))
    return faults
