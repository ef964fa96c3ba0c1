"""What is done with notifications."""

from vungxanh.notifications.operations.devices import add_device, forget_devices, remove_device
from vungxanh.notifications.operations.keeping import erase_old
from vungxanh.notifications.operations.reading import choose, mark_read
from vungxanh.notifications.operations.sending import retry, send_due
from vungxanh.notifications.operations.telling import notify, notify_all, settle, settle_all

__all__ = [
    "add_device",
    "choose",
    "erase_old",
    "forget_devices",
    "mark_read",
    "notify",
    "notify_all",
    "remove_device",
    "retry",
    "send_due",
    "settle",
    "settle_all",
]
