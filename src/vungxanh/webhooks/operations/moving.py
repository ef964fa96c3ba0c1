"""The states of subscriptions and deliveries are set here and nowhere else, but where a whole set moves at once."""

import datetime

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.notifications.operations import notify, settle
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.webhooks.enums import Reason
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.topics import SUBSCRIBER_OFF
from vungxanh.webhooks.workflow import DELIVERY, SUBSCRIPTION


def move(subscription: Subscription, verb: str, **values: object) -> Subscription:
    subscription.state = SUBSCRIPTION.find(subscription.state, verb).end
    for name, value in values.items():
        setattr(subscription, name, value)
    subscription.save()
    return subscription


def move_delivery(delivery: WebhookDelivery, verb: str, **values: object) -> None:
    delivery.state = DELIVERY.find(delivery.state, verb).end
    for name, value in values.items():
        setattr(delivery, name, value)
    delivery.save(update_fields=["state", *values])


def disable(subscription: Subscription, reason: Reason, *, at: datetime.datetime) -> None:
    """Its administrators are told; what waits is kept. The row is locked."""
    move(subscription, "disable", disabled_at=at, disabled_for=reason)
    detail = {"reason": reason, "host": subscription.host}
    record("webhooks.disable", actor=None, at=at, subject=subscription, unit_id=subscription.unit_id, detail=detail)
    on = at.astimezone(ZONE).date()
    message = Message(
        topic=SUBSCRIBER_OFF,
        key=_cause(subscription),
        title=format_lazy(_("{name}: sending events to it was switched off"), name=subscription.name),
        address=reverse("webhooks:subscription_page", args=[subscription.pk]),
        body=reason.label,
    )
    notify(message, roles.holders(Role.ADMINISTRATOR, subscription.unit_id, on=on, nearest=False), at=at)


def settle_disabled(subscription: Subscription, *, at: datetime.datetime) -> None:
    """Whoever was told need not act any more; called before the row moves on."""
    if subscription.disabled_at:
        settle([_cause(subscription)], at=at)


def _cause(subscription: Subscription) -> str:
    assert subscription.disabled_at
    return f"webhooks.off:{subscription.pk}:{int(subscription.disabled_at.timestamp())}"
