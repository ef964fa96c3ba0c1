"""The way of a return to its receivers: written with it, entered by hand, corrected, sent again."""

import datetime
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import moment
from vungxanh.organization.tree import all_tree_on
from vungxanh.risk import permissions
from vungxanh.risk.enums import DeliveryState, DeliveryWay, ReturnState
from vungxanh.risk.models import DailyReturn, Delivery
from vungxanh.risk.operations.publishing import figures_told
from vungxanh.risk.queries.deliveries import all_receivers
from vungxanh.risk.queries.returns import units_on_duty_for
from vungxanh.risk.rulebook import Receiver
from vungxanh.risk.workflow import DELIVERY

SCHEMA = "vungxanh.return/1"
KEYS = uuid.UUID("6f1f3f0a-9d0b-5d4e-8f5c-0f5a3c1d2b47")


class DeliveryError(ValidationError):
    """The delivery is not changed in this way; the text says why, and nothing was written."""


def write_deliveries(sent: DailyReturn, *, at: datetime.datetime) -> list[Delivery]:
    """One for each receiver that is switched on that day; called in the transaction that submits, its unit locked.

    An entry by hand that still waits for an older version of the same return is replaced: the map shows the newest.
    """
    older = Delivery.objects.filter(
        sent_return__unit_id=sent.unit_id,
        sent_return__day=sent.day,
        sent_return__kind=sent.kind,
        sent_return__number=sent.number,
        way=DeliveryWay.MANUAL,
        state=DeliveryState.WAITING,
    )
    for one in older.exclude(sent_return=sent).select_for_update(of=("self",)):
        move(one, "replace")
    receivers = all_receivers(sent.day)
    if not receivers:
        return []
    tree = all_tree_on(sent.day)
    path = [node.code for node in tree.above(sent.unit_id)][::-1]
    rows = Delivery.objects.filter(unit_id=sent.unit_id).values_list("receiver").annotate(last=Max("sequence"))
    last = dict(rows)
    return [_written(sent, one, path, tree[sent.unit_id].name, last.get(one.code, 0) + 1, at) for one in receivers]


def _written(
    sent: DailyReturn, receiver: Receiver, path: list[str], name: str, sequence: int, at: datetime.datetime
) -> Delivery:
    which = [*path, sent.day.isoformat(), str(sent.kind), str(sent.number), str(sent.version), receiver.code]
    key = uuid.uuid5(KEYS, "/".join(which))
    written = Delivery(
        key=key,
        sent_return=sent,
        unit_id=sent.unit_id,
        day=sent.day,
        receiver=receiver.code,
        receiver_name=receiver.name,
        way=receiver.way,
        sequence=sequence,
        payload=_payload(sent, key, path[-1], name, sequence),
        state="",
        written_at=at,
        next_at=at,
        give_up_at=_give_up_at(receiver, at),
    )
    return move(written, "write")


def _payload(sent: DailyReturn, key: uuid.UUID, code: str, name: str, sequence: int) -> dict[str, object]:
    return {"schema": SCHEMA, "key": str(key), "sequence": sequence} | figures_told(sent, code, name)


@transaction.atomic
def enter_delivery(
    delivery: Delivery, *, entered_at: datetime.datetime, actor: User, at: datetime.datetime
) -> Delivery:
    """The operator updated the map by hand at `entered_at`. The same said again changes nothing."""
    delivery = _locked(delivery, actor, at)
    if delivery.state == DeliveryState.DONE and delivery.delivered_at == entered_at:
        return delivery
    if delivery.state == DeliveryState.DONE:
        words = _("It was written down already, as updated at %(at)s by %(name)s; correct it if that is wrong.")
        raise DeliveryError(words % {"at": moment(delivery.delivered_at), "name": delivery.noted_by})
    if not DELIVERY.allows(delivery.state, "enter"):
        raise DeliveryError(_("A newer version was sent meanwhile; enter that one."))
    _check_moment(delivery, entered_at, at)
    values = _delivered(delivery, entered_at) | {"noted_at": at, "noted_by": actor}
    move(delivery, "enter", **values)
    _record("risk.enter_delivery", delivery, actor, at, entered_at=entered_at.isoformat())
    return delivery


@transaction.atomic
def correct_delivery(
    delivery: Delivery, *, entered_at: datetime.datetime, reason: str, actor: User, at: datetime.datetime
) -> Delivery:
    """Another time than was written down first; the trail keeps both, with the reason."""
    delivery = _locked(delivery, actor, at)
    before = _standing(delivery, reason)
    _check_moment(delivery, entered_at, at)
    move(delivery, "correct", noted_at=at, noted_by=actor, **_delivered(delivery, entered_at))
    detail = {"before": before.isoformat(), "after": entered_at.isoformat(), "reason": reason.strip()}
    _record("risk.correct_delivery", delivery, actor, at, **detail)
    return delivery


