"""What somebody does with their own notifications: read them, choose what to be told of and when."""

import datetime
from collections.abc import Collection, Mapping

from django.db import transaction

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.notifications import queries
from vungxanh.notifications.models import Notification, OwnTimes, TopicChoice
from vungxanh.notifications.rulebook import Times
from vungxanh.notifications.topics import topic_of


def mark_read(user: User, *, at: datetime.datetime, only: Collection[int] | None = None) -> int:
    """All unread ones, or those among `only`; those of others stay as they are. Returns how many."""
    unread = Notification.objects.filter(queries.UNREAD, recipient=user)
    return (unread if only is None else unread.filter(pk__in=only)).update(read_at=at)


@transaction.atomic
def choose(user: User, wished: Mapping[tuple[str, str], bool], times: Times, *, at: datetime.datetime) -> None:
    """`wished`: by topic and channel. What agrees with the topic is not kept: a new default reaches everybody."""
    User.objects.select_for_update().get(pk=user.pk)
    differing = [
        TopicChoice(user=user, topic=topic, channel=channel, is_on=is_on)
        for (topic, channel), is_on in wished.items()
        if is_on != queries.is_wished(topic_of(topic), channel, None)
    ]
    touched = TopicChoice.objects.filter(user=user, topic__in={topic for topic, _channel in wished})
    touched.filter(channel__in={channel for _topic, channel in wished}).delete()
    TopicChoice.objects.bulk_create(differing)
    own = {"quiet_from": times.quiet_from, "quiet_to": times.quiet_to, "is_digest": times.is_digest}
    OwnTimes.objects.update_or_create(user=user, defaults=own)
    record("notifications.choose", actor=user, at=at, subject=user)
