"""Tells people of something, inside the transaction of what it tells of; sending comes later, by the job."""

import datetime
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.notifications import queries
from vungxanh.notifications.channels import ready_channels
from vungxanh.notifications.models import Delivery, Notification
from vungxanh.notifications.rulebook import SENDING
from vungxanh.notifications.topics import SCREEN, Message, Topic, topic_of

Telling = tuple[Message, Collection[User]]
Choices = dict[tuple[int, str, str], bool]


def notify(message: Message, recipients: Collection[User], *, at: datetime.datetime) -> int:
    """Tells each recipient once of the cause that `message.key` names; returns how many had not been told yet."""
    return notify_all([(message, recipients)], at=at)


@transaction.atomic
def notify_all(tellings: Sequence[Telling], *, at: datetime.datetime) -> int:
    """Many messages at once, in a flat number of queries; accounts that are closed are told nothing."""
    wanted = {
        (user.pk, message.key): (message, user)
        for message, recipients in tellings
        for user in recipients
        if user.is_active
    }
    users = {user.pk: user for _message, user in wanted.values()}
    keys = {message.key for message, _user in wanted.values()}
    known = set(_rows(users, keys).values_list("recipient_id", "key"))
    new = [pair for name, pair in wanted.items() if name not in known]
    if not new:
        return 0
    choices = queries.all_choices(users)
    # Whoever races for the same key meets in the database: one notification, and one delivery a channel.
    rows = [_notification(message, user, choices, at) for message, user in new]
    Notification.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    made = _rows(users, keys).filter(made_at=at)
    Delivery.objects.bulk_create(_deliveries(list(made), users, choices, at), batch_size=500, ignore_conflicts=True)
    return len(new)


def settle(keys: Collection[str], *, at: datetime.datetime) -> int:
    """What these causes asked for is done: nobody is counted as not having read it, and what still waits to be sent
    stays here. Returns for how many notifications."""
    return Notification.objects.filter(key__in=keys, settled_at__isnull=True).update(settled_at=at)


def settle_all(topic: str, prefix: str, *, at: datetime.datetime) -> int:
    """The same for every cause of a topic whose key begins so."""
    # No key that begins so stands before the prefix: from there on the index of open causes is read, not the table.
    rows = Notification.objects.filter(topic=topic, key__gte=prefix, key__startswith=prefix, settled_at__isnull=True)
    return rows.update(settled_at=at)


def _rows(users: Collection[int], keys: Collection[str]) -> QuerySet[Notification]:
    return Notification.objects.filter(recipient_id__in=users, key__in=keys)


def _notification(message: Message, user: User, choices: Choices, at: datetime.datetime) -> Notification:
    topic = topic_of(message.topic)
    with translation.override(user.language):
        title, body = str(message.title), str(message.body)
    return Notification(
        recipient=user,
        topic=topic.code,
        key=message.key,
        title=title[:200],
        body=body[:500],
        address=message.address,
        on_screen=queries.is_wished(topic, SCREEN, choices.get((user.pk, topic.code, SCREEN))),
        made_at=at,
    )


def _deliveries(
    made: Collection[Notification], users: dict[int, User], choices: Choices, at: datetime.datetime
) -> list[Delivery]:
    rule = SENDING.current().in_force(at.astimezone(ZONE).date())
    channels = ready_channels()
    reached = {channel.code: channel.reaches(users.values()) for channel in channels}
    pairs = [
        (one, topic, code)
        for one in made
        for topic in [topic_of(one.topic)]
        for code in reached
        if one.recipient_id in reached[code]
        and queries.is_wished(topic, code, choices.get((one.recipient_id, topic.code, code)))
    ]
    if not pairs:
        return []
    times = queries.all_times(users, rule.times)
    last = queries.all_last_sent(users, at - rule.group_span)

    def moment(one: Notification, topic: Topic, code: str) -> datetime.datetime:
        user = one.recipient_id
        return rule.send_at(at, times[user], is_urgent=topic.is_urgent, last_sent=last.get((user, code)))

    return [Delivery(notification=one, channel=code, next_at=moment(one, topic, code)) for one, topic, code in pairs]
