"""What goes out by itself: due deliveries are claimed for some minutes, sent outside a transaction, then marked.

A worker that dies between sending and marking leaves its claim; when that is over, another sends the same key again,
and the receiver says that it has it. Nothing newer of a unit goes while something older is open.
"""

import datetime
import time
from collections.abc import Callable, Collection, Sequence
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.disk import when_there_is_space
from vungxanh.common.posting import Answer, Outcome
from vungxanh.risk.dhis2 import authorization, post_values
from vungxanh.risk.enums import DeliveryState, DeliveryWay
from vungxanh.risk.models import Delivery
from vungxanh.risk.operations.deliveries import move
from vungxanh.risk.posting import post
from vungxanh.risk.rulebook import DELIVERIES, DHIS2, Receiver

OPEN = (DeliveryState.WAITING, DeliveryState.FAILED)
AT_ONCE = 20
SECONDS = 10.0
STARTS_WITHIN = 60.0
CLAIMED_FOR = datetime.timedelta(minutes=6)
"""Longer than a batch takes that starts in the last second and whose receiver takes its time for each."""


def send_deliveries(*, at: datetime.datetime, timestamp: int, seconds: float = SECONDS) -> int:
    """Whatever is due over HTTPS; how many the receiver has now. `timestamp`: real seconds, of the signature."""
    if not settings.NATIONAL_MAP_URL:
        return 0

    def give(delivery: Delivery, since: datetime.timedelta) -> Answer:
        return post(
            settings.NATIONAL_MAP_URL,
            delivery.payload,
            secret=settings.NATIONAL_MAP_KEY,
            timestamp=timestamp + int(since.total_seconds()),
            seconds=seconds,
        )

    return _send_due(DeliveryWay.HTTPS, give, at=at)


def send_to_dhis2(*, at: datetime.datetime, seconds: float = SECONDS) -> int:
    """Whatever is due for DHIS2, by the mapping in force; how many it has now."""
    if not settings.DHIS2_URL:
        return 0
    mapping = DHIS2.current().in_force(at.astimezone(ZONE).date())
    credentials = authorization(settings.DHIS2_TOKEN, settings.DHIS2_USER, settings.DHIS2_PASSWORD)

    def give(delivery: Delivery, _since: datetime.timedelta) -> Answer:
        return post_values(settings.DHIS2_URL, delivery.payload, mapping, credentials=credentials, seconds=seconds)

    return _send_due(DeliveryWay.DHIS2, give, at=at)


def _send_due(
    way: DeliveryWay, give: Callable[[Delivery, datetime.timedelta], Answer], *, at: datetime.datetime
) -> int:
    """A receiver that is silent is asked once, the rest waits for the next try without being sent. `give` is told how
    long it is since `at`."""
    started, sent = time.monotonic(), 0
    while time.monotonic() - started < STARTS_WITHIN:
        claimed = claim_due(way, at=at + _since(started))
        if not claimed:
            break
        for place, one in enumerate(claimed):
            answer = give(one, _since(started))
            when_there_is_space(partial(mark, one, answer, at=at + _since(started)))
            sent += answer.outcome == Outcome.SENT
            if answer.outcome == Outcome.SILENT:
                _give_back(claimed[place + 1 :], at=at + _since(started))
                return sent
    return sent


def _since(started: float) -> datetime.timedelta:
    return datetime.timedelta(seconds=time.monotonic() - started)


@transaction.atomic
def claim_due(way: DeliveryWay, *, at: datetime.datetime, most: int = AT_ONCE) -> list[Delivery]:
    """The oldest that are due, nobody else's for `CLAIMED_FOR`; their try is counted."""
    older = Delivery.objects.filter(
        unit_id=OuterRef("unit_id"), receiver=OuterRef("receiver"), sequence__lt=OuterRef("sequence"), state__in=OPEN
    )
    due = Delivery.objects.filter(~Exists(older) | ~Q(receiver__in=_in_order(at)), way=way)
    rows = due.filter(state__in=OPEN, next_at__lte=at).order_by("next_at", "pk")
    claimed = list(rows.select_for_update(skip_locked=True, of=("self",))[:most])
    Delivery.objects.filter(pk__in=[one.pk for one in claimed]).update(next_at=at + CLAIMED_FOR, tries=F("tries") + 1)
    for one in claimed:
        one.tries += 1
    return claimed


@transaction.atomic
def mark(claimed: Delivery, answer: Answer, *, at: datetime.datetime) -> None:
    """What the answer makes of it. A receiver that has it has it, whoever asked; a failure counts for the last try."""
    rows = Delivery.objects.select_related("sent_return").select_for_update(of=("self",))
    delivery = rows.get(pk=claimed.pk)
    if delivery.state not in OPEN:
        return
    if answer.outcome == Outcome.SENT:
        on_time = at < delivery.sent_return.due_at
        values = {"delivered_at": at, "is_on_time": on_time, "answer_sha256": answer.sha256, "last_error": ""}
        move(delivery, "send", **values)
        _record("risk.send_delivery", delivery, at)
    elif delivery.tries != claimed.tries:
        return
    elif answer.outcome == Outcome.REFUSED or (delivery.give_up_at and at >= delivery.give_up_at):
        move(delivery, "give_up", last_error=answer.words[:300], answer_sha256=answer.sha256)
        _record("risk.give_up_delivery", delivery, at)
    else:
        next_at = at + _pause(delivery)
        move(delivery, "fail", last_error=answer.words[:300], answer_sha256=answer.sha256, next_at=next_at)


def _give_back(rest: Sequence[Delivery], *, at: datetime.datetime) -> None:
    """Claimed but not sent: due again in a minute, as if not tried."""
    mine = Q(pk__in=[])
    for one in rest:
        mine |= Q(pk=one.pk, tries=one.tries)
    Delivery.objects.filter(mine, state__in=OPEN).update(
        next_at=at + datetime.timedelta(minutes=1), tries=F("tries") - 1
    )


def _pause(delivery: Delivery) -> datetime.timedelta:
    receiver = next((one for one in _receivers(delivery.day) if one.code == delivery.receiver), None)
    steps = receiver.retry_minutes if receiver and receiver.retry_minutes else (15,)
    return datetime.timedelta(minutes=steps[min(delivery.tries, len(steps)) - 1])


def _in_order(at: datetime.datetime) -> Collection[str]:
    return [one.code for one in _receivers(at.astimezone(ZONE).date()) if one.is_in_order]


def _receivers(day: datetime.date) -> tuple[Receiver, ...]:
    return DELIVERIES.current().in_force(day).receiver


def _record(action: str, delivery: Delivery, at: datetime.datetime) -> None:
    detail = {"receiver": delivery.receiver, "key": str(delivery.key), "tries": delivery.tries}
    if delivery.last_error:
        detail["error"] = delivery.last_error
    record(action, actor=None, at=at, subject=delivery, unit_id=delivery.unit_id, detail=detail)
