"""Campaigns: which there are, what one holds, how the units launched it."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Query, Router
from pydantic import BaseModel

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem
from vungxanh.api.schemas import Code, Page, PageWish, page_of
from vungxanh.common import clock
from vungxanh.common.indicators import find
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import launches as launches_read
from vungxanh.movement.queries import scores as scores_read
from vungxanh.movement.queries import standing as standing_read
from vungxanh.movement.queries.self_scores import Adjusted
from vungxanh.organization.tree import all_tree_on

router = Router(tags=["campaigns"])
REFUSALS = dict.fromkeys((400, 401, 403, 404, 422), Problem)


class CampaignOut(BaseModel):
    """`state`: DRAFT, RUNNING, CLOSED or WITHDRAWN. `agency`: the code of the unit that runs it."""

    code: str
    title: str
    agency: str
    state: str


class MeasureOut(BaseModel):
    """`is_measured`: whether the system counts it by now; one that is scored by the unit has no indicator."""

    id: str
    name: str
    kind: str
    weight: float
    indicator: str | None
    target: float | None
    is_measured: bool


class CriterionOut(BaseModel):
    id: str
    name: str
    clause: str
    weight: float
    measures: list[MeasureOut]


class PeriodOut(BaseModel):
    code: str
    name: str
    first: datetime.date
    last: datetime.date


class CampaignWholeOut(CampaignOut):
    """By the newest edition of its file."""

    edition: int
    starts_on: datetime.date
    ends_on: datetime.date | None
    launch_by: datetime.date
    criteria: list[CriterionOut]
    periods: list[PeriodOut]


class LaunchOut(BaseModel):
    """`state`: LAUNCHED, LATE, PENDING or OVERDUE. `pledged` of `people` who work there have pledged."""

    unit: str
    state: str
    launched_on: datetime.date | None
    present: int | None
    own_criteria: int
    has_pledged: bool
    pledged: int
    people: int


class ScoreWish(PageWish):
    """`period`: the code of one; the one of today unless given."""

    period: Code = ""


class ScoreLineOut(BaseModel):
    """`state`: MEASURED, NOTHING_DUE, NOT_BUILT, NOT_SCORED, PROVISIONAL or APPRAISED; `done` of `due` where it is
    measured, `points` where it counts. `self_score`: by the unit; `difference`: why it was appraised otherwise.
    `has_own_target`: `target` is the unit's own and not that of the plan."""

    measure: str
    state: str
    done: int | None
    due: int | None
    target: float | None
    has_own_target: bool
    weight: float
    points: float | None
    self_score: float | None
    difference: str


class AdjustmentOut(BaseModel):
    """A bonus, or a penalty below 0."""

    code: str
    name: str
    points: float
    cause: str
    day: datetime.date


class ScorecardOut(BaseModel):
    """`points` of the `most` that count so far; `total`: carried on to the whole of the plan, with the adjustments.
    `rank` within the block, for those who see all units, and once the scores are frozen for all who read the card.
    `standing`: OPEN, SHOWN or FROZEN, then with `frozen_at` and the `sha256` of the kept snapshot."""

    unit: str
    block: str
    period: str
    points: float
    most: float
    total: float | None
    rank: int | None
    standing: str
    frozen_at: datetime.datetime | None
    sha256: str | None
    lines: list[ScoreLineOut]
    adjustments: list[AdjustmentOut]


@router.get("/campaigns", response={200: Page[CampaignOut], **REFUSALS})
def list_campaigns(request: HttpRequest, wish: Query[PageWish]) -> dict[str, object]:
    """Those of one's agencies; before they are opened for those who run them alone."""
    today = clock.today()
    rows = campaigns_read.campaigns_visible_to(asking(request), on=today)
    return page_of([_head(one) for one in rows], wish)


