"""Whom the data proposes to be honoured, and what was decided."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from ninja import Query, Router
from pydantic import BaseModel

from vungxanh.api.auth import asking
from vungxanh.api.problems import Problem
from vungxanh.api.schemas import Code, Page, PageWish, page_of
from vungxanh.commendation.queries.discovery import CANDIDATES_FOR, candidates, sees_candidates_of
from vungxanh.common import clock
from vungxanh.movement.queries.campaigns import campaigns_visible_to, newest_edition
from vungxanh.movement.queries.scores import period_shown

router = Router(tags=["commendation"])
REFUSALS = dict.fromkeys((400, 401, 403, 404, 422), Problem)


class CandidateWish(PageWish):
    """`period`: the code of one; the one of today unless given."""

    period: Code = ""


class EvidenceOut(BaseModel):
    """`figure` in days, times, points or measures, as `pattern` says; `address`: the page where one reads it again."""

    pattern: str
    figure: float
    words: str
    address: str


class CandidateOut(BaseModel):
    """`staff_code` is null for a unit. `decision`: PUT_FORWARD, PASSED_OVER, or null while nobody has decided;
    `is_found` false where the data does not say it any more."""

    unit: str
    staff_code: str | None
    evidence: list[EvidenceOut]
    decision: str | None
    reason: str
    is_found: bool


@router.get("/campaigns/{code}/candidates", response={200: Page[CandidateOut], **REFUSALS})
def campaign_candidates(request: HttpRequest, code: str, wish: Query[CandidateWish]) -> dict[str, object]:
    """Whoever waits for a decision first, the front line before the desk; heads read those of their own unit."""
    viewer, now = asking(request), clock.now()
    campaign = campaigns_visible_to(viewer, on=now.date()).filter(code=code).first()
    if campaign is None:
        raise Http404
    if not sees_candidates_of(viewer, campaign, on=now.date()):
        raise PermissionDenied(str(CANDIDATES_FOR))
    plan = newest_edition(campaign).plan
    if wish.period and wish.period not in {one.code for one in plan.period}:
        raise Http404
    period = period_shown(plan, wish.period, campaign.last_known(now.date()))
    rows = [
        {
            "unit": one.unit.code,
            "staff_code": one.person.staff_code if one.person else None,
            "evidence": [told.frozen | {"pattern": told.pattern.code} for told in one.evidence],
            "decision": one.decided.state if one.decided else None,
            "reason": one.decided.reason if one.decided else "",
            "is_found": one.is_found,
        }
        for one in candidates(viewer, campaign, period, at=now)
    ]
    return page_of(rows, wish)