@transaction.atomic
def reopen_delivery(delivery: Delivery, *, reason: str, actor: User, at: datetime.datetime) -> Delivery:
    """It was not entered after all."""
    delivery = _locked(delivery, actor, at)
    before = _standing(delivery, reason)
    if delivery.sent_return.state == ReturnState.REPLACED:
        raise DeliveryError(_("A newer version was sent meanwhile; enter that one."))
    move(delivery, "reopen", delivered_at=None, is_on_time=None, noted_at=None, noted_by=None)
    _record("risk.reopen_delivery", delivery, actor, at, before=before.isoformat(), reason=reason.strip())
    return delivery


@transaction.atomic
def retry_delivery(delivery: Delivery, *, actor: User, at: datetime.datetime) -> Delivery:
    """One that was given up goes again, with the same key; not after a newer one of the unit has gone."""
    delivery = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
    permissions.may_retry_delivery(actor, delivery.unit_id, on=at.astimezone(ZONE).date()).or_refuse()
    if not DELIVERY.allows(delivery.state, "retry"):
        raise DeliveryError(_("Only what was given up is sent again."))
    newer = list(_newer(delivery).select_for_update())
    if any(one.state in (DeliveryState.WAITING, DeliveryState.FAILED) and one.next_at > at for one in newer):
        raise DeliveryError(_("Newer figures of the unit are on their way just now; try again in some minutes."))
    if any(one.state == DeliveryState.SENT for one in newer):
        raise DeliveryError(_("The receiver has newer figures of the unit already; older ones do not follow."))
    receiver = next((one for one in all_receivers(delivery.day) if one.code == delivery.receiver), None)
    if receiver is None:
        raise DeliveryError(_("This receiver is switched off."))
    move(delivery, "retry", next_at=at, give_up_at=_give_up_at(receiver, at))
    _record("risk.retry_delivery", delivery, actor, at)
    return delivery


def _give_up_at(receiver: Receiver, at: datetime.datetime) -> datetime.datetime | None:
    return at + datetime.timedelta(hours=receiver.give_up_hours) if receiver.give_up_hours else None


def move(delivery: Delivery, verb: str, **values: object) -> Delivery:
    """The only place that sets the state of a delivery."""
    delivery.state = DELIVERY.find(delivery.state, verb).end
    for name, value in values.items():
        setattr(delivery, name, value)
    delivery.save()
    return delivery


def _locked(delivery: Delivery, actor: User, at: datetime.datetime) -> Delivery:
    """Read again under a lock, for somebody who may enter it."""
    rows = Delivery.objects.select_related("sent_return", "noted_by", "unit")
    locked = rows.select_for_update(of=("self",)).get(pk=delivery.pk)
    is_on_duty = locked.unit_id in units_on_duty_for(actor, locked.day)
    today = at.astimezone(ZONE).date()
    permissions.may_enter_delivery(actor, locked.unit_id, on=today, is_on_duty=is_on_duty).or_refuse()
    if locked.way != DeliveryWay.MANUAL:
        raise DeliveryError(_("The system sends this one by itself."))
    return locked


def _standing(delivery: Delivery, reason: str) -> datetime.datetime:
    """When it was entered, as written down so far."""
    if not DELIVERY.allows(delivery.state, "correct") or delivery.delivered_at is None:
        raise DeliveryError(_("It was not written down as updated."))
    if not reason.strip():
        raise DeliveryError(_("Say why it is corrected."))
    return delivery.delivered_at


def _check_moment(delivery: Delivery, entered_at: datetime.datetime, at: datetime.datetime) -> None:
    """Forms know minutes only, so that the minute of the return counts as after it."""
    sent_at = delivery.sent_return.submitted_at
    assert sent_at
    if entered_at > at:
        raise DeliveryError(_("This time has not come yet."))
    if entered_at < sent_at.replace(second=0, microsecond=0):
        raise DeliveryError(_("The return was sent at %(at)s; the update comes after it.") % {"at": moment(sent_at)})


def _delivered(delivery: Delivery, entered_at: datetime.datetime) -> dict[str, object]:
    return {"delivered_at": entered_at, "is_on_time": entered_at < delivery.sent_return.due_at}


def _newer(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(unit_id=delivery.unit_id, receiver=delivery.receiver, sequence__gt=delivery.sequence)


def _record(action: str, delivery: Delivery, actor: User | None, at: datetime.datetime, **detail: object) -> None:
    which = {"receiver": delivery.receiver, "key": str(delivery.key)}
    record(action, actor=actor, at=at, subject=delivery, unit_id=delivery.unit_id, detail={**which, **detail})
