"""Scorecards: what each unit that takes part has reached in a period, from what the modules count."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from vungxanh.accounts.models import User
from vungxanh.common.clock import ZONE
from vungxanh.common.indicators import Asked, Measured, Records, find
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import block_of, participants, plan_of_period
from vungxanh.movement.queries.self_scores import READ_ALL, Adjusted, SelfScored, all_adjusted, all_self_scored
from vungxanh.movement.queries.targets import all_own_measures
from vungxanh.movement.rulebook import CampaignFile, Criterion, Measure, Period, ScoringRule, scoring_on, term_of
from vungxanh.organization import roles
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

SEE_SCORES = READ_ALL
"""They see every unit's; those who speak for a unit see its own alone, since a ranking is shown to them first."""
SCORES_FOR = _("Scores are seen by those who speak for a unit, the Office, Personnel, the council and the leaders.")
ALL_SCORES_FOR = _("The scores of all units are seen by the Office, Personnel, the council and the leaders.")
MEASURED, NOTHING_DUE, NOT_BUILT, NOT_SCORED = "MEASURED", "NOTHING_DUE", "NOT_BUILT", "NOT_SCORED"
PROVISIONAL, APPRAISED = "PROVISIONAL", "APPRAISED"


@dataclass(frozen=True, slots=True)
class Line:
    """A measure of one unit. `state`: MEASURED, NOTHING_DUE, NOT_BUILT (nobody counts it yet), and of what is left to
    the unit NOT_SCORED, PROVISIONAL (sent, counts nothing yet) or APPRAISED. `points` only where it counts;
    `self_points`: by the unit, `difference`: why others were given."""

    measure: Measure
    state: str
    measured: Measured | None = None
    points: float = 0.0
    self_points: float | None = None
    difference: str = ""

    @property
    def counts(self) -> bool:
        return self.state in (MEASURED, APPRAISED)

    @property
    def ratio(self) -> float | None:
        return self.measured.part / self.measured.whole if self.measured else None


@dataclass(frozen=True, slots=True)
class Scorecard:
    """`most`: the points of the measures that count. `total` is `points` carried on to the whole of the plan, then the
    adjustments added, not below 0; None where nothing counts. `rank` within the block, equal where nothing tells two
    units apart."""

    unit: UnitNode
    block: str
    lines: Sequence[Line]
    points: float
    most: float
    total: float | None
    rank: int | None = None
    adjustments: Sequence[Adjusted] = ()

    @property
    def adjusted(self) -> float:
        """Bonus and penalty points together."""
        return sum(one.points for one in self.adjustments)

    @property
    def lost(self) -> list[tuple[Line, float]]:
        """Where points are missing, most of them first."""
        found = [(line, line.measure.weight - line.points) for line in self.lines if line.counts]
        return sorted((one for one in found if one[1] > 0), key=lambda one: -one[1])

    def line_of(self, measure_id: str) -> Line:
        return next(line for line in self.lines if line.measure.id == measure_id)


@dataclass(slots=True)
class Scored:
    """A period as it stands at a moment, with what was asked, so that records are found by the same question."""

    period: Period
    plan: CampaignFile
    cards: list[Scorecard]
    asked: Asked

    def card_of(self, unit_id: int) -> Scorecard | None:
        return next((one for one in self.cards if one.unit.id == unit_id), None)

    def has_own_target(self, line: Line) -> bool:
        """Whether the unit has another target than the plan."""
        planned = self.plan.measures.get(line.measure.id)
        return planned is not None and planned.target != line.measure.target


def period_shown(plan: CampaignFile, code: str, today: datetime.date) -> Period:
    """The period with that code, else the one of today, else the last that has begun, else the first."""
    named = next((one for one in plan.period if one.code == code), None)
    begun = [one for one in plan.period if one.first <= today]
    return named or plan.period_of(today) or (begun or list(plan.period))[-1 if begun else 0]


def scored(
    campaign: Campaign,
    period: Period,
    *,
    at: datetime.datetime,
    days: tuple[datetime.date, datetime.date] | None = None,
) -> Scored:
    """Every unit's scorecard, best first within each block; each indicator is asked once for all units. Of a period
    that is over by the edition and the units of its end; of a campaign that has ended by those of that day.
    `days`: only what was counted from the first to the second of them, judged as the whole period is."""
    day = campaign.last_known(at.astimezone(ZONE).date())
    plan, tree = plan_of_period(campaign, period, day), all_tree_on(min(day, period.last))
    taking_part = participants(plan, campaign.unit_id, tree)
    members = {node.id: [below.id for below in tree.below(node.id)] for node in taking_part}
    first, last = days or (period.first, period.last)
    asked = Asked(first, min(last, day), at, members, about=campaign.code)
    found = _measured(plan, asked)
    rule = scoring_on(min(day, period.last))
    scored_by_units = all_self_scored(campaign, period.code, at=at)
    adjusted = all_adjusted(campaign, period.code, plan, at=at)
    own = all_own_measures(campaign, plan, period, at=at)
    cards = [
        _card(plan, node, found, rule, own, self_scored=scored_by_units, adjustments=adjusted.get(node.id, ()))
        for node in taking_part
    ]
    return Scored(period, plan, _ranked(plan, cards), asked)


