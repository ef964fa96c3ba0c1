"""Writes down how units score themselves, sends it, reminds of what is due."""

import datetime
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.clock import ZONE
from vungxanh.common.formats import day as day_words
from vungxanh.common.formats import number
from vungxanh.common.vietnamese import canonical_text
from vungxanh.common.workflow import NoSuchMoveError
from vungxanh.movement.enums import SelfScoreState, StandingState
from vungxanh.movement.models import Campaign, EvidenceFile, SelfScore
from vungxanh.movement.operations.campaigns import running_plan
from vungxanh.movement.permissions import may_score, may_send_scores
from vungxanh.movement.queries.campaigns import all_under_way
from vungxanh.movement.queries.self_scores import APPRAISE, Season, all_evidence, day_of, season_of
from vungxanh.movement.queries.standing import standing_row
from vungxanh.movement.rulebook import Measure
from vungxanh.movement.rulebook import self_score_rule as rule_of
from vungxanh.movement.topics import SELF_SCORE_RETURNED, SELF_SCORES_DUE, SELF_SCORES_SENT
from vungxanh.movement.workflow import SELF_SCORE
from vungxanh.notifications.operations import notify, notify_all, settle_all
from vungxanh.notifications.operations.telling import Telling
from vungxanh.notifications.topics import Message
from vungxanh.organization import roles
from vungxanh.organization.models import Unit

LONGEST_EXPLANATION = 3000


class SelfScoreError(ValidationError):
    """Nothing was changed; the text says why."""


@dataclass(frozen=True, slots=True)
class OwnScore:
    """`points` may still be open in a draft."""

    points: float | None
    explanation: str = ""


@transaction.atomic
def write_self_score(
    campaign: Campaign,
    period_code: str,
    measure_id: str,
    unit_id: int,
    told: OwnScore,
    *,
    seen_at: datetime.datetime | None,
    actor: User,
    at: datetime.datetime,
) -> SelfScore:
    """A draft, or one that was returned, changed. `seen_at`: when what was on the page had been written last, None
    where nothing was. The same again changes nothing. Raises `SelfScoreError`."""
    may_score(actor, unit_id, on=day_of(at)).or_refuse()
    season = open_season(campaign, period_code, unit_id, at=at)
    measure = measure_of(season, measure_id)
    points, explanation = _clean(told, measure)
    score = SelfScore.objects.filter(campaign=campaign, period=period_code, measure=measure_id, unit_id=unit_id).first()
    if score and (score.points, score.explanation) == (points, explanation):
        return score
    score = _to_be_written(score, season, measure, unit_id, seen_at)
    score.points, score.explanation, score.most = points, explanation, measure.weight
    score.written_at, score.written_by = at, actor
    score.save()
    keep_trail("write", score, actor, at)
    return score


@transaction.atomic
def send_self_scores(
    campaign: Campaign, period_code: str, unit_id: int, *, actor: User, at: datetime.datetime
) -> list[SelfScore]:
    """All drafts of the unit, and what was returned; the Office is told. Raises `SelfScoreError` with everything that
    is missing, and then none is sent."""
    may_send_scores(actor, unit_id, on=day_of(at)).or_refuse()
    season = open_season(campaign, period_code, unit_id, at=at)
    states = [SelfScoreState.RETURNED, *([SelfScoreState.DRAFT] if season.takes_sending else [])]
    measures = {one.id: one for one in season.measures}
    rows = SelfScore.objects.filter(campaign=campaign, period=period_code, unit_id=unit_id, measure__in=measures)
    waiting = list(rows.filter(state__in=states).order_by("measure"))
    if not waiting:
        raise SelfScoreError(_("There is nothing to send.") if season.takes_sending else late_words(season))
    evidence = all_evidence([one.pk for one in waiting])
    if faults := [str(words) for one in waiting for words in _missing(one, measures[one.measure], season, evidence)]:
        raise SelfScoreError(faults)
    for one in waiting:
        one.state, one.sent_at, one.sent_by = SELF_SCORE.find(one.state, "send").end, at, actor
        one.most = measures[one.measure].weight
        one.save(update_fields=["state", "sent_at", "sent_by", "most"])
        keep_trail("send", one, actor, at)
    _tell_office(season, unit_id, actor, at)
    return waiting


