"""Gives bonus and penalty points with their cause, and takes them back."""

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.formats import day as day_words
from vungxanh.common.formats import number
from vungxanh.common.vietnamese import canonical
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.models import Adjustment, Campaign
from vungxanh.movement.operations.self_scores import SelfScoreError, open_season
from vungxanh.movement.permissions import may_adjust, may_withdraw_adjustment
from vungxanh.movement.queries.self_scores import Season, all_points_given, day_of
from vungxanh.movement.rulebook import Adjustment as Term
from vungxanh.movement.topics import ADJUSTED
from vungxanh.movement.workflow import ADJUSTMENT
from vungxanh.notifications.operations import notify
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles

LONGEST_CAUSE, LONGEST_REASON = 500, 300


@dataclass(frozen=True, slots=True)
class Given:
    """`code`: which adjustment of the plan; `points` without a sign; `day`: of what happened."""

    code: str
    points: float
    cause: str
    day: datetime.date


@transaction.atomic
def give_adjustment(
    key: uuid.UUID,
    campaign: Campaign,
    period_code: str,
    unit_id: int,
    given: Given,
    *,
    actor: User,
    at: datetime.datetime,
) -> Adjustment:
    """The same with the same `key` again is the same tap; several of one code together never exceed what the plan gives
    for it. Raises `SelfScoreError`."""
    may_adjust(actor, campaign, unit_id, on=day_of(at)).or_refuse()
    season = open_season(campaign, period_code, unit_id, at=at)
    term = next((one for one in season.plan.adjustment if one.id == given.code), None)
    if term is None:
        raise SelfScoreError({"code": _("Choose a bonus or a penalty of the plan.")})
    cause, points = canonical(given.cause)[:LONGEST_CAUSE], round(given.points, 2)
    if there := Adjustment.objects.filter(key=key).first():
        same = (campaign.pk, period_code, unit_id, term.id, points, cause, given.day)
        if same == (there.campaign_id, there.period, there.unit_id, there.code, there.points, there.cause, there.day):
            return there
        raise SelfScoreError(_("This page was sent before; open a new one."))
    _check(season, unit_id, term, points, cause, given.day)
    made = Adjustment.objects.create(
        key=key,
        campaign=campaign,
        period=period_code,
        unit_id=unit_id,
        code=term.id,
        kind=term.kind,
        points=points,
        cause=cause,
        day=given.day,
        state=ADJUSTMENT.find("", "give").end,
        made_at=at,
        made_by=actor,
    )
    _record("give", made, actor, at, reason=cause)
    _tell_unit(made, term, season, at)
    return made


@transaction.atomic
def withdraw_adjustment(adjustment: Adjustment, reason: str, *, actor: User, at: datetime.datetime) -> Adjustment:
    """Raises `SelfScoreError`, also where nothing of the period changes any more."""
    may_withdraw_adjustment(actor, adjustment, on=day_of(at)).or_refuse()
    open_season(adjustment.campaign, adjustment.period, adjustment.unit_id, at=at)
    adjustment = Adjustment.objects.select_related("campaign", "unit").get(pk=adjustment.pk)
    if not canonical(reason):
        raise SelfScoreError({"reason": _("Say why the points are taken back.")})
    try:
        adjustment.state = ADJUSTMENT.find(adjustment.state, "withdraw").end
    except NoSuchMoveError as error:
        raise SelfScoreError(_("These points were taken back meanwhile.")) from error
    adjustment.withdrawn_at, adjustment.withdrawn_by = at, actor
    adjustment.reason = canonical(reason)[:LONGEST_REASON]
    adjustment.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "reason"])
    _record("withdraw", adjustment, actor, at, reason=adjustment.reason)
    return adjustment


def _check(season: Season, unit_id: int, term: Term, points: float, cause: str, day: datetime.date) -> None:
    """Raises `SelfScoreError`."""
    if not cause:
        raise SelfScoreError({"cause": _("Write the cause.")})
    last = min(season.period.last, season.today)
    if not season.period.first <= day <= last:
        words = _("The day lies between %(first)s and %(last)s.")
        raise SelfScoreError({"day": words % {"first": day_words(season.period.first), "last": day_words(last)}})
    left = term.most_points - all_points_given(season.campaign, season.period.code, unit_id, term.id)
    if not 0 < points <= round(left, 2):
        words = _("At most %(most)s points in all; %(left)s are left for this unit.")
        raise SelfScoreError({"points": words % {"most": number(term.most_points), "left": number(max(0.0, left))}})


def _tell_unit(made: Adjustment, term: Term, season: Season, at: datetime.datetime) -> None:
    address = reverse("movement:adjustment_list", args=[season.campaign.code])
    title = format_lazy(_("{points} points: {name}"), points=_signed(made.signed), name=term.name[:120])
    message = Message(
        topic=ADJUSTED, key=f"{ADJUSTED}:{made.pk}", title=title, address=f"{address}?ky={season.period.code}"
    )
    notify(message, roles.holders(roles.UNIT_STAFF, made.unit_id, on=day_of(at)), at=at)


def _signed(points: float) -> str:
    return f"{'+' if points > 0 else '−'}{number(abs(points))}"


def _record(verb: str, adjustment: Adjustment, actor: User, at: datetime.datetime, *, reason: str) -> None:
    detail = {"code": adjustment.code, "period": adjustment.period, "points": adjustment.signed, "reason": reason}
    action = f"movement.{verb}_adjustment"
    record(action, actor=actor, at=at, subject=adjustment, unit_id=adjustment.unit_id, detail=detail)
