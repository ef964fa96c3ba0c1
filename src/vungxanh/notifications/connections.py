"""The ways out of the house as the settings page shows them, and a message to oneself by one of them."""

import datetime
from typing import Any

from django.db.models import Count, Max, Q
from django.utils.translation import gettext as _

from vungxanh.common.connections import Connection, Moment, Source, TrialError
from vungxanh.notifications.channels import Parcel, SendingError, all_channels
from vungxanh.notifications.enums import DeliveryState
from vungxanh.notifications.models import Delivery

OPEN = Q(state__in=[DeliveryState.PENDING, DeliveryState.SENDING])
TRIAL = 0
"""The number of a message that belongs to no delivery."""


def connections(_today: datetime.date) -> list[Connection]:
    """Two queries, however many channels there are."""
    given_up = Q(state=DeliveryState.GIVEN_UP)
    rows = Delivery.objects.order_by().values("channel")
    counted = rows.annotate(
        waiting=Count("pk", filter=OPEN), given_up=Count("pk", filter=given_up), last=Max("sent_at")
    )
    figures = {row["channel"]: row for row in counted}
    faults = _last_faults()
    return [
        Connection(
            code=one.code,
            name=one.name,
            setting=one.setting,
            is_ready=one.is_ready(),
            waiting=figures.get(one.code, {}).get("waiting", 0),
            given_up=figures.get(one.code, {}).get("given_up", 0),
            succeeded_at=figures.get(one.code, {}).get("last"),
            failure=faults.get(one.code, ""),
            may_be_tried=one.is_ready(),
            page="notifications:delivery_list",
        )
        for one in all_channels()
    ]


def _last_faults() -> dict[str, str]:
    """By channel what went wrong last with something that did not go out since."""
    rows = Delivery.objects.exclude(error="").exclude(state=DeliveryState.SENT).order_by("channel", "-next_at", "-pk")
    newest = rows.values("channel").annotate(newest=Max("id")).order_by()
    return dict(Delivery.objects.filter(pk__in=[row["newest"] for row in newest]).values_list("channel", "error"))


def attempt(code: str, user: Any, moment: Moment) -> str:
    """A message that says nothing but that it is a trial, to the one who asks for it."""
    channel = next((one for one in all_channels() if one.code == code and one.is_ready()), None)
    if channel is None:
        raise TrialError(_("This connection is not set up."))
    if user.pk not in channel.reaches([user]):
        raise TrialError(_("Your account is not reached by this channel: it has no address, number or device for it."))
    try:
        channel.send(Parcel(TRIAL, user, _("A trial message of Vùng Xanh. Nothing has to be done."), moment.real))
    except SendingError as error:
        raise TrialError(str(error)) from error
    return _("Handed over; look whether it arrives at your own address, number or device.")


SOURCE = Source("notifications", 10, connections, attempt)