def open_season(campaign: Campaign, period_code: str, unit_id: int, *, at: datetime.datetime) -> Season:
    """Two who write for one unit wait for each other. Raises `SelfScoreError` where the unit takes no part in the
    period, or nothing of it changes any more."""
    Unit.objects.select_for_update(no_key=True).get(pk=unit_id)
    season = running_season(campaign, period_code, at=at)
    if unit_id not in {node.id for node in season.units}:
        raise SelfScoreError(_("This unit does not take part in the movement by itself."))
    return season


def running_season(campaign: Campaign, period_code: str, *, at: datetime.datetime) -> Season:
    """Raises `SelfScoreError`."""
    period = running_plan(campaign, SelfScoreError).period_named(period_code)
    if period is None:
        raise SelfScoreError(_("The plan has no such period."))
    season = season_of(campaign, period, day_of(at))
    if not season.has_begun:
        raise SelfScoreError(_("%(period)s has not begun.") % {"period": period.name})
    # Whoever freezes holds the same row of the campaign.
    held = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    row = standing_row(held, period)
    if row and row.state == StandingState.FROZEN:
        words = _("%(period)s: the scores are frozen; nothing is changed any more.")
        raise SelfScoreError(words % {"period": period.name})
    if not season.takes_changes(row):
        words = _("%(period)s: after %(last)s nothing is changed any more.")
        raise SelfScoreError(words % {"period": period.name, "last": day_words(season.rule.appraise_by(period))})
    return season


def measure_of(season: Season, measure_id: str) -> Measure:
    found = next((one for one in season.measures if one.id == measure_id), None)
    if found is None:
        raise SelfScoreError(_("The unit does not score itself in this measure."))
    return found


def late_words(season: Season) -> str:
    words = _("%(period)s: units sent their scores until %(last)s.")
    return words % {"period": season.period.name, "last": day_words(season.rule.send_by(season.period))}


def within(points: float, most: float) -> float:
    """Rounded to two decimals. Raises `SelfScoreError`."""
    if not 0 <= points <= most:
        raise SelfScoreError({"points": _("From 0 to %(most)s points.") % {"most": number(most)}})
    return round(points, 2)


def words_of_score(score: SelfScore) -> str:
    """Why something that its state does not allow is not done."""
    state = SelfScoreState(score.state).label
    return _("The self-score stands otherwise by now: %(state)s.") % {"state": state}


def address_of(score: SelfScore) -> str:
    address = reverse("movement:self_score_page", args=[score.campaign.code, score.unit.code, score.measure])
    return f"{address}?ky={score.period}"


def keep_trail(verb: str, score: SelfScore, actor: User, at: datetime.datetime, **more: object) -> None:
    detail = {"period": score.period, "measure": score.measure, "points": score.points, **more}
    action = f"movement.{verb}_self_score"
    record(action, actor=actor, at=at, subject=score, unit_id=score.unit_id, detail=detail)


def sent_key(campaign_id: int, period_code: str, unit_id: int) -> str:
    """How the causes begin by which the Office is told that a unit has sent."""
    return f"{SELF_SCORES_SENT}:{campaign_id}:{period_code}:{unit_id}:"


def returned_key(campaign_id: int, period_code: str, unit_id: int) -> str:
    """How the causes begin by which a unit is told that something was returned."""
    return f"{SELF_SCORE_RETURNED}:{campaign_id}:{period_code}:{unit_id}:"


def due_key(campaign_id: int, period_code: str, unit_id: int) -> str:
    """How the causes begin by which a unit, or the Office by the agency, is reminded; a day follows."""
    return f"{SELF_SCORES_DUE}:{campaign_id}:{period_code}:{unit_id}:"


def remind_of_self_scores(*, at: datetime.datetime) -> int:
    """On the days of the rule: units that have not sent everything, and the Office while something waits for it.
    Returns how many were told anew."""
    local = at.astimezone(ZONE)
    tellings: list[Telling] = []
    for campaign, plan in all_under_way(at):
        for period in plan.period if plan.self_scored else ():
            rule, today = rule_of(period), local.date()
            before = {(last - today).days for last in (rule.send_by(period), rule.appraise_by(period))}
            if local.time() >= rule.remind_at and before & set(rule.remind_days_before):
                tellings += _reminders(season_of(campaign, period, today))
    return notify_all(tellings, at=at)


