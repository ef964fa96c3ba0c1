"""What is due goes out: claimed for some minutes, sent outside a transaction, then marked.

A worker that dies between sending and marking leaves its claim; when that is over, another sends the same key again.
Each subscriber has a share of the run, one that does not answer is left alone for a while with everything that waits
for it, and those that are well come first: a dead one takes nobody's turn.
"""

import datetime
import time
from collections.abc import Sequence
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from vungxanh.common.clock import ZONE
from vungxanh.common.disk import when_there_is_space
from vungxanh.common.posting import Outcome
from vungxanh.webhooks.calling import Said, call, envelope
from vungxanh.webhooks.enums import Reason, SubscriptionState
from vungxanh.webhooks.models import Subscription, WebhookDelivery
from vungxanh.webhooks.operations.moving import disable, move_delivery
from vungxanh.webhooks.queries import OPEN
from vungxanh.webhooks.rulebook import WEBHOOKS, WebhookRule
from vungxanh.webhooks.workflow import DELIVERY, FAILED

AT_ONCE = 20
RUN_SECONDS = 40.0
SHARE_SECONDS = 15.0
CLAIMED_FOR = datetime.timedelta(minutes=5)
"""Longer than a share takes whose last call, name, connection and answer, takes all the time that the rule may give."""


def send_due(*, at: datetime.datetime, timestamp: int, seconds: float | None = None) -> int:
    """How many events were received. `timestamp`: real seconds, of the signature; `seconds` of a call: by the rule."""
    rule = WEBHOOKS.current().in_force(at.astimezone(ZONE).date())
    run = _Run(at, timestamp, seconds or rule.seconds, rule)
    give_up_unsent(at=at)
    sent = 0
    for pk in _due_subscriptions(at):
        if run.elapsed > RUN_SECONDS:
            break
        sent += _send_to(pk, run)
    return sent


class _Run:
    """A run of the job: what time it is while it goes on."""

    def __init__(self, at: datetime.datetime, timestamp: int, seconds: float, rule: WebhookRule) -> None:
        self.began, self.at, self.timestamp, self.seconds, self.rule = time.monotonic(), at, timestamp, seconds, rule

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    @property
    def now(self) -> datetime.datetime:
        return self.at + datetime.timedelta(seconds=self.elapsed)


def _due_subscriptions(at: datetime.datetime) -> list[UUID]:
    """Those that are well first."""
    due = WebhookDelivery.objects.filter(subscription=OuterRef("pk"), state__in=OPEN, next_at__lte=at)
    rows = _sent_to_now(at).filter(Exists(due)).order_by(F("failing_since").asc(nulls_first=True), "pk")
    return list(rows.values_list("pk", flat=True))


def _sent_to_now(at: datetime.datetime) -> QuerySet[Subscription]:
    is_rested = Q(rests_until__isnull=True) | Q(rests_until__lte=at)
    return Subscription.objects.filter(is_rested, state=SubscriptionState.ACTIVE)


def _send_to(pk: UUID, run: _Run) -> int:
    ends, sent = run.elapsed + SHARE_SECONDS, 0
    while run.elapsed < ends:
        subscription, claimed = claim_due(pk, at=run.now)
        if not (subscription and claimed):
            break
        for place, one in enumerate(claimed):
            said = _called(subscription, one, run)
            goes_on = when_there_is_space(partial(mark, one, said, at=run.now, rule=run.rule))
            sent += said.outcome == Outcome.SENT
            if not goes_on or run.elapsed >= ends:
                _give_back(claimed[place + 1 :])
                return sent
    return sent


def _called(subscription: Subscription, one: WebhookDelivery, run: _Run) -> Said:
    assert one.sequence is not None
    return call(
        subscription.url,
        one.key,
        envelope(one.event, one.written_at, one.sequence, one.payload),
        keys=signing_keys(subscription, at=run.now),
        timestamp=run.timestamp + int(run.elapsed),
        seconds=run.seconds,
    )


def signing_keys(subscription: Subscription, *, at: datetime.datetime) -> list[str]:
    """The newest first; the one before it as long as it signs too."""
    until = subscription.old_secret_until
    is_old_there = subscription.old_secret and until and at < until
    return [subscription.secret, *([subscription.old_secret] if is_old_there else [])]


