"""What is written of a day: opening it, times that differ for a unit or site, who was seen where."""

from vungxanh.screening.operations.days import open_day, refresh_days
from vungxanh.screening.operations.lists import (
    ListedStay,
    ListNotKeptError,
    StayKeys,
    record_list,
    withdraw_presence,
)
from vungxanh.screening.operations.months import erase_declarations, make_months, renew_statistics
from vungxanh.screening.operations.presence import (
    Kept,
    NewPresence,
    NotKept,
    PresenceOutcome,
    Seen,
    record_all_presence,
    record_presence,
)
from vungxanh.screening.operations.retention import erase_presence
from vungxanh.screening.operations.settings import WindowOrderError, WindowStartError, set_windows

__all__ = [
    "Kept",
    "ListNotKeptError",
    "ListedStay",
    "NewPresence",
    "NotKept",
    "PresenceOutcome",
    "Seen",
    "StayKeys",
    "WindowOrderError",
    "WindowStartError",
    "erase_declarations",
    "erase_presence",
    "make_months",
    "open_day",
    "record_all_presence",
    "record_list",
    "record_presence",
    "refresh_days",
    "renew_statistics",
    "set_windows",
    "withdraw_presence",
]