def _reminders(season: Season) -> list[Telling]:
    campaign, period, today = season.campaign, season.period, season.today
    send_by, appraise_by = season.rule.send_by(period), season.rule.appraise_by(period)
    rows = SelfScore.objects.filter(campaign=campaign, period=period.code)
    sent = rows.filter(state__in=[SelfScoreState.SENT, SelfScoreState.APPRAISED])
    counted = Counter(sent.values_list("unit_id", flat=True))
    tellings: list[Telling] = []
    if (send_by - today).days in season.rule.remind_days_before:
        owing = [node for node in season.units if counted[node.id] < len(season.measures)]
        staff = roles.all_holders(roles.UNIT_STAFF, [node.id for node in owing], on=today)
        for node in owing:
            words = _("Score yourselves by {day}: {period}")
            address = reverse("movement:self_score_unit", args=[campaign.code, node.code])
            tellings.append((_due(season, words, send_by, node.id, address), staff[node.id]))
    waiting = sent.filter(state=SelfScoreState.SENT).exists()
    if waiting and (appraise_by - today).days in season.rule.remind_days_before:
        words = _("Self-scores wait to be appraised by {day}: {period}")
        address = reverse("movement:self_score_list", args=[campaign.code])
        office = roles.holders(APPRAISE, campaign.unit_id, on=today)
        tellings.append((_due(season, words, appraise_by, campaign.unit_id, address), office))
    return tellings


def _due(season: Season, words: Promise, last: datetime.date, unit_id: int, address: str) -> Message:
    return Message(
        topic=SELF_SCORES_DUE,
        key=f"{due_key(season.campaign.pk, season.period.code, unit_id)}{season.today}",
        title=format_lazy(words, day=day_words(last), period=season.period.name[:120]),
        address=f"{address}?ky={season.period.code}",
    )


def _tell_office(season: Season, unit_id: int, actor: User, at: datetime.datetime) -> None:
    """And what asked the unit for it is settled."""
    node = next(one for one in season.units if one.id == unit_id)
    address = reverse("movement:self_score_unit", args=[season.campaign.code, node.code])
    message = Message(
        topic=SELF_SCORES_SENT,
        key=f"{sent_key(season.campaign.pk, season.period.code, unit_id)}{at:%Y%m%d%H%M%S}",
        title=format_lazy(
            _("{unit} has scored itself: {period}"), unit=node.short_name, period=season.period.name[:120]
        ),
        address=f"{address}?ky={season.period.code}",
    )
    office = set(roles.holders(APPRAISE, season.campaign.unit_id, on=day_of(at)))
    notify(message, office - {actor}, at=at)
    settle_all(SELF_SCORES_DUE, due_key(season.campaign.pk, season.period.code, unit_id), at=at)
    settle_all(SELF_SCORE_RETURNED, returned_key(season.campaign.pk, season.period.code, unit_id), at=at)


def _clean(told: OwnScore, measure: Measure) -> tuple[float | None, str]:
    explanation = canonical_text(told.explanation)
    if len(explanation) > LONGEST_EXPLANATION:
        words = _("At most %(count)d characters.")
        raise SelfScoreError({"explanation": words % {"count": LONGEST_EXPLANATION}})
    return (None if told.points is None else within(told.points, measure.weight)), explanation


def _to_be_written(
    score: SelfScore | None, season: Season, measure: Measure, unit_id: int, seen_at: datetime.datetime | None
) -> SelfScore:
    if score is None:
        if not season.takes_sending:
            raise SelfScoreError(late_words(season))
        start = SELF_SCORE.find("", "write").end
        return SelfScore(
            campaign=season.campaign, period=season.period.code, measure=measure.id, unit_id=unit_id, state=start
        )
    try:
        score.state = SELF_SCORE.find(score.state, "write").end
    except NoSuchMoveError as error:
        raise SelfScoreError(words_of_score(score)) from error
    if score.state == SelfScoreState.DRAFT and not season.takes_sending:
        raise SelfScoreError(late_words(season))
    if seen_at != score.written_at:
        raise SelfScoreError(_("Somebody else changed this meanwhile. Look at it in another window, then keep yours."))
    return score


def _missing(
    score: SelfScore, measure: Measure, season: Season, evidence: Mapping[object, list[EvidenceFile]]
) -> list[object]:
    """Why it cannot be sent yet."""
    named = {"measure": f"{measure.id}. {measure.name}", "most": number(measure.weight)}
    if score.points is None:
        return [_("%(measure)s: write the points, 0 if there is nothing to score.") % named]
    if score.points > measure.weight:
        return [_("%(measure)s: at most %(most)s points.") % named]
    if score.points > 0 and season.rule.needs_evidence and not evidence.get(score.pk):
        return [_("%(measure)s: points above 0 need evidence.") % named]
    return []
