"""Small turns of phrase on Vietnamese papers."""

import datetime
from collections.abc import Sequence

from vungxanh.common.clock import ZONE


def hour(at: datetime.datetime | datetime.time) -> str:
    """`15 giờ 05`, `15 giờ`."""
    local = at.astimezone(ZONE) if isinstance(at, datetime.datetime) else at
    return f"{local.hour} giờ {local.minute:02}" if local.minute else f"{local.hour} giờ"


def some(names: Sequence[str], most: int, between: str = ", ", what: str = "đơn vị") -> str:
    """All of them, or the first ones and how many more there are."""
    if len(names) <= most:
        return between.join(names)
    return f"{between.join(names[:most])} và {len(names) - most} {what} khác"
