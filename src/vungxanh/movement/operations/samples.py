"""Draws which self-scores are inspected on the spot, once for a period, and writes down what was found there."""

import datetime
import secrets
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.audit.operations import record
from vungxanh.common.formats import day as day_words
from vungxanh.common.vietnamese import canonical
from vungxanh.movement.enums import SampleResult, SelfScoreState
from vungxanh.movement.models import Campaign, SampleItem, ScoreSample, SelfScore
from vungxanh.movement.operations.self_scores import (
    SelfScoreError,
    keep_trail,
    open_season,
    running_season,
    within,
    words_of_score,
)
from vungxanh.movement.permissions import may_appraise, may_draw_sample
from vungxanh.movement.queries.campaigns import block_of
from vungxanh.movement.queries.self_scores import Season, day_of
from vungxanh.movement.rulebook.sampling import Candidate, drawn

LONGEST_REMARK = 500


@dataclass(frozen=True, slots=True)
class Found:
    """What an inspection on the spot found; `points` only where it is DIFFERENT."""

    result: str
    inspected_on: datetime.date
    points: float | None = None
    remark: str = ""


@transaction.atomic
def draw_sample(
    campaign: Campaign, period_code: str, *, actor: User, at: datetime.datetime, seed: str = ""
) -> ScoreSample:
    """Of everything that was sent, once no unit sends any more; drawn before, the same. Without `seed` one is made that
    nobody could foresee. Raises `SelfScoreError`."""
    may_draw_sample(actor, campaign, on=day_of(at)).or_refuse()
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if there := ScoreSample.objects.filter(campaign=campaign, period=period_code).first():
        return there
    season = running_season(campaign, period_code, at=at)
    if season.takes_sending:
        words = _("The sample is drawn once the units have sent, after %(last)s.")
        raise SelfScoreError(words % {"last": day_words(season.rule.send_by(season.period))})
    sent = _sent(season)
    if not sent:
        raise SelfScoreError(_("No unit has sent anything that could be inspected."))
    seed = seed or secrets.token_hex(16)
    sample = ScoreSample.objects.create(
        campaign=campaign,
        period=period_code,
        seed=seed,
        percent=season.rule.sample_percent,
        drawn_from=len(sent),
        drawn_at=at,
        drawn_by=actor,
    )
    chosen = drawn(seed, _by_block(season, sent), season.rule)
    SampleItem.objects.bulk_create(
        SampleItem(sample=sample, self_score=sent[one], block=block, position=number)
        for number, (block, one) in enumerate(chosen, start=1)
    )
    detail = {"period": period_code, "seed": seed, "items": len(chosen)}
    record("movement.draw_sample", actor=actor, at=at, subject=sample, unit_id=campaign.unit_id, detail=detail)
    return sample


@transaction.atomic
def record_inspection(item: SampleItem, found: Found, *, actor: User, at: datetime.datetime) -> SampleItem:
    """Also once more, until the time of appraising is over; the points count only when they are appraised. Raises
    `SelfScoreError`."""
    score = item.self_score
    may_appraise(actor, score, on=day_of(at)).or_refuse()
    season = open_season(score.campaign, score.period, score.unit_id, at=at)
    item = SampleItem.objects.select_related("self_score__campaign").get(pk=item.pk)
    score, remark = item.self_score, canonical(found.remark)[:LONGEST_REMARK]
    if score.state not in (SelfScoreState.SENT, SelfScoreState.APPRAISED):
        raise SelfScoreError(words_of_score(score))
    if found.result not in SampleResult.values:
        raise SelfScoreError({"result": _("Choose what was found.")})
    if not season.period.first <= found.inspected_on <= day_of(at):
        words = _("The day lies between %(first)s and %(last)s.")
        ends = {"first": day_words(season.period.first), "last": day_words(day_of(at))}
        raise SelfScoreError({"inspected_on": words % ends})
    is_different = found.result == SampleResult.DIFFERENT
    if is_different and (found.points is None or not remark):
        raise SelfScoreError({"points": _("Write the points that were found, and what is different.")})
    given = found.points if is_different else score.points
    assert given is not None
    item.result, item.points, item.remark = found.result, within(given, score.most), remark
    item.inspected_on, item.recorded_at, item.recorded_by = found.inspected_on, at, actor
    item.save()
    keep_trail("inspect", score, actor, at, found=item.points, reason=remark or None)
    return item


def _sent(season: Season) -> dict[Candidate, SelfScore]:
    """Everything that was ever sent in the period by units that take part."""
    units = [node.id for node in season.units]
    rows = SelfScore.objects.filter(campaign=season.campaign, period=season.period.code, sent_at__isnull=False)
    chosen = rows.filter(unit__in=units, measure__in=[one.id for one in season.measures]).select_related("unit")
    return {(one.unit.code, one.measure): one for one in chosen}


def _by_block(season: Season, sent: dict[Candidate, SelfScore]) -> dict[str, list[Candidate]]:
    blocks = {node.code: block_of(season.plan, node) for node in season.units}
    found: dict[str, list[Candidate]] = {}
    for unit, measure in sent:
        found.setdefault(blocks[unit], []).append((unit, measure))
    return found
