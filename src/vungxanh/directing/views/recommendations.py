"""Recommendations after supervision: what is open and overdue, and one of them until it is settled."""

import datetime
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.directing import permissions
from vungxanh.directing.enums import RecommendationState, RecommendationVerb
from vungxanh.directing.forms.supervision import AcceptForm, DropForm, PostponeForm, ReportForm, SendBackForm
from vungxanh.directing.models import Recommendation
from vungxanh.directing.operations.recommendations import move_recommendation
from vungxanh.directing.queries import supervision as queries
from vungxanh.directing.rulebook import SUPERVISION_RULE
from vungxanh.directing.workflow import RECOMMENDATION
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on

PAGE_SIZE = 50
VERBS = {
    "da-xong": RecommendationVerb.REPORT,
    "chap-nhan": RecommendationVerb.ACCEPT,
    "tra-lai": RecommendationVerb.SEND_BACK,
    "gia-han": RecommendationVerb.POSTPONE,
    "thoi": RecommendationVerb.DROP,
}
FORMS: Mapping[RecommendationVerb, type[forms.Form]] = {
    RecommendationVerb.REPORT: ReportForm,
    RecommendationVerb.ACCEPT: AcceptForm,
    RecommendationVerb.SEND_BACK: SendBackForm,
    RecommendationVerb.POSTPONE: PostponeForm,
    RecommendationVerb.DROP: DropForm,
}


@never_cache
@require_safe
def recommendation_list(request: HttpRequest) -> HttpResponse:
    return _list(request, None)


@never_cache
@require_safe
def unit_recommendations(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    """Of one unit and what is below it, from the control room."""
    unit = all_tree_on(day).by_code(code)
    if unit is None:
        raise Http404
    return _list(request, unit)


def _list(request: HttpRequest, unit: UnitNode | None) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    found = queries.recommendations_visible_to(user, on=today, tree=tree)
    if unit is not None and unit.id in tree:
        found = found.filter(supervision__unit__in=[node.id for node in tree.below(unit.id)])
    shown = request.GET.get("xem", "mo")
    if shown == "xong":
        found = found.filter(ended_at__isnull=False).order_by("-ended_at", "pk")
    else:
        shown, found = "mo", found.filter(ended_at__isnull=True)
    sees = permissions.sees_supervision(request)
    if not sees and not queries.supervisions_visible_to(user, on=today, tree=tree).exists():
        raise Http404
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "unit": unit,
        "shown": shown,
        "page": page,
        "rows": [(one, _unit_name(one, tree), _is_overdue(one, today)) for one in page],
    }
    return render(request, "directing/recommendation_list.html", context)


@never_cache
@require_safe
def recommendation_page(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _recommendation(request, pk))


@never_cache
@require_POST
def recommendation_move(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    recommendation, said = _recommendation(request, pk), VERBS[verb]
    form = FORMS[said](request.POST, request.FILES, auto_id=f"{said}_%s")
    pictures = _pictures(form)
    if form.is_valid():
        given, user, now = form.cleaned_data, signed_in(request), clock.now()
        try:
            move_recommendation(
                recommendation,
                said,
                actor=user,
                at=now,
                text=given.get("text", ""),
                due_date=given.get("due_date"),
                pictures=pictures,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": said.label})
            return redirect("directing:recommendation_page", pk)
    return _page(request, recommendation, {said: form}, status=422)


def _pictures(form: forms.Form) -> list[bytes]:
    file = form.files.get("picture")
    largest = SUPERVISION_RULE.current().in_force(clock.today()).largest_mb
    if not isinstance(file, UploadedFile):
        return []
    if (file.size or 0) > largest * 1024 * 1024:
        form.add_error("picture", _("The photograph is larger than %(size)d MB.") % {"size": largest})
        return []
    content: bytes = file.read()
    return [content]


def _recommendation(request: HttpRequest, pk: int) -> Recommendation:
    return get_object_or_404(queries.recommendations_visible_to(signed_in(request), on=clock.today()), pk=pk)


def _page(
    request: HttpRequest,
    recommendation: Recommendation,
    bound: Mapping[RecommendationVerb, forms.Form] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    user, today = signed_in(request), clock.today()
    recommendation.refresh_from_db()
    bound = bound or {}
    offered: dict[str, Any] = {}
    for slug, verb in VERBS.items():
        if not RECOMMENDATION.allows(recommendation.state, verb):
            continue
        if permissions.may_move_recommendation(user, recommendation, verb, on=today):
            form = bound.get(verb) or FORMS[verb](auto_id=f"{verb}_%s")
            offered[str(verb)] = {"form": form, "slug": slug}
    stray = next((form for verb, form in bound.items() if str(verb) not in offered), None)
    context = {
        "recommendation": recommendation,
        "unit_name": _unit_name(recommendation, all_tree_on(today)),
        "entries": list(
            recommendation.entries.select_related("by").prefetch_related("photographs").order_by("at", "pk")
        ),
        "offered": offered,
        "stray": stray,
        "is_overdue": _is_overdue(recommendation, today),
    }
    return render(request, "directing/recommendation_page.html", context, status=status)


def _unit_name(one: Recommendation, tree: Tree) -> str:
    unit_id = one.supervision.unit_id
    return tree[unit_id].short_name if unit_id in tree else one.supervision.unit.code


def _is_overdue(one: Recommendation, today: datetime.date) -> bool:
    return one.state == RecommendationState.OPEN and one.due_date < today
