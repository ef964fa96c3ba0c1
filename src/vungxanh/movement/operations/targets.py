"""Proposes a target of a unit's own, approves or refuses it."""

import datetime
import math
import uuid

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.vietnamese import canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import CampaignState, UnitTargetState
from vungxanh.movement.models import Campaign, UnitTarget
from vungxanh.movement.operations.campaigns import words_of_state
from vungxanh.movement.operations.reviews import LONGEST_REASON
from vungxanh.movement.operations.standing import locked
from vungxanh.movement.permissions import may_move_target, may_propose_target
from vungxanh.movement.queries.campaigns import is_over, newest_edition, takes_part
from vungxanh.movement.queries.targets import all_own_measures
from vungxanh.movement.rulebook import Measure, Period, term_of
from vungxanh.movement.topics import TARGET_DECIDED, TARGET_PROPOSED
from vungxanh.movement.workflow import UNIT_TARGET
from vungxanh.notifications.operations import notify, settle
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.enums import Role
from vungxanh.organization.tree import all_tree_on

MOST = {"PERCENT": 100.0}
MOST_OF_ALL = 10.0**9


class TargetError(ValidationError):
    """Nothing was changed; the text says why."""


@transaction.atomic
def propose_target(
    key: uuid.UUID,
    campaign: Campaign,
    period_code: str,
    unit_id: int,
    measure_id: str,
    target: float,
    reason: str,
    *,
    actor: User,
    at: datetime.datetime,
) -> UnitTarget:
    """Of a period that is not over. The same `key` again is the same tap. Raises `TargetError`, and `StandingError`
    where nothing is scored."""
    may_propose_target(actor, unit_id, on=_day(at)).or_refuse()
    campaign, period, _row = locked(campaign, period_code)
    there = UnitTarget.objects.filter(key=key, unit_id=unit_id, measure_id=measure_id, proposed_by=actor).first()
    if there and there.target == target:
        return there
    if UnitTarget.objects.filter(key=key).exists():
        raise TargetError(_("This page was sent before; open a new one."))
    words = canonical_text(reason)[:LONGEST_REASON]
    if not words:
        raise TargetError({"reason": _("Say why the unit has another target.")})
    measure = _measure(campaign, period, unit_id, measure_id, at)
    assert measure.target is not None
    _check_target(measure, target)
    waiting = campaign.unit_targets.filter(state=UnitTargetState.PROPOSED, period_code=period.code)
    if waiting.filter(unit_id=unit_id, measure_id=measure_id).exists():
        raise TargetError({"measure": _("A target for this measure waits for approval already.")})
    made = UnitTarget.objects.create(
        key=key,
        campaign=campaign,
        unit_id=unit_id,
        period_code=period.code,
        measure_id=measure_id,
        target=target,
        target_before=measure.target,
        reason=words,
        state=UNIT_TARGET.find("", "propose").end,
        proposed_at=at,
        proposed_by=actor,
    )
    _record("propose", made, actor, at, was=measure.target, reason=words[:200])
    _tell_office(made, campaign, actor, at)
    return made


@transaction.atomic
def move_target(target: UnitTarget, verb: str, text: str = "", *, actor: User, at: datetime.datetime) -> UnitTarget:
    """`verb`: approve, as long as the period is not over; refuse, with the reason; withdraw. Raises `TargetError`."""
    campaign, period, _row = locked(target.campaign, target.period_code)
    rows = UnitTarget.objects.select_for_update(of=("self",)).select_related("campaign", "proposed_by")
    target = rows.get(pk=target.pk)
    try:
        may_move_target(actor, target, verb, on=_day(at)).or_refuse()
        state = UNIT_TARGET.find(target.state, verb).end
    except NoSuchMoveError as error:
        words = _("The target of the unit stands otherwise by now: %(state)s.")
        raise TargetError(words % {"state": UnitTargetState(target.state).label}) from error
    if verb == "approve":
        _measure(campaign, period, target.unit_id, target.measure_id, at)
    answer = canonical_text(text)[:LONGEST_REASON]
    if verb == "refuse" and not answer:
        raise TargetError({"answer": _("Say why it is not approved.")})
    target.state, target.closed_at, target.closed_by, target.answer = state, at, actor, answer
    target.save(update_fields=["state", "closed_at", "closed_by", "answer"])
    _record(verb, target, actor, at, was=target.target_before, answer=answer[:200])
    settle([f"{TARGET_PROPOSED}:{target.pk}"], at=at)
    if verb != "withdraw":
        _tell_unit(target, actor, at)
    return target


def _measure(campaign: Campaign, period: Period, unit_id: int, measure_id: str, at: datetime.datetime) -> Measure:
    """With the target that holds for the unit now. Raises `TargetError` where it can have none of its own."""
    if campaign.state != CampaignState.RUNNING:
        raise TargetError(words_of_state(campaign))
    if is_over(campaign, period, _day(at)):
        raise TargetError(_("The period is over; its targets stay as they were."))
    plan = newest_edition(campaign).plan
    if not takes_part(plan, campaign, unit_id, all_tree_on(_day(at))):
        raise TargetError(_("This unit does not take part in the movement by itself."))
    own = all_own_measures(campaign, plan, period, at=at)
    measure = own.get((unit_id, measure_id)) or plan.measures.get(measure_id)
    if measure is None or measure.target is None:
        raise TargetError({"measure": _("Choose a measure that has a target.")})
    return measure


def _check_target(measure: Measure, target: float) -> None:
    term = term_of(measure.indicator)
    most = MOST.get(term.unit, MOST_OF_ALL) if term else MOST_OF_ALL
    if not (math.isfinite(target) and 0 <= target <= most):
        raise TargetError({"target": _("The target lies outside the scale of the measure.")})
    if target == measure.target:
        raise TargetError({"target": _("This is the target that holds already.")})


def _tell_office(target: UnitTarget, campaign: Campaign, actor: User, at: datetime.datetime) -> None:
    tree = all_tree_on(_day(at))
    words = _("{unit} proposes a target of its own for measure {measure}")
    title = format_lazy(words, unit=tree[target.unit_id].short_name, measure=target.measure_id)
    office = roles.holders(Role.OFFICE, campaign.unit_id, on=_day(at), tree=tree)
    message = Message(
        topic=TARGET_PROPOSED, key=f"{TARGET_PROPOSED}:{target.pk}", title=title, address=_address(target)
    )
    notify(message, set(office) - {actor}, at=at)


def _tell_unit(target: UnitTarget, actor: User, at: datetime.datetime) -> None:
    """Whoever proposed it, and the heads of the unit."""
    heads = roles.holders(roles.HEADS, target.unit_id, on=_day(at))
    approved = target.state == UnitTargetState.APPROVED
    words = _("Target approved: measure {measure}") if approved else _("Target not approved: measure {measure}")
    message = Message(
        topic=TARGET_DECIDED,
        key=f"{TARGET_DECIDED}:{target.pk}",
        title=format_lazy(words, measure=target.measure_id),
        address=_address(target),
    )
    notify(message, {target.proposed_by, *heads} - {actor}, at=at)


def _address(target: UnitTarget) -> str:
    return f"{reverse('movement:target_list', args=[target.campaign.code])}?ky={target.period_code}"


def _record(verb: str, target: UnitTarget, actor: User, at: datetime.datetime, **detail: object) -> None:
    detail = {"measure": target.measure_id, "now": target.target, **detail}
    record(f"movement.{verb}_target", actor=actor, at=at, subject=target, unit_id=target.unit_id, detail=detail)


def _day(at: datetime.datetime) -> datetime.date:
    return at.astimezone(ZONE).date()