def records_of(scored_period: Scored, measure: Measure, unit_id: int) -> Records | None:
    """The records behind one figure; None where nobody counts it."""
    indicator = find(measure.indicator)
    return indicator.records(scored_period.asked, unit_id) if indicator else None


def card_units_visible_to(
    viewer: User, campaign: Campaign, units: Sequence[UnitNode], tree: Tree, *, on: datetime.date
) -> set[int]:
    """Ids of those of the units whose scorecard the viewer may read."""
    if sees_all_scores(viewer, campaign, tree, on=on):
        return {node.id for node in units}
    own = roles.unit_ids_where(viewer, roles.UNIT_STAFF, on=on, tree=tree)
    return {node.id for node in units if node.id in own}


def sees_all_scores(viewer: User, campaign: Campaign, tree: Tree, *, on: datetime.date) -> bool:
    return campaign.unit_id in roles.unit_ids_where(viewer, SEE_SCORES, on=on, tree=tree)


def by_criterion(plan: CampaignFile, card: Scorecard) -> list[tuple[Criterion, list[Line], float, float]]:
    """Each criterion with its lines, the points that it brought and those that it could bring."""
    lines = {line.measure.id: line for line in card.lines}
    found = []
    for criterion in plan.criterion:
        own = [lines[one.id] for one in criterion.measure]
        counted = [line for line in own if line.counts]
        found.append(
            (criterion, own, sum(line.points for line in counted), sum(line.measure.weight for line in counted))
        )
    return found


def _measured(plan: CampaignFile, asked: Asked) -> Mapping[str, Mapping[int, Measured] | None]:
    """By code of the indicator; None where nobody counts it."""
    codes = {one.indicator for one in plan.measures.values() if one.kind == "MEASURED"}
    has_begun = asked.until >= asked.first
    return {
        code: (indicator.measure(asked) if has_begun else {}) if (indicator := find(code)) else None for code in codes
    }


def _card(
    plan: CampaignFile,
    node: UnitNode,
    found: Mapping[str, Mapping[int, Measured] | None],
    rule: ScoringRule,
    own: Mapping[tuple[int, str], Measure],
    *,
    self_scored: Mapping[tuple[int, str], SelfScored],
    adjustments: Sequence[Adjusted],
) -> Scorecard:
    """`own`: by unit and measure, the measure with the unit's own target."""
    lines = [
        _self_scored_line(measure, self_scored.get((node.id, measure.id)))
        if measure.kind == "SELF_SCORED"
        else _line(measure, node.id, found, rule)
        for measure in (own.get((node.id, one.id), one) for one in plan.measures.values())
    ]
    points = round(sum(line.points for line in lines if line.counts), rule.decimals)
    most = sum(line.measure.weight for line in lines if line.counts)
    carried_on = points / most * plan.total_points + sum(one.points for one in adjustments) if most else None
    total = None if carried_on is None else round(max(0.0, carried_on), rule.decimals)
    return Scorecard(node, block_of(plan, node), lines, points, most, total, adjustments=adjustments)


def _self_scored_line(measure: Measure, scored: SelfScored | None) -> Line:
    if scored is None:
        return Line(measure, NOT_SCORED)
    if scored.appraised is None:
        return Line(measure, PROVISIONAL, self_points=scored.points)
    points = min(scored.appraised, measure.weight)
    return Line(measure, APPRAISED, points=points, self_points=scored.points, difference=scored.difference)


def _line(
    measure: Measure, unit_id: int, found: Mapping[str, Mapping[int, Measured] | None], rule: ScoringRule
) -> Line:
    counted = found[measure.indicator]
    if counted is None:
        return Line(measure, NOT_BUILT)
    measured = counted.get(unit_id)
    if measured is None or not measured.whole:
        return Line(measure, NOTHING_DUE)
    term = term_of(measure.indicator)
    assert measure.target is not None
    value = measured.part if term and term.unit == "COUNT" else measured.part / measured.whole * 100
    share = rule.reached(value, measure.target, is_better_low=bool(term and term.better == "LOWER"))
    return Line(measure, MEASURED, measured, round(measure.weight * share, rule.decimals))


def _ranked(plan: CampaignFile, cards: Sequence[Scorecard]) -> list[Scorecard]:
    """In the order of the blocks; best first, by the measures of `tie_break` where the points are equal. A unit of
    which nothing counts stands last, without a rank."""
    order = {one.code: at for at, one in enumerate(plan.block)}

    def key(card: Scorecard) -> tuple[float, ...]:
        told_apart = (-card.line_of(one).points for one in plan.tie_break)
        return (-(card.total if card.total is not None else -1.0), *told_apart)

    found: list[Scorecard] = []
    arranged = sorted(cards, key=lambda card: (order.get(card.block, len(order)), card.block))
    for _block, group in groupby(arranged, key=lambda card: card.block):
        within = sorted(group, key=key)
        rank, before = 0, None
        for place, card in enumerate(within, start=1):
            if key(card) != before:
                rank, before = place, key(card)
            found.append(replace(card, rank=rank if card.total is not None else None))
    return found