@router.get("/campaigns/{code}", response={200: CampaignWholeOut, **REFUSALS})
def campaign(request: HttpRequest, code: str) -> dict[str, object]:
    found = _visible(request, code)
    edition = campaigns_read.newest_edition(found)
    plan = edition.plan
    criteria = [
        {
            "id": one.id,
            "name": one.name,
            "clause": one.clause,
            "weight": one.weight,
            "measures": [
                {
                    "id": below.id,
                    "name": below.name,
                    "kind": below.kind,
                    "weight": below.weight,
                    "indicator": below.indicator or None,
                    "target": below.target,
                    "is_measured": find(below.indicator) is not None,
                }
                for below in one.measure
            ],
        }
        for one in plan.criterion
    ]
    periods = [{"code": one.code, "name": one.name, "first": one.first, "last": one.last} for one in plan.period]
    return _head(found) | {
        "edition": edition.number,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "launch_by": plan.launch_by,
        "criteria": criteria,
        "periods": periods,
    }


@router.get("/campaigns/{code}/launches", response={200: Page[LaunchOut], **REFUSALS})
def launches(request: HttpRequest, code: str, wish: Query[PageWish]) -> dict[str, object]:
    """Every unit that takes part, in the order of the tree; for those with a role in the agency."""
    found = _visible(request, code)
    today = found.last_known(clock.today())
    tree = all_tree_on(today)
    if not launches_read.sees_launches(asking(request), found, tree, on=today):
        raise PermissionDenied(str(launches_read.LAUNCHES_FOR))
    plan = campaigns_read.newest_edition(found).plan
    rows = [
        {
            "unit": one.unit.code,
            "state": one.state(plan.launch_by, today),
            "launched_on": one.launch.launched_on if one.launch else None,
            "present": one.launch.present if one.launch else None,
            "own_criteria": one.own_criteria,
            "has_pledged": one.has_pledged,
            "pledged": one.pledged,
            "people": one.people,
        }
        for one in launches_read.all_launch_lines(found, plan, tree, on=today)
    ]
    return page_of(rows, wish)


@router.get("/campaigns/{code}/scorecards", response={200: Page[ScorecardOut], **REFUSALS})
def scorecards(request: HttpRequest, code: str, wish: Query[ScoreWish]) -> dict[str, object]:
    """By block, best first; those who speak for a unit read its own alone."""
    found, now, viewer = _visible(request, code), clock.now(), asking(request)
    tree = all_tree_on(now.date())
    plan = campaigns_read.newest_edition(found).plan
    if wish.period and wish.period not in {one.code for one in plan.period}:
        raise Http404
    period = scores_read.period_shown(plan, wish.period, found.last_known(now.date()))
    standing = standing_read.standing(found, period, at=now)
    scored, kept = standing.scored, standing.snapshot
    units = [card.unit for card in scored.cards]
    seen = scores_read.card_units_visible_to(viewer, found, units, tree, on=now.date())
    if not seen:
        raise PermissionDenied(str(scores_read.SCORES_FOR))
    sees_all = scores_read.sees_all_scores(viewer, found, tree, on=now.date())
    rows = [
        {
            "unit": card.unit.code,
            "block": card.block,
            "period": period.code,
            "points": card.points,
            "most": card.most,
            "total": card.total,
            "rank": card.rank if sees_all or standing.is_frozen else None,
            "standing": standing.state,
            "frozen_at": kept.frozen_at if kept else None,
            "sha256": kept.sha256 if kept else None,
            "lines": [_score_line(scored, line) for line in card.lines],
            "adjustments": [_adjustment(one) for one in card.adjustments],
        }
        for card in scored.cards
        if card.unit.id in seen
    ]
    return page_of(rows, wish)


def _score_line(scored: scores_read.Scored, line: scores_read.Line) -> dict[str, object]:
    return {
        "measure": line.measure.id,
        "state": line.state,
        "done": line.measured.part if line.measured else None,
        "due": line.measured.whole if line.measured else None,
        "target": line.measure.target,
        "has_own_target": scored.has_own_target(line),
        "weight": line.measure.weight,
        "points": line.points if line.counts else None,
        "self_score": line.self_points,
        "difference": line.difference,
    }


def _adjustment(one: Adjusted) -> dict[str, object]:
    return {"code": one.code, "name": one.name, "points": one.points, "cause": one.cause, "day": one.day}


def _visible(request: HttpRequest, code: str) -> Campaign:
    """Raises `Http404` where the viewer does not see it."""
    found = campaigns_read.campaigns_visible_to(asking(request), on=clock.today()).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _head(one: Campaign) -> dict[str, object]:
    return {"code": one.code, "title": one.title, "agency": one.unit.code, "state": one.state}
