"""What happens in the demonstration agency: when, and what is done then."""

import datetime
from collections.abc import Callable

Happening = tuple[datetime.datetime, Callable[[], None]]
