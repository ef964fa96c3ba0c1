"""Returns and appraises what units scored themselves; asks others to check it, and writes down what they found."""

import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.vietnamese import canonical
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import SelfScoreState
from vungxanh.movement.models import CrossCheck, SelfScore
from vungxanh.movement.operations.self_scores import (
    SelfScoreError,
    address_of,
    due_key,
    keep_trail,
    measure_of,
    open_season,
    returned_key,
    sent_key,
    within,
    words_of_score,
)
from vungxanh.movement.permissions import may_appraise, may_check
from vungxanh.movement.queries.self_scores import APPRAISE, Season, day_of
from vungxanh.movement.topics import (
    CHECK_ASKED,
    SELF_SCORE_APPRAISED,
    SELF_SCORE_RETURNED,
    SELF_SCORES_DUE,
    SELF_SCORES_SENT,
)
from vungxanh.movement.workflow import SELF_SCORE
from vungxanh.notifications.operations import notify, settle, settle_all
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import Unit

LONGEST_REASON, LONGEST_DIFFERENCE = 300, 500


@transaction.atomic
def return_self_score(score: SelfScore, reason: str, *, actor: User, at: datetime.datetime) -> SelfScore:
    """The unit adds to it and sends it again, also once the time of sending is over. Raises `SelfScoreError`."""
    score, season = _locked(score, "return", actor, at)
    if not canonical(reason):
        raise SelfScoreError({"reason": _("Say what is to be added or changed.")})
    score.state, score.reason = SELF_SCORE.find(score.state, "return").end, canonical(reason)[:LONGEST_REASON]
    score.save(update_fields=["state", "reason"])
    keep_trail("return", score, actor, at, reason=score.reason)
    words = _("Returned: {measure}")
    key = f"{returned_key(score.campaign_id, score.period, score.unit_id)}{score.measure[:20]}:{at:%Y%m%d%H%M%S}"
    _tell_unit(SELF_SCORE_RETURNED, key, words, score, season, at)
    _settle_sent(score, at)
    return score


@transaction.atomic
def appraise_self_score(
    score: SelfScore, points: float, difference: str, *, actor: User, at: datetime.datetime
) -> SelfScore:
    """The last word, until the time of appraising is over; where the points are others than those of the unit,
    `difference` says why. The same again changes nothing. Raises `SelfScoreError`."""
    score, season = _locked(score, "appraise", actor, at)
    points = within(points, measure_of(season, score.measure).weight)
    difference = canonical(difference)[:LONGEST_DIFFERENCE]
    if points != score.points and not difference:
        raise SelfScoreError({"difference": _("Say why the points are others than those of the unit.")})
    if score.state == SelfScoreState.APPRAISED and (score.appraised_points, score.difference) == (points, difference):
        return score
    before = score.appraised_points
    score.state = SELF_SCORE.find(score.state, "appraise").end
    score.appraised_points, score.difference, score.appraised_at, score.appraised_by = points, difference, at, actor
    score.save(update_fields=["state", "appraised_points", "difference", "appraised_at", "appraised_by"])
    keep_trail("appraise", score, actor, at, now=points, was=before, reason=difference or None)
    words = _("Appraised: {measure}")
    key = f"{SELF_SCORE_APPRAISED}:{score.pk}:{at:%Y%m%d%H%M%S}"
    _tell_unit(SELF_SCORE_APPRAISED, key, words, score, season, at)
    _settle_sent(score, at)
    return score


