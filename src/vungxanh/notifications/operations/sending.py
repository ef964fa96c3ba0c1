"""Sends what is due: a worker takes a set, hands over one text a recipient and channel, and writes down how it went.

A worker that is killed between handing over and writing down leaves its set to the next one after the lease: an e-mail
may then come twice, a file is written over by the same one.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.directory import may_administer
from vungxanh.notifications import queries
from vungxanh.notifications.channels import Channel, Parcel, SendingError, ready_channels
from vungxanh.notifications.enums import DeliveryState
from vungxanh.notifications.models import Delivery
from vungxanh.notifications.rulebook import SENDING, Sending
from vungxanh.notifications.topics import NEUTRAL, topics

OPEN = (DeliveryState.PENDING, DeliveryState.SENDING)


def send_due(*, at: datetime.datetime, real: datetime.datetime | None = None) -> int:
    """Returns how many deliveries were handed over. `real`: the moment outside the house, where ours is another."""
    rule = SENDING.current().in_force(at.astimezone(ZONE).date())
    channels = {channel.code: channel for channel in ready_channels()}
    parcels: dict[tuple[int, str], list[Delivery]] = defaultdict(list)
    for one in take_due(rule, at=at):
        parcels[one.notification.recipient_id, one.channel].append(one)
    sent = 0
    for (_user, code), taken in parcels.items():
        recipient = taken[0].notification.recipient
        parcel = Parcel(min(one.pk for one in taken), recipient, text_of(taken, recipient), real or at)
        sent += _hand_over(taken, parcel, channels.get(code), rule, at)
    return sent


@transaction.atomic
def take_due(rule: Sending, *, at: datetime.datetime) -> list[Delivery]:
    """Marks what is due as being sent, until the lease ends; two workers never take the same."""
    rows = Delivery.objects.filter(state__in=OPEN, next_at__lte=at).order_by("next_at", "pk")
    locked = rows.select_for_update(skip_locked=True, of=("self",)).select_related("notification__recipient")
    due = list(locked[: rule.most_at_once])
    _set([one for one in due if _is_not_needed(one)], state=DeliveryState.NOT_NEEDED)
    # A worker died each time that it had this one: it will not get another.
    lost = [one for one in due if one.tries >= rule.tries and not _is_not_needed(one)]
    _set(lost, state=DeliveryState.GIVEN_UP, error=_("Sending broke off each time."))
    taken = [one for one in due if one not in lost and not _is_not_needed(one)]
    lease = at + datetime.timedelta(minutes=rule.lease_minutes)
    _set(taken, state=DeliveryState.SENDING, tries=F("tries") + 1, next_at=lease)
    for one in taken:
        one.tries += 1
    return taken


def _is_not_needed(one: Delivery) -> bool:
    """Read or done meanwhile, or the account was closed."""
    return not one.notification.is_unread or not one.notification.recipient.is_active


def _hand_over(
    taken: Sequence[Delivery], parcel: Parcel, channel: Channel | None, rule: Sending, at: datetime.datetime
) -> int:
    try:
        if channel is None:
            raise SendingError(_("The channel is not set up any more."), is_final=True)
        channel.send(parcel)
    except SendingError as error:
        for one in taken:
            _note_failure(one, error, rule, at)
        return 0
    _set(taken, state=DeliveryState.SENT, sent_at=at, error="")
    return len(taken)


def text_of(taken: Sequence[Delivery], recipient: User) -> str:
    """All that leaves the house: the fixed words of the topics and how many things there are."""
    told = {one.notification.topic for one in taken}
    with translation.override(recipient.language):
        words = dict.fromkeys(str(topic.outside) for topic in topics() if topic.code in told)
        count = ngettext("%(count)d thing is new.", "%(count)d things are new.", len(taken)) % {"count": len(taken)}
        lines = [*(words or [str(NEUTRAL)]), *([count] if len(taken) > 1 else []), _("Open Vùng Xanh to read it.")]
    return " ".join(lines)


def _note_failure(one: Delivery, error: SendingError, rule: Sending, at: datetime.datetime) -> None:
    again = None if error.is_final else rule.next_try(at, tries=one.tries)
    state = DeliveryState.PENDING if again else DeliveryState.GIVEN_UP
    _set([one], state=state, next_at=again or at, error=str(error)[:200])


def _set(rows: Collection[Delivery], **values: object) -> None:
    """The only place that sets the state of a delivery."""
    if rows:
        Delivery.objects.filter(pk__in=[one.pk for one in rows]).update(**values)


@transaction.atomic
def retry(*, actor: User, at: datetime.datetime) -> int:
    """What was given up starts anew, of the accounts that the actor administers; returns how many."""
    on = at.astimezone(ZONE).date()
    may_administer(actor, on=on).or_refuse()
    given_up = list(queries.deliveries_visible_to(actor, on=on).filter(state=DeliveryState.GIVEN_UP).order_by("pk"))
    _set(given_up, state=DeliveryState.PENDING, tries=0, next_at=at)
    if given_up:
        subject = ("notifications.delivery", on.isoformat())
        record("notifications.retry", actor=actor, at=at, subject=subject, detail={"deliveries": len(given_up)})
    return len(given_up)
