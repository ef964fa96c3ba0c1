"""Reads: one's own notifications, one's wishes, and for the administrator how sending went."""

import datetime
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.directory import directory
from vungxanh.notifications.enums import DeliveryState
from vungxanh.notifications.models import Delivery, Notification, OwnTimes, TopicChoice
from vungxanh.notifications.rulebook import Times
from vungxanh.notifications.topics import SCREEN, Topic

UNREAD = Q(read_at__isnull=True, settled_at__isnull=True)


@dataclass(slots=True)
class Bundle:
    """What came of one topic within the minutes of the rule, newest first: one line that counts, to be opened."""

    items: list[Notification] = field(default_factory=list)

    @property
    def first(self) -> Notification:
        return self.items[0]

    @property
    def day(self) -> datetime.date:
        return self.first.made_at.astimezone(ZONE).date()

    @property
    def is_unread(self) -> bool:
        return self.first.is_unread

    def takes(self, other: Notification, span: datetime.timedelta) -> bool:
        is_like = other.topic == self.first.topic and other.is_unread == self.is_unread
        is_same_day = other.made_at.astimezone(ZONE).date() == self.day
        return is_like and is_same_day and self.first.made_at - other.made_at <= span


def notifications_of(viewer: User) -> QuerySet[Notification]:
    """One's own list: what is unread first, then the newest."""
    rows = Notification.objects.filter(recipient=viewer, on_screen=True).annotate(is_over=~UNREAD)
    return rows.order_by("is_over", "-made_at", "-pk")


def bundled(rows: Iterable[Notification], span: datetime.timedelta) -> list[Bundle]:
    """Rows in the order of the list; those of one topic that follow each other within the span become one."""
    bundles: list[Bundle] = []
    for row in rows:
        if not (bundles and bundles[-1].takes(row, span)):
            bundles.append(Bundle())
        bundles[-1].items.append(row)
    return bundles


def all_unread_count(user_id: int) -> int:
    return Notification.objects.filter(UNREAD, recipient_id=user_id, on_screen=True).count()


def all_told(key: str) -> list[User]:
    """Whoever was told of the cause, as far as that is still kept."""
    return list(User.objects.filter(pk__in=Notification.objects.filter(key=key).values("recipient_id")))


# --- What somebody wishes --------------------------------------------------------------------------------------------
def all_choices(user_ids: Collection[int]) -> dict[tuple[int, str, str], bool]:
    """By user, topic and channel, where they differ from what the topic gives."""
    rows = TopicChoice.objects.filter(user_id__in=user_ids)
    return {(row.user_id, row.topic, row.channel): row.is_on for row in rows}


def is_wished(topic: Topic, channel: str, chosen: bool | None) -> bool:
    """An urgent topic is always told on screen."""
    if channel == SCREEN and topic.is_urgent:
        return True
    return (channel == SCREEN or channel in topic.channels) if chosen is None else chosen


def all_times(user_ids: Collection[int], default: Times) -> dict[int, Times]:
    own = {row.user_id: row for row in OwnTimes.objects.filter(user_id__in=user_ids)}
    return {
        user: Times(row.quiet_from, row.quiet_to, row.is_digest) if (row := own.get(user)) else default
        for user in user_ids
    }


def all_last_sent(user_ids: Collection[int], since: datetime.datetime) -> dict[tuple[int, str], datetime.datetime]:
    """By recipient and channel, when the last message went out after `since`."""
    rows = Delivery.objects.filter(
        state=DeliveryState.SENT, sent_at__gt=since, notification__recipient_id__in=user_ids
    ).values_list("notification__recipient_id", "channel")
    return {(user, channel): last for user, channel, last in rows.annotate(last=Max("sent_at")).order_by()}


# --- How sending went ------------------------------------------------------------------------------------------------
def deliveries_visible_to(viewer: Any, *, on: datetime.date) -> QuerySet[Delivery]:
    """Of the accounts that the viewer administers."""
    accounts = directory().accounts_administered_by(viewer, on=on)
    rows = Delivery.objects.filter(notification__recipient__in=accounts)
    return rows.select_related("notification__recipient")


def delivery_counts(viewer: Any, *, on: datetime.date) -> list[tuple[str, str, int]]:
    """Channel, state and how many, of everything that is kept; one query."""
    rows = deliveries_visible_to(viewer, on=on).values_list("channel", "state")
    return list(rows.annotate(many=Count("pk")).order_by("channel", "state"))