@transaction.atomic
def ask_check(score: SelfScore, unit_id: int, *, actor: User, at: datetime.datetime) -> CrossCheck:
    """Of another unit that takes part, or by the agency itself of the Office; once each. Raises `SelfScoreError`."""
    score, season = _locked(score, "return", actor, at)
    if unit_id == score.unit_id:
        raise SelfScoreError({"unit": _("A unit does not check itself.")})
    if unit_id not in {node.id for node in season.units} | {score.campaign.unit_id}:
        raise SelfScoreError({"unit": _("Choose a unit that takes part in the movement.")})
    made = {"asked_at": at, "asked_by": actor}
    check, is_new = CrossCheck.objects.get_or_create(self_score=score, unit_id=unit_id, defaults=made)
    if is_new:
        unit = Unit.objects.get(pk=unit_id)
        keep_trail("ask_check_of", score, actor, at, to=unit.code)
        is_office = unit_id == score.campaign.unit_id
        asked = roles.holders(APPRAISE if is_office else roles.UNIT_STAFF, unit_id, on=day_of(at))
        words = _("Asked to check: {unit}, {measure}")
        title = format_lazy(words, unit=score.unit.code, measure=_named(score, season))
        message = Message(topic=CHECK_ASKED, key=_check_key(check), title=title, address=address_of(score))
        notify(message, set(asked) - {actor}, at=at)
    return check


@transaction.atomic
def answer_check(
    check: CrossCheck, points: float, difference: str, *, actor: User, at: datetime.datetime
) -> CrossCheck:
    """What those found who were asked; once. Raises `SelfScoreError`."""
    may_check(actor, check, on=day_of(at)).or_refuse()
    season = open_season(check.self_score.campaign, check.self_score.period, check.self_score.unit_id, at=at)
    check = CrossCheck.objects.select_related("self_score__campaign", "unit").get(pk=check.pk)
    score = check.self_score
    points = within(points, measure_of(season, score.measure).weight)
    difference = canonical(difference)[:LONGEST_DIFFERENCE]
    if check.checked_at:
        if (check.points, check.difference) == (points, difference):
            return check
        raise SelfScoreError(_("This check was answered before."))
    if score.state != SelfScoreState.SENT:
        raise SelfScoreError(words_of_score(score))
    if points != score.points and not difference:
        raise SelfScoreError({"difference": _("Say why the points are others than those of the unit.")})
    check.points, check.difference, check.checked_at, check.checked_by = points, difference, at, actor
    check.save(update_fields=["points", "difference", "checked_at", "checked_by"])
    keep_trail("check", score, actor, at, found=points, by=check.unit.code, reason=difference or None)
    settle([_check_key(check)], at=at)
    return check


def _locked(score: SelfScore, verb: str, actor: User, at: datetime.datetime) -> tuple[SelfScore, Season]:
    """As it stands once nobody else changes it. Raises `SelfScoreError`."""
    may_appraise(actor, score, on=day_of(at)).or_refuse()
    season = open_season(score.campaign, score.period, score.unit_id, at=at)
    score = SelfScore.objects.select_related("campaign", "unit").get(pk=score.pk)
    try:
        SELF_SCORE.find(score.state, verb)
    except NoSuchMoveError as error:
        raise SelfScoreError(words_of_score(score)) from error
    return score, season


def _tell_unit(topic: str, key: str, words: Promise, score: SelfScore, season: Season, at: datetime.datetime) -> None:
    title = format_lazy(words, measure=_named(score, season))
    message = Message(topic=topic, key=key, title=title, address=address_of(score))
    notify(message, roles.holders(roles.UNIT_STAFF, score.unit_id, on=day_of(at)), at=at)


def _named(score: SelfScore, season: Season) -> str:
    return f"{score.measure}. {measure_of(season, score.measure).name}"[:120]


def _settle_sent(score: SelfScore, at: datetime.datetime) -> None:
    """Once nothing of the unit waits any more, or nothing at all, nobody is asked to look at it."""
    waiting = SelfScore.objects.filter(campaign=score.campaign, period=score.period, state=SelfScoreState.SENT)
    if not waiting.filter(unit_id=score.unit_id).exists():
        settle_all(SELF_SCORES_SENT, sent_key(score.campaign_id, score.period, score.unit_id), at=at)
    if not waiting.exists():
        settle_all(SELF_SCORES_DUE, due_key(score.campaign_id, score.period, score.campaign.unit_id), at=at)


def _check_key(check: CrossCheck) -> str:
    return f"{CHECK_ASKED}:{check.pk}"
