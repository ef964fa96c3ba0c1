"""Screenshots that prove an entry by hand: made anew, encrypted, each look audited, erased in time."""

import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.photographs import Photograph, PhotographError, cleaned_photograph
from vungxanh.risk import permissions
from vungxanh.risk.enums import DeliveryWay
from vungxanh.risk.models import Delivery, DeliveryProof
from vungxanh.risk.operations.deliveries import DeliveryError, enter_delivery
from vungxanh.risk.queries.returns import units_on_duty_for
from vungxanh.risk.rulebook import DELIVERIES, DeliveryRule


@transaction.atomic
def enter_with_proof(
    delivery: Delivery, *, entered_at: datetime.datetime, picture: bytes, actor: User, at: datetime.datetime
) -> Delivery:
    """Both or neither; `picture` may be empty."""
    entered = enter_delivery(delivery, entered_at=entered_at, actor=actor, at=at)
    if picture:
        add_proof(entered, picture, actor=actor, at=at)
    return entered


def add_proof(delivery: Delivery, content: bytes, *, actor: User, at: datetime.datetime) -> DeliveryProof:
    """The same file again is the same screenshot. Raises `DeliveryError`."""
    today = at.astimezone(ZONE).date()
    is_on_duty = delivery.unit_id in units_on_duty_for(actor, delivery.day)
    permissions.may_enter_delivery(actor, delivery.unit_id, on=today, is_on_duty=is_on_duty).or_refuse()
    rule = DELIVERIES.current().in_force(today)
    try:
        photograph = cleaned_photograph(content, longest_edge=rule.longest_edge)
    except PhotographError as error:
        raise DeliveryError(str(error)) from error
    try:
        return _added(delivery, photograph, rule, actor=actor, at=at)
    except IntegrityError:
        there = DeliveryProof.objects.get(received_sha256=photograph.received_sha256, withdrawn_at__isnull=True)
        return _same(delivery, there)


@transaction.atomic
def _added(
    delivery: Delivery,
    photograph: Photograph,
    rule: DeliveryRule,
    *,
    actor: User,
    at: datetime.datetime,
) -> DeliveryProof:
    locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if locked.way != DeliveryWay.MANUAL:
        raise DeliveryError(_("The system sends this one by itself."))
    stands = DeliveryProof.objects.filter(withdrawn_at__isnull=True)
    if there := stands.filter(received_sha256=photograph.received_sha256).first():
        return _same(delivery, there)
    if locked.proofs.filter(withdrawn_at__isnull=True).count() >= rule.most_proofs:
        words = _("An update has at most %(count)d screenshots; this one is not kept.")
        raise DeliveryError(words % {"count": rule.most_proofs})
    added = DeliveryProof.objects.create(
        delivery=locked,
        **photograph.columns,
        added_at=at,
        added_by=actor,
    )
    _record("risk.add_proof", added, actor, at)
    return added


def _same(delivery: Delivery, there: DeliveryProof) -> DeliveryProof:
    if there.delivery_id != delivery.pk:
        raise DeliveryError(_("This very screenshot proves another update already; take one of this update."))
    return there


@transaction.atomic
def withdraw_proof(proof: DeliveryProof, *, actor: User, at: datetime.datetime) -> None:
    """Sent by mistake: its picture is gone at once. A second time changes nothing."""
    proof = DeliveryProof.objects.select_for_update().get(pk=proof.pk)
    if proof.withdrawn_at:
        return
    permissions.may_withdraw_proof(actor, proof, at=at).or_refuse()
    proof.withdraw(at)
    _record("risk.withdraw_proof", proof, actor, at)


@transaction.atomic
def read_proof(proof: DeliveryProof, *, actor: User, at: datetime.datetime) -> bytes:
    """The JPEG, and a row in the trail. Raises `DeliveryError` where its content is gone."""
    unit_id = proof.delivery.unit_id
    is_on_duty = unit_id in units_on_duty_for(actor, proof.delivery.day)
    permissions.may_see_return(actor, unit_id, on=at.astimezone(ZONE).date(), is_on_duty=is_on_duty).or_refuse()
    if proof.content is None:
        raise DeliveryError(_("The picture is not kept any more."))
    _record("risk.read_proof", proof, actor, at, is_read=True)
    return proof.picture


@transaction.atomic
def erase_proofs(*, at: datetime.datetime) -> int:
    """The pictures of days older than the rule keeps them; that they were there is kept. Returns how many."""
    today = at.astimezone(ZONE).date()
    first_kept = today - datetime.timedelta(days=DELIVERIES.current().in_force(today).keep_days)
    erased = DeliveryProof.objects.filter(delivery__day__lt=first_kept, content__isnull=False).update(
        content=None, erased_at=at
    )
    if erased:
        subject = ("risk.deliveryproof", first_kept.isoformat())
        record("risk.erase_proofs", actor=None, at=at, subject=subject, detail={"pictures": erased})
    return erased


def _record(action: str, proof: DeliveryProof, actor: User, at: datetime.datetime, *, is_read: bool = False) -> None:
    delivery = proof.delivery
    detail = {"receiver": delivery.receiver, "sha256": proof.sha256}
    record(action, actor=actor, at=at, subject=delivery, unit_id=delivery.unit_id, is_read=is_read, detail=detail)
