"""Reads: subscriptions that a viewer keeps, their deliveries, and how sending stands."""

import datetime
from collections import Counter
from collections.abc import Collection
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.directory import directory
from vungxanh.common.formats import moment
from vungxanh.organization.tree import Tree, UnitNode
from vungxanh.webhooks.enums import DeliveryState, SubscriptionState
from vungxanh.webhooks.models import Subscription, WebhookDelivery

OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)
SENT_TO = (SubscriptionState.ACTIVE, SubscriptionState.PAUSED, SubscriptionState.DISABLED)
"""An event is kept for all of these; only the first are sent to now."""


def subscriptions_visible_to(viewer: User, *, on: datetime.date) -> QuerySet[Subscription]:
    """Those that the viewer keeps with their counts, the ended ones last."""
    rows = counted(_kept_by(viewer, on=on).select_related("unit", "created_by"))
    return rows.annotate(is_over=Q(state=SubscriptionState.ENDED)).order_by("is_over", "name", "created_at")


def subscription_states_for(viewer: User, *, on: datetime.date) -> Counter[str]:
    """How many stand how, of those that the viewer keeps."""
    return Counter(_kept_by(viewer, on=on).values_list("state", flat=True))


def _kept_by(viewer: User, *, on: datetime.date) -> QuerySet[Subscription]:
    administered = directory().unit_ids_administered_by(viewer, on=on)
    if administered is None:
        return Subscription.objects.all()
    return Subscription.objects.filter(unit_id__in=administered)


def counted(rows: QuerySet[Subscription]) -> QuerySet[Subscription]:
    """With `waiting`, `given_up` and `succeeded_at`."""
    given_up = Q(deliveries__state=DeliveryState.GIVEN_UP)
    return rows.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state__in=OPEN)),
        given_up=Count("deliveries", filter=given_up),
        succeeded_at=Max("deliveries__delivered_at"),
    )


def units_offered_to(viewer: User, tree: Tree, *, on: datetime.date) -> list[UnitNode]:
    """From which units on the viewer may have events sent, in the order of the tree."""
    administered = directory().unit_ids_administered_by(viewer, on=on)
    return [node for node in tree if administered is None or node.id in administered]


def deliveries_of(subscription: Subscription) -> QuerySet[WebhookDelivery]:
    """Whoever asks has seen that the viewer keeps the subscription."""
    return subscription.deliveries.select_related("unit")


def all_sent_to() -> list[Subscription]:
    """Whom events are kept for; one query."""
    return list(Subscription.objects.filter(state__in=SENT_TO).only("key", "unit_id", "events").order_by("pk"))


def last_faults(keys: Collection[Any]) -> dict[Any, tuple[str, datetime.datetime]]:
    """By subscription what went wrong last with something that is not through yet, and when it was written."""
    rows = WebhookDelivery.objects.filter(subscription__in=keys).exclude(last_error="")
    newest = rows.order_by().values("subscription").annotate(newest=Max("id")).values("newest")
    found = WebhookDelivery.objects.filter(pk__in=newest)
    return {one.subscription_id: (one.last_error, one.written_at) for one in found}


def all_subscriber_faults() -> list[str]:
    """In words, for whoever examines the installation: each subscriber that the system switched off."""
    rows = counted(Subscription.objects.filter(state=SubscriptionState.DISABLED)).order_by("name", "created_at")
    return [
        f"{one.name}: đã tắt lúc {moment(one.disabled_at)} ({one.get_disabled_for_display()}); "
        f"{one.waiting} sự kiện đang chờ, {one.given_up} đã thôi gửi"  # type: ignore[attr-defined]
        for one in rows
    ]
