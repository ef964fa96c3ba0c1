"""Somebody comes in or goes out: decided, kept as a sighting, answered. What is refused is written down as well."""

import datetime
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.db import transaction

from vungxanh.accounts.models import User
from vungxanh.admission.queries.gate import ALLOWED, GateDecision, decide_at_gate, rule_at
from vungxanh.admission.subjects import all_named
from vungxanh.audit import operations as audit
from vungxanh.audit.models import AuditEvent
from vungxanh.common.clock import ZONE
from vungxanh.organization.models import Place
from vungxanh.risk.operations import note_all_held
from vungxanh.screening.enums import Direction, GateState, Means
from vungxanh.screening.models import Presence, PresenceEvent
from vungxanh.screening.operations import NewPresence, NotKept, record_presence
from vungxanh.screening.queries.presence import all_last_stay
from vungxanh.screening.rulebook import PRESENCE

INSIDE, NOT_INSIDE = "INSIDE", "NOT_INSIDE"


@dataclass(frozen=True, slots=True)
class Passing:
    """Who wants to go which way here. `insists`: whoever keeps the gate says that an earlier scan is missing."""

    client_uuid: uuid.UUID
    place: Place
    subject: uuid.UUID
    direction: Direction
    means: Means
    temperature_c: float | None = None
    insists: bool = False


@transaction.atomic
def pass_gate(passing: Passing, *, actor: User, at: datetime.datetime) -> GateDecision:
    """The answer of the gate. Sent twice it is the same answer, and nothing is kept twice.

    Somebody who is inside by an earlier scan does not come in again, nor does somebody go out who is not inside, unless
    the guard insists: that is refused, written down, and nothing is changed.
    """
    there = PresenceEvent.objects.filter(pk=passing.client_uuid).first()
    if there:
        return _said(there, at)
    decision = _decided(passing, at)
    if decision.reason.code in (INSIDE, NOT_INSIDE):
        refuse_at_gate(passing.place, {passing.client_uuid: decision.reason.code}, actor=actor, at=at)
        return decision
    if not _is_tapped_twice(passing, at):
        _keep(passing, decision, actor, at)
    return decision


def refuse_at_gate(
    place: Place, refused: Mapping[uuid.UUID, str], *, actor: User | None, at: datetime.datetime
) -> None:
    """Codes or people that the gate did not take: only that, and why, is kept; of each scan once, by its uuid."""
    audit.record_once(refusal(place, key, reason, actor=actor, at=at) for key, reason in refused.items())


def refusal(place: Place, key: uuid.UUID, reason: str, *, actor: User | None, at: datetime.datetime) -> AuditEvent:
    """As it is written down."""
    return audit.event(
        "admission.refuse_at_gate",
        actor=actor,
        at=at,
        subject=place,
        unit_id=place.site.unit_id,
        detail={"reason": reason},
        key=key,
    )


def _decided(passing: Passing, at: datetime.datetime) -> GateDecision:
    stay = all_last_stay(passing.subject, passing.place, at=at)
    is_inside = stay is not None and stay.left_at is None
    if passing.direction == Direction.OUT:
        named = all_named([passing.subject], on=at.astimezone(ZONE).date()).get(passing.subject)
        is_odd = not is_inside and not passing.insists and not _is_tapped_twice(passing, at)
        return GateDecision(rule_at(at).of(NOT_INSIDE if is_odd else ALLOWED), named, stay.left_at if stay else None)
    decision = decide_at_gate(passing.subject, passing.place, at=at, temperature_c=passing.temperature_c)
    is_again = is_inside and not passing.insists and not _is_tapped_twice(passing, at)
    if decision.state == GateState.ALLOWED and is_again and stay:
        return GateDecision(rule_at(at).of(INSIDE), decision.subject, stay.entered_at)
    return decision


def _is_tapped_twice(passing: Passing, at: datetime.datetime) -> bool:
    """The same person, place and direction a moment ago: one tap of a nervous finger."""
    rule = PRESENCE.current().in_force(at.astimezone(ZONE).date())
    since = at - datetime.timedelta(seconds=rule.double_tap_seconds)
    same = Presence.objects.filter(subject=passing.subject)
    if passing.direction == Direction.OUT:
        return same.filter(left_place_id=passing.place.pk, left_at__range=(since, at)).exists()
    return same.filter(place_id=passing.place.pk, entered_at__range=(since, at), left_at__isnull=True).exists()


def _keep(passing: Passing, decision: GateDecision, actor: User, at: datetime.datetime) -> None:
    is_in = passing.direction == Direction.IN
    seen = NewPresence(
        client_uuid=passing.client_uuid,
        place=passing.place,
        subject=passing.subject,
        direction=passing.direction,
        means=passing.means,
        decision=decision.state if is_in else None,
        reason=decision.reason.code if is_in and decision.state != GateState.ALLOWED else "",
        temperature_c=passing.temperature_c,
    )
    [outcome] = record_presence([seen], actor=actor, at=at)
    if isinstance(outcome, NotKept):
        raise PermissionDenied(str(outcome.reason))
    tell_of_held([seen], at=at)


def tell_of_held(seen: Iterable[NewPresence], *, at: datetime.datetime) -> None:
    """Whom the gate did not let in for their health may be something that cannot wait for the daily return."""
    held = [
        (one.subject, one.reason, one.place.site.unit_id)
        for one in seen
        if one.direction == Direction.IN and one.reason and one.decision not in (None, GateState.ALLOWED)
    ]
    note_all_held(held, at=at)


def _said(event: PresenceEvent, at: datetime.datetime) -> GateDecision:
    named = all_named([event.subject], on=at.astimezone(ZONE).date()).get(event.subject)
    return GateDecision(rule_at(at).of(event.reason or ALLOWED), named)


@transaction.atomic
def confirm_presence(passing: Passing, *, actor: User, at: datetime.datetime) -> GateDecision:
    """By one's own phone and the code of the place: through a gate as ever, in a room a word that one was there."""
    if passing.direction != Direction.SEEN:
        return pass_gate(passing, actor=actor, at=at)
    named = all_named([passing.subject], on=at.astimezone(ZONE).date()).get(passing.subject)
    decision = GateDecision(rule_at(at).of(ALLOWED), named)
    _keep(passing, decision, actor, at)
    return decision