@transaction.atomic
def claim_due(pk: UUID, *, at: datetime.datetime) -> tuple[Subscription | None, list[WebhookDelivery]]:
    """What is due for the subscriber, nobody else's for `CLAIMED_FOR`; its try is counted, and the first gives it its
    number. Nothing while another worker has the subscriber in its hands."""
    # Without the key: whoever writes an event for it meanwhile does not wait.
    subscription = _sent_to_now(at).filter(pk=pk).select_for_update(skip_locked=True, no_key=True).first()
    if subscription is None:
        return None, []
    rows = subscription.deliveries.filter(state__in=OPEN, next_at__lte=at).order_by("next_at", "pk")
    claimed = list(rows.select_for_update(skip_locked=True, no_key=True)[:AT_ONCE])
    for one in claimed:
        one.due_at = one.next_at  # type: ignore[attr-defined]
        one.tries, one.next_at = one.tries + 1, at + CLAIMED_FOR
        if one.sequence is None:
            subscription.last_sequence += 1
            one.sequence = subscription.last_sequence
    WebhookDelivery.objects.bulk_update(claimed, ["tries", "next_at", "sequence"])
    subscription.save(update_fields=["last_sequence"])
    return subscription, claimed


@transaction.atomic
def mark(claimed: WebhookDelivery, said: Said, *, at: datetime.datetime, rule: WebhookRule) -> bool:
    """What the answer makes of it, and whether the next may follow. A subscriber that has it has it, whoever asked; a
    failure counts for the last try."""
    subscription = Subscription.objects.select_for_update(no_key=True).get(pk=claimed.subscription_id)
    delivery = WebhookDelivery.objects.select_for_update(no_key=True).get(pk=claimed.pk)
    is_sent = said.outcome == Outcome.SENT
    if delivery.state not in OPEN or (not is_sent and delivery.tries != claimed.tries):
        return False
    if is_sent:
        move_delivery(delivery, "deliver", delivered_at=at, last_error="", last_status=said.status)
        if subscription.failing_since or subscription.silences or subscription.rests_until:
            _save(subscription, failing_since=None, silences=0, rests_until=None)
        return subscription.state == SubscriptionState.ACTIVE
    _note_failure(delivery, said, rule, at)
    return _note_trouble(subscription, said, rule, at)


def _note_failure(delivery: WebhookDelivery, said: Said, rule: WebhookRule, at: datetime.datetime) -> None:
    """A subscriber that is gone may come back: what waits for it is not given up before its time."""
    words = {"last_error": said.words[:300], "last_status": said.status}
    if at >= delivery.give_up_at:
        move_delivery(delivery, "give_up", **words)
    else:
        move_delivery(delivery, "fail", next_at=at + rule.pause(delivery.tries), **words)


def _note_trouble(subscription: Subscription, said: Said, rule: WebhookRule, at: datetime.datetime) -> bool:
    """What a failure makes of the subscriber; whether the next may follow."""
    since = subscription.failing_since or at
    _save(subscription, failing_since=since)
    if said.outcome == Outcome.SILENT:
        silences = subscription.silences + 1
        _save(subscription, silences=silences, rests_until=at + rule.pause(silences))
    if subscription.state != SubscriptionState.ACTIVE:
        return False
    if said.outcome == Outcome.REFUSED:
        disable(subscription, Reason.GONE, at=at)
    elif at - since >= rule.disable_after:
        disable(subscription, Reason.FAILING, at=at)
    else:
        return said.outcome != Outcome.SILENT
    return False


def _save(subscription: Subscription, **values: object) -> None:
    for name, value in values.items():
        setattr(subscription, name, value)
    subscription.save(update_fields=list(values))


@transaction.atomic
def _give_back(rest: Sequence[WebhookDelivery]) -> None:
    """Claimed but not sent: due as before, as if not tried, so that it comes before what was tried."""
    for one in rest:
        mine = WebhookDelivery.objects.filter(pk=one.pk, tries=one.tries, state__in=OPEN)
        mine.update(next_at=one.due_at, tries=F("tries") - 1)  # type: ignore[attr-defined]


@transaction.atomic
def give_up_unsent(*, at: datetime.datetime) -> int:
    """What waited too long for a subscriber that nothing is sent to; one that is sent to is tried a last time."""
    rows = WebhookDelivery.objects.filter(state__in=OPEN, give_up_at__lte=at, next_at__lte=at)
    stopped = rows.exclude(subscription__state=SubscriptionState.ACTIVE)
    words = _("Its time was over while nothing was sent to the receiver.")
    return stopped.update(state=DELIVERY.find(FAILED, "give_up").end, last_error=words)
