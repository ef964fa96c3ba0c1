"""Who keeps subscriptions: whoever administers the unit from which on they are sent."""

import datetime

from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.directory import directory
from vungxanh.common.directory import may_administer as may_see_subscriptions
from vungxanh.common.verdict import ALLOWED, Verdict, refused

__all__ = ["may_keep_subscription", "may_see_subscriptions"]


def may_keep_subscription(user: User, unit_id: int, *, on: datetime.date) -> Verdict:
    """Making, changing, pausing, ending, sending again, trying."""
    administered = directory().unit_ids_administered_by(user, on=on) if user.is_active else set()
    if administered is None or unit_id in administered:
        return ALLOWED
    return refused(_("Only whoever administers this unit keeps its subscriptions."))
