"""Subscribers as the settings page shows them, and a trial of one of them."""

import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from vungxanh.common.connections import Connection, Moment, Source, TrialError
from vungxanh.common.posting import Outcome
from vungxanh.webhooks import queries
from vungxanh.webhooks.enums import SubscriptionState
from vungxanh.webhooks.models import Subscription
from vungxanh.webhooks.operations.subscriptions import ping


def connections(_today: datetime.date) -> list[Connection]:
    """Two queries, however many subscribers there are."""
    rows = list(queries.counted(Subscription.objects.filter(state__in=queries.SENT_TO)).order_by("name", "created_at"))
    faults = queries.last_faults([one.pk for one in rows])
    return [
        Connection(
            code=str(one.pk),
            name=_("Events to %(name)s") % {"name": one.name},
            setting="",
            is_ready=one.state == SubscriptionState.ACTIVE,
            waiting=one.waiting,  # type: ignore[attr-defined]
            given_up=one.given_up,  # type: ignore[attr-defined]
            succeeded_at=one.succeeded_at,  # type: ignore[attr-defined]
            failure=faults[one.pk][0] if one.pk in faults else "",
            may_be_tried=True,
            page="webhooks:subscription_list",
        )
        for one in rows
    ]


def attempt(code: str, user: Any, moment: Moment) -> str:
    subscription = Subscription.objects.filter(pk=code).first()
    if subscription is None:
        raise TrialError(_("This connection is not set up."))
    try:
        said = ping(subscription, actor=user, moment=moment)
    except ValidationError as error:
        raise TrialError(" ".join(error.messages)) from error
    if said.outcome != Outcome.SENT:
        raise TrialError(said.words)
    return _("The receiver took the trial: it answered %(status)d.") % {"status": said.status}


SOURCE = Source("webhooks", 30, connections, attempt)
