"""What is done with notifications."""

from vungxanh.notifications.operations.keeping import erase_old
from vungxanh.notifications.operations.reading import choose, mark_read
from vungxanh.notifications.operations.sending import retry, send_due
from vungxanh.notifications.operations.telling import notify, notify_all

__all__ = ["choose", "erase_old", "mark_read", "notify", "notify_all", "retry", "send_due"]
