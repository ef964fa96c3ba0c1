"""Everything that a review says, counted at one moment: by the indicators of the plan, launches, pledges, points."""

import datetime
from collections.abc import Mapping, Sequence

from vungxanh.common.clock import ZONE
from vungxanh.common.indicators import Asked, Measured, find
from vungxanh.movement.enums import PledgeKind, PledgeState
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import participants
from vungxanh.movement.queries.launches import LaunchLine, all_launch_lines, staff_posts
from vungxanh.movement.queries.scores import NOT_BUILT, NOT_SCORED, Line, Scorecard, Scored
from vungxanh.movement.queries.standing import standing
from vungxanh.movement.rulebook import CampaignFile, Measure, place_of
from vungxanh.organization.queries.front_line import all_front_line_days
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.reviews.figures import (
    Card,
    CardLine,
    Figures,
    Launched,
    Reached,
    Serving,
    Share,
    UnitShares,
)
from vungxanh.reviews.queries.due import DueReport


def all_figures(due: DueReport, *, at: datetime.datetime) -> Figures:
    """Of the units that take part at the end of what is looked at, or now; each indicator is asked once a period."""
    campaign, day = due.campaign, due.campaign.last_known(at.astimezone(ZONE).date())
    last = min(due.last, day)
    tree = all_tree_on(last)
    before = due.period_before
    now = standing(campaign, due.period, at=at).scored
    then = standing(campaign, before, at=at).scored if before else None
    plan, codes = now.plan, indicators_of(now.plan)
    taking_part = participants(plan, campaign.unit_id, tree)
    lines = all_launch_lines(campaign, plan, tree, on=day)
    shares = _shares(campaign, codes, taking_part, tree, (due.first, last), at)
    # What looks at more than one period is no equal of the one before.
    compared = before if before and due.first == due.period.first else None
    earlier = _shares(campaign, codes, taking_part, tree, (compared.first, compared.last), at) if compared else {}
    return Figures(
        campaign=campaign.code,
        report=due.code,
        kind=due.kind.value,
        period=due.period.name,
        period_before=before.name if before else "",
        first=due.first,
        last=last,
        at=at,
        units=tuple(UnitShares(name=node.short_name, shares=shares.get(node.id, {})) for node in taking_part),
        agency=shares.get(campaign.unit_id, {}),
        before=earlier.get(campaign.unit_id, {}),
        launches=tuple(_launched(one, plan, day) for one in lines if not one.is_gone),
        groups_pledged=campaign.pledges.filter(kind=PledgeKind.GROUP, state=PledgeState.CONFIRMED).count(),
        total_points=plan.total_points,
        blocks=tuple(one.name for one in plan.block),
        cards=tuple(_cards(now, then)),
        reached=tuple(_reached(now, then)),
        front_line=_serving(taking_part, tree, due.first, last),
        not_measured=tuple(one.name for one in plan.measures.values() if _stands(one, now, NOT_BUILT)),
        not_scored=tuple(one.name for one in plan.measures.values() if _stands(one, now, NOT_SCORED)),
    )


def indicators_of(plan: CampaignFile) -> list[str]:
    """What the measures of the plan count, and what is counted where its clauses are carried out."""
    found = {one.indicator for one in plan.measures.values() if one.kind == "MEASURED"}
    for clause in plan.clauses.values():
        found.update(code for place in clause.carried_out_by for code in place_of(place).indicators)
    return sorted(found)


def _shares(
    campaign: Campaign,
    codes: Sequence[str],
    taking_part: Sequence[UnitNode],
    tree: Tree,
    span: tuple[datetime.date, datetime.date],
    at: datetime.datetime,
) -> dict[int, dict[str, Share]]:
    """By id of a unit that takes part, and of the agency for all of them together; then by code of the indicator."""
    first, last = span
    members = {node.id: [below.id for below in tree.below(node.id)] for node in taking_part}
    members[campaign.unit_id] = [unit for units in members.values() for unit in units]
    asked = Asked(first, last, at, members, about=campaign.code)
    found: dict[int, dict[str, Share]] = {}
    for code in codes:
        if (indicator := find(code)) and last >= first:
            for unit, measured in indicator.measure(asked).items():
                found.setdefault(unit, {})[code] = _share(measured)
    return found


def _share(measured: Measured) -> Share:
    return Share(part=measured.part, whole=measured.whole)


def _launched(line: LaunchLine, plan: CampaignFile, today: datetime.date) -> Launched:
    return Launched(
        unit=line.unit.short_name,
        state=line.state(plan.launch_by, today),
        on=line.launch.launched_on if line.launch else None,
        form=line.launch.form if line.launch else "",
        present=line.launch.present if line.launch else 0,
        own_criteria=line.own_criteria,
        has_pledged=line.has_pledged,
        pledged=line.pledged,
        people=line.people,
    )


def _cards(now: Scored, then: Scored | None) -> list[Card]:
    names = {one.code: one.name for one in now.plan.block}
    earlier = {card.unit.id: card.total for card in then.cards} if then else {}
    return [
        Card(
            unit=card.unit.short_name,
            block=names.get(card.block, ""),
            total=card.total,
            before=earlier.get(card.unit.id),
            rank=card.rank,
            lines=tuple(map(_card_line, card.lines)),
        )
        for card in now.cards
    ]


def _card_line(line: Line) -> CardLine:
    return CardLine(
        id=line.measure.id,
        name=line.measure.name,
        most=line.measure.weight,
        is_measured=line.measure.kind == "MEASURED",
        state=line.state,
        share=_share(line.measured) if line.measured else None,
        self_points=line.self_points,
        points=line.points if line.counts else None,
        reason=line.difference,
    )


def _reached(now: Scored, then: Scored | None) -> list[Reached]:
    """Of the measures that count for somebody, in the order of the plan."""
    ratios, earlier = _ratios(now.cards), _ratios(then.cards) if then else {}
    return [
        Reached(id=key, name=one.name, weight=one.weight, ratio=ratios[key], before=earlier.get(key))
        for key, one in now.plan.measures.items()
        if key in ratios
    ]


def _ratios(cards: Sequence[Scorecard]) -> Mapping[str, float]:
    points: dict[str, float] = {}
    most: dict[str, float] = {}
    for card in cards:
        for line in card.lines:
            if line.counts:
                key = line.measure.id
                points[key] = points.get(key, 0.0) + line.points
                most[key] = most.get(key, 0.0) + line.measure.weight
    return {key: round(points[key] / most[key], 6) for key in points if most[key]}


def _serving(taking_part: Sequence[UnitNode], tree: Tree, first: datetime.date, last: datetime.date) -> Serving:
    """Of those who work in these units on the last day."""
    units = [below.id for node in taking_part for below in tree.below(node.id)]
    staff = set(staff_posts(units, on=last).values_list("person_id", flat=True))
    days = all_front_line_days(first, last) if last >= first else {}
    own = [found for person, found in days.items() if person in staff]
    return Serving(people=len(own), days=sum(one.served for one in own), confirmed=sum(one.confirmed for one in own))


def _stands(measure: Measure, scored_period: Scored, state: str) -> bool:
    """Of every unit."""
    states = {card.line_of(measure.id).state for card in scored_period.cards}
    return states == {state}
