"""A response under way: started by one button, its checklist, its end."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization.tree import all_tree_on
from vungxanh.response import permissions
from vungxanh.response.enums import PlanState
from vungxanh.response.forms import EndForm, StartForm, TickForm
from vungxanh.response.models import Response
from vungxanh.response.operations import responses as operations
from vungxanh.response.queries import plans as queries
from vungxanh.response.views.plans import render_plan, seen_unit


@never_cache
@require_POST
def response_start(request: HttpRequest, unit: str) -> HttpResponse:
    node, _tree = seen_unit(request, unit)
    user, now = signed_in(request), clock.now()
    permissions.may_start(user, node.id, on=now.date()).or_refuse()
    plan = queries.plan_of(node.id, PlanState.IN_FORCE)
    if plan is None:
        raise Http404
    form = StartForm(request.POST, plan=plan)
    if form.is_valid():
        clean = form.cleaned_data
        given: dict[str, Any] = {"is_drill": clean["is_drill"] == "yes", "place": clean["place"]}
        try:
            started = operations.start_response(clean["key"], node.id, clean["scenario"], **given, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Started; everybody who has something to do is told."))
            return redirect("response:response_page", started.pk)
    return render_plan(request, node, form)


@never_cache
@require_safe
def response_page(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _seen(request, key))


@never_cache
@require_POST
def step_tick(request: HttpRequest, key: uuid.UUID, position: int) -> HttpResponse:
    response = _seen(request, key)
    step = next((one for one in queries.steps_of(response) if one.position == position), None)
    form = TickForm(request.POST)
    if step is None:
        raise Http404
    if form.is_valid():
        clean = form.cleaned_data
        try:
            operations.tick_step(
                step, done=clean["done"] == "yes", note=clean["note"], actor=signed_in(request), at=clock.now()
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(f"{request.path.rsplit('/', 2)[0]}/#viec-{position}")
    return _page(request, response, refused_step=(position, form))


@never_cache
@require_POST
def response_end(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    response = _seen(request, key)
    user, now = signed_in(request), clock.now()
    permissions.may_end(user, response, on=now.date()).or_refuse()
    form = EndForm(request.POST)
    if form.is_valid():
        try:
            operations.end_response(response, form.cleaned_data["conclusion"], actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The response has ended; what was learned is kept."))
            return redirect("response:response_page", key)
    return _page(request, response, end_form=form)


def _page(
    request: HttpRequest,
    response: Response,
    *,
    refused_step: tuple[int, TickForm] | None = None,
    end_form: EndForm | None = None,
) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    steps = queries.steps_of(response)
    today, tree = now.date(), all_tree_on(now.date())
    leads = permissions.may_start(user, response.unit_id, on=today)
    context: dict[str, Any] = {
        "response": response,
        "unit": tree.nodes.get(response.unit_id),
        "sees_unit": response.unit_id in queries.seen_units(user, tree, on=today),
        "rows": [(one, one.is_overdue(now), bool(leads) or queries.is_named(user, one)) for one in steps],
        "open": queries.left_open(steps),
        "count": len(steps),
        "is_running": response.state == "RUNNING",
        "may_end": leads,
        "end_form": end_form or EndForm(),
        "is_end_refused": end_form is not None,
        "refused": {"position": refused_step[0], "form": refused_step[1]} if refused_step else None,
    }
    return render(request, "response/response_page.html", context, status=422 if refused_step or end_form else 200)


def _seen(request: HttpRequest, key: uuid.UUID) -> Response:
    """Raises `Http404` where the viewer does not see it."""
    today = clock.today()
    found = queries.response_visible_to(signed_in(request), key, all_tree_on(today), on=today)
    if found is None:
        raise Http404
    return found
