"""Jobs of webhooks: load, read the clock, call one operation. Each may run twice."""

from vungxanh.common import clock
from vungxanh.webhooks import operations


def send() -> None:
    """Every minute. Signatures go by the real clock."""
    operations.send_due(at=clock.now(), timestamp=int(clock.real_now().timestamp()))


def erase() -> None:
    """In the night."""
    operations.erase_old(at=clock.now())
