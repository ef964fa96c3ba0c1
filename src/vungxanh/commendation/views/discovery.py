"""Those whom the data found, and the decision about each."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.commendation import exports
from vungxanh.commendation.operations.discovery import LONGEST_REASON
from vungxanh.commendation.operations.discovery import decide as decide_about
from vungxanh.commendation.permissions import may_decide
from vungxanh.commendation.queries.discovery import (
    CANDIDATES_FOR,
    SEE_CANDIDATES,
    Candidate,
    candidates,
    sees_candidates_of,
)
from vungxanh.common import clock
from vungxanh.common.spreadsheets import download
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import campaigns_visible_to, newest_edition
from vungxanh.movement.queries.scores import period_shown
from vungxanh.movement.rulebook import CampaignFile, Period
from vungxanh.organization import roles

A_PAGE = 30
VERBS = {"de-xuat": "put_forward", "chua-xet": "pass_over"}
SHOWN = {"": None, "cho": "", "de-xuat": "PUT_FORWARD", "chua-xet": "PASSED_OVER"}


@never_cache
@require_safe
def candidate_list(request: HttpRequest) -> HttpResponse:
    """`phong-trao`: code of a campaign, else the newest that one sees; `ky`: its period; `xem`: by decision."""
    return _page(request, request.GET.get("phong-trao", ""), request.GET.get("ky", ""))


@never_cache
@require_safe
def candidate_xlsx(request: HttpRequest) -> HttpResponse:
    campaign, _plan, period = _asked(request, request.GET.get("phong-trao", ""), request.GET.get("ky", ""))
    if not campaign or not period:
        raise Http404
    found = candidates(signed_in(request), campaign, period, at=clock.now())
    return download(f"guong-tot-{campaign.code}-{period.code}", exports.candidate_workbook(found))


@never_cache
@require_POST
def decide(request: HttpRequest, code: str, period: str, subject: str, verb: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    campaign, _plan, of = _asked(request, code, period)
    if not campaign or not of or campaign.code != code or of.code != period or verb not in VERBS:
        raise Http404
    found = next((one for one in candidates(user, campaign, of, at=now) if one.subject == subject), None)
    if found is None:
        raise Http404
    reason = request.POST.get("reason", "")
    try:
        decide_about(campaign, of.code, found, VERBS[verb], reason=reason, actor=user, at=now)
    except ValidationError as error:
        return _page(request, code, period, refused={"subject": subject, "reason": reason, "why": error.messages})
    messages.success(request, _("The decision is kept."))
    return redirect(f"{reverse('commendation:candidate_list')}?phong-trao={code}&ky={period}")


def _asked(request: HttpRequest, code: str, period: str) -> tuple[Campaign | None, CampaignFile | None, Period | None]:
    """Raises `PermissionDenied` where the viewer sees nobody of the campaign; nothing where there is none."""
    user, today = signed_in(request), clock.today()
    if not roles.holds_somewhere(user, SEE_CANDIDATES, on=today):
        raise PermissionDenied(str(CANDIDATES_FOR))
    rows = list(campaigns_visible_to(user, on=today))
    campaign = next((one for one in rows if one.code == code), None) if code else next(iter(rows), None)
    if code and campaign is None:
        raise Http404
    if campaign is None:
        return None, None, None
    if not sees_candidates_of(user, campaign, on=today):
        raise PermissionDenied(str(CANDIDATES_FOR))
    plan = newest_edition(campaign).plan
    return campaign, plan, period_shown(plan, period, campaign.last_known(today))


def _page(request: HttpRequest, code: str, period_code: str, *, refused: dict[str, Any] | None = None) -> HttpResponse:
    """`refused`: the decision that was not taken: its `subject`, its `reason`, and `why`."""
    user, now = signed_in(request), clock.now()
    campaign, plan, period = _asked(request, code, period_code)
    found = candidates(user, campaign, period, at=now) if campaign and period else []
    wanted = SHOWN.get(request.GET.get("xem", ""))
    shown = [one for one in found if wanted is None or _state(one) == wanted]
    if refused:
        shown = [one for one in found if one.subject == refused["subject"]]
    page = Paginator(shown, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "campaign": campaign,
        "plan": plan,
        "period": period,
        "page": page,
        "rows": [(one, _may(request, one)) for one in page],
        "counts": {
            "waiting": sum(one.decided is None for one in found),
            "put_forward": sum(_state(one) == "PUT_FORWARD" for one in found),
            "passed_over": sum(_state(one) == "PASSED_OVER" for one in found),
        },
        "refused": refused,
        "longest": LONGEST_REASON,
        "now": now,
    }
    return render(request, "commendation/candidate_list.html", context, status=422 if refused else 200)


def _state(one: Candidate) -> str:
    return one.decided.state if one.decided else ""


def _may(request: HttpRequest, one: Candidate) -> bool:
    person_id = one.person.pk if one.person else None
    return bool(may_decide(signed_in(request), one.unit.id, person_id=person_id, on=clock.today()))
