"""Campaigns: which there are, what one holds, how the units launched it."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from ninja import Query, Router
from pydantic import BaseModel

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem
from vungxanh.api.schemas import Page, PageWish, page_of
from vungxanh.common import clock
from vungxanh.common.indicators import find
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries import campaigns as campaigns_read
from vungxanh.movement.queries import launches as launches_read
from vungxanh.organization.tree import all_tree_on

router = Router(tags=["campaigns"])
REFUSALS = dict.fromkeys((401, 403, 404, 422), Problem)


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
    found, today = _visible(request, code), clock.today()
    tree = all_tree_on(today)
    if not launches_read.sees_launches(asking(request), found, tree, on=today):
        raise PermissionDenied(str(_("How all units stand is seen by those with a role in the agency.")))
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


def _visible(request: HttpRequest, code: str) -> Campaign:
    """Raises `Http404` where the viewer does not see it."""
    found = campaigns_read.campaigns_visible_to(asking(request), on=clock.today()).filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _head(one: Campaign) -> dict[str, object]:
    return {"code": one.code, "title": one.title, "agency": one.unit.code, "state": one.state}
