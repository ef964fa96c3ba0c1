"""What is written of a day: opening it, and times that differ for a unit or site."""

from vungxanh.screening.operations.days import open_day, refresh_days
from vungxanh.screening.operations.settings import WindowOrderError, WindowStartError, set_windows

__all__ = ["WindowOrderError", "WindowStartError", "open_day", "refresh_days", "set_windows"]
