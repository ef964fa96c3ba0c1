"""Requests for review of points: those of a period, asking, answering."""

import uuid
from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.common.workflow import Workflow
from vungxanh.movement import permissions
from vungxanh.movement.forms.standing import AskReviewForm, DecideForm
from vungxanh.movement.models import PointReview
from vungxanh.movement.operations import reviews as operations
from vungxanh.movement.queries.reviews import all_reviews
from vungxanh.movement.rulebook import CampaignFile
from vungxanh.movement.views.periods import ShownPeriod
from vungxanh.movement.workflow import POINT_REVIEW

VERBS = {"chap-nhan": "accept", "khong-chap-nhan": "refuse", "rut": "withdraw"}


@never_cache
@require_safe
def review_list(request: HttpRequest, code: str) -> HttpResponse:
    """Those of all units, or of one's own; what waits first."""
    return _page(request, ShownPeriod(request, code))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def review_ask(request: HttpRequest, code: str, unit: str) -> HttpResponse:
    """`chi-tieu`: the measure to begin with."""
    seen = ShownPeriod(request, code)
    node = seen.unit_with(unit)
    may = permissions.may_ask_review(seen.user, node.id, on=seen.today)
    may.or_refuse()
    initial = {"measure": request.GET.get("chi-tieu", "")}
    form = AskReviewForm(request.POST or None, measures=choices_of(seen.plan), initial=initial)
    if request.method == "POST" and form.is_valid():
        given, period = form.cleaned_data, seen.period.code
        about = (given["key"], seen.campaign, period, node.id, given["measure"], given["reason"])
        try:
            operations.ask_review(*about, actor=seen.user, at=seen.now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The Office has the request; you are told when it is answered."))
            return redirect(f"{reverse('movement:review_list', args=[code])}?ky={period}")
    context = {**seen.context, "unit": node, "form": form, "is_open": _is_open(seen)}
    return render(request, "movement/review_ask.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def review_move(request: HttpRequest, code: str, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    seen = ShownPeriod(request, code)
    review = _reviews(seen).filter(key=key).select_related("standing__campaign").first()
    if review is None:
        raise Http404
    form = DecideForm(request.POST)
    if form.is_valid():
        try:
            operations.move_review(review, VERBS[verb], form.cleaned_data["answer"], actor=seen.user, at=seen.now)
        except ValidationError as error:
            form.add_error(None, " ".join(error.messages))
        else:
            messages.success(request, _("Kept."))
            return redirect(f"{reverse('movement:review_list', args=[code])}?ky={seen.period.code}")
    return _page(request, seen, (review.pk, form), status=422)


def _page(
    request: HttpRequest, seen: ShownPeriod, bound: tuple[uuid.UUID, DecideForm] | None = None, *, status: int = 200
) -> HttpResponse:
    """`bound`: the answer that was refused, and to what."""
    names = {one.id: one.name for one in seen.plan.measures.values()}
    rows = []
    for one in _reviews(seen).select_related("standing__campaign"):
        form = bound[1] if bound and bound[0] == one.pk else DecideForm(auto_id=f"{one.pk}-%s")
        offered = offered_of(POINT_REVIEW, one.state, VERBS, partial(_may, seen, one))
        rows.append((one, seen.units[one.unit_id], names.get(one.measure_id, ""), offered, form))
    own = [] if seen.sees_all else list(seen.units.values())
    context = {
        **seen.context,
        "rows": rows,
        "is_open": _is_open(seen),
        "own": [node for node in own if permissions.may_ask_review(seen.user, node.id, on=seen.today)],
    }
    return render(request, "movement/review_list.html", context, status=status)


def _reviews(seen: ShownPeriod) -> QuerySet[PointReview]:
    return all_reviews(seen.campaign, seen.period).filter(unit__in=list(seen.units))


def _may(seen: ShownPeriod, review: PointReview, verb: str) -> bool:
    return bool(permissions.may_move_review(seen.user, review, verb, on=seen.today))


def _is_open(seen: ShownPeriod) -> bool:
    return bool(seen.row and seen.row.takes_reviews(seen.today))


def choices_of(plan: CampaignFile, *, with_target: bool = False) -> list[tuple[str, str]]:
    """Measures to choose from."""
    found = [one for one in plan.measures.values() if one.target is not None or not with_target]
    return [(one.id, f"{one.id}. {one.name}") for one in found]


def offered_of(workflow: Workflow, state: str, verbs: dict[str, str], may: Callable[[str], bool]) -> dict[str, str]:
    """The moves that the state and the viewer allow, with their words in addresses."""
    return {verb: slug for slug, verb in verbs.items() if workflow.allows(state, verb) and may(verb)}
