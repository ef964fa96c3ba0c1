"""Who may import areas and levels; who that is, the organization above this module knows."""

import datetime
from typing import Any

from vungxanh.common import directory
from vungxanh.common.verdict import ALLOWED, Verdict


def may_keep_areas(user: Any, *, on: datetime.date) -> Verdict:
    """The Office and administrators; None is the system itself."""
    return ALLOWED if user is None else directory.may_keep_areas(user, on=on)
