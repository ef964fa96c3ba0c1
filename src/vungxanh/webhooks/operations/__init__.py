"""What is done with subscriptions and events."""

from vungxanh.webhooks.operations.keeping import erase_old
from vungxanh.webhooks.operations.publishing import publish
from vungxanh.webhooks.operations.sending import send_due

__all__ = ["erase_old", "publish", "send_due"]
