"""Events are written down for each subscriber that wants them, in the transaction of what they tell of."""

import datetime
import uuid
from collections.abc import Callable, Sequence

from django.db import transaction

from vungxanh.common.clock import ZONE
from vungxanh.organization.tree import Tree, all_tree_on
from vungxanh.webhooks.events import Event, type_of
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.queries import all_sent_to
from vungxanh.webhooks.rulebook import WEBHOOKS, WebhookRule
from vungxanh.webhooks.workflow import DELIVERY

KEYS = uuid.UUID("0b6f9a52-7c1e-5f0d-9a53-6d7b2a9e41c8")


@transaction.atomic
def publish(told: Callable[[Tree], Sequence[Event]], *, day: datetime.date, at: datetime.datetime) -> int:
    """Tells how many deliveries were written; the same event again writes none. `told` is asked only where there are
    subscribers, with the tree of `day`: without any it is one query.

    Sends nothing: a subscriber that hangs does not make anybody wait. Raises `UnknownEventError`.
    """
    subscriptions = all_sent_to()
    if not subscriptions:
        return 0
    rule, tree = WEBHOOKS.current().in_force(at.astimezone(ZONE).date()), all_tree_on(day)
    events = told(tree)
    for one in events:
        type_of(one.code)
    above = {unit: {node.id for node in tree.above(unit)} for unit in {one.unit_id for one in events}}
    rows = [
        _written(event, subscription, rule, at)
        for event in events
        for subscription in subscriptions
        if event.code in subscription.events and subscription.unit_id in above[event.unit_id]
    ]
    WebhookDelivery.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


def _written(event: Event, subscription: Subscription, rule: WebhookRule, at: datetime.datetime) -> WebhookDelivery:
    return WebhookDelivery(
        key=uuid.uuid5(KEYS, f"{subscription.key}/{event.code}/{event.key}"),
        subscription=subscription,
        event=event.code,
        unit_id=event.unit_id,
        payload=dict(event.data),
        state=DELIVERY.find("", "write").end,
        written_at=at,
        next_at=at,
        give_up_at=at + rule.give_up_after,
    )
