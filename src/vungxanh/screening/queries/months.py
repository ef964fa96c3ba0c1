"""The months by which declarations are kept: those that should have a table, and what stands outside of them."""

import datetime

from vungxanh.common import months
from vungxanh.common.clock import ZONE
from vungxanh.screening.models import Declaration

TABLE, COLUMN = Declaration._meta.db_table, "day"
AHEAD = 3
"""So many months are made before they come."""


def months_ahead(at: datetime.datetime) -> list[datetime.date]:
    """This month and those to be made before they come."""
    found = [months.begin_of(at.astimezone(ZONE).date())]
    while len(found) <= AHEAD:
        found.append(months.next_month(found[-1]))
    return found


def all_month_faults(*, at: datetime.datetime) -> list[str]:
    """What the job of the night has not done: rows outside every month, months ahead that are missing."""
    if not months.is_by_month(TABLE):
        return []
    strays = [
        f"{count} tờ khai của tháng {month:%m/%Y} nằm ngoài bảng của các tháng; việc hằng đêm sẽ chuyển"
        for month, count in months.stray_months(TABLE, COLUMN).items()
    ]
    missing = sorted(set(months_ahead(at)) - set(months.months_of(TABLE)))
    return [*strays, *(f"chưa có bảng cho tháng {month:%m/%Y}; việc hằng đêm sẽ tạo" for month in missing)]
