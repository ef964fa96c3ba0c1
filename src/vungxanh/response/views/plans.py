"""Response plans: which units have one, one unit's plan with what was done by it, its draft."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.response import permissions
from vungxanh.response.enums import PlanState
from vungxanh.response.forms import PlanForm, StartForm
from vungxanh.response.models import ResponsePlan
from vungxanh.response.operations import plans as operations
from vungxanh.response.queries import plans as queries


@never_cache
@require_safe
def unit_list(request: HttpRequest) -> HttpResponse:
    """Units that the viewer sees; those without a plan first."""
    user, today = signed_in(request), clock.today()
    lines = queries.unit_lines(user, all_tree_on(today), on=today)
    if not lines:
        raise PermissionDenied(_("Response plans are seen by those who work in a unit that has one."))
    lines.sort(key=lambda line: (not line.running, line.plan is not None, not line.is_drill_overdue(today)))
    context = {
        "lines": [(line, line.is_drill_overdue(today)) for line in lines],
        "with_plan": sum(line.plan is not None for line in lines),
        "count": len(lines),
    }
    return render(request, "response/unit_list.html", context)


@never_cache
@require_safe
def plan_page(request: HttpRequest, unit: str) -> HttpResponse:
    node, _tree = seen_unit(request, unit)
    return render_plan(request, node)


def render_plan(request: HttpRequest, node: UnitNode, form: StartForm | None = None) -> HttpResponse:
    """The plan in force, the button that starts it, what was done by it. `form`: a start that was refused."""
    user, today = signed_in(request), clock.today()
    plan = queries.plan_of(node.id, PlanState.IN_FORCE)
    context: dict[str, Any] = {
        "unit": node,
        "plan": plan,
        "scenarios": queries.by_scenario(plan) if plan else [],
        "draft": queries.plan_of(node.id, PlanState.DRAFT),
        "responses": queries.responses_of(node.id),
        "may_write": permissions.may_write(user, node.id, on=today),
        "may_start": plan and permissions.may_start(user, node.id, on=today),
        "start_form": form or (StartForm(plan=plan, initial={"key": uuid.uuid4()}) if plan else None),
        "is_refused": form is not None,
    }
    return render(request, "response/plan_page.html", context, status=422 if form else 200)


@never_cache
@require_POST
def plan_draft(request: HttpRequest, unit: str) -> HttpResponse:
    node, _tree = seen_unit(request, unit)
    try:
        operations.draft_plan(node.id, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("response:plan_page", unit)
    return redirect("response:plan_change", unit)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def plan_change(request: HttpRequest, unit: str) -> HttpResponse:
    node, tree = seen_unit(request, unit)
    user, now = signed_in(request), clock.now()
    permissions.may_write(user, node.id, on=now.date()).or_refuse()
    plan = _draft(node)
    staff = queries.staff_of(node.id, tree, on=now.date())
    form = PlanForm(request.POST or None, plan=plan, staff=staff)
    if request.method == "POST" and form.is_valid():
        try:
            operations.change_plan(plan, form.named, form.steps, seen_at=form.seen_at, actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
            form.see_again(_draft(node).changed_at)
        else:
            messages.success(request, _("The draft is kept."))
            return redirect("response:plan_change", unit)
    context = {
        "unit": node,
        "plan": plan,
        "form": form,
        "may_put_in_force": permissions.may_put_in_force(user, node.id, on=now.date()),
    }
    return render(request, "response/plan_change.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def plan_put_in_force(request: HttpRequest, unit: str) -> HttpResponse:
    node, _tree = seen_unit(request, unit)
    draft = _draft(node)
    try:
        seen_at = clock.written_moment(request.POST.get("seen", ""))
        operations.put_in_force(draft, seen_at=seen_at, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("response:plan_change", unit)
    messages.success(request, _("The response plan is in force."))
    return redirect("response:plan_page", unit)


def seen_unit(request: HttpRequest, code: str) -> tuple[UnitNode, Tree]:
    """Raises `Http404` where the viewer does not see its plan."""
    today = clock.today()
    tree = all_tree_on(today)
    node = tree.by_code(code)
    if node is None or node.id not in queries.seen_units(signed_in(request), tree, on=today):
        raise Http404
    return node, tree


def _draft(node: UnitNode) -> ResponsePlan:
    plan = queries.plan_of(node.id, PlanState.DRAFT)
    if plan is None:
        raise Http404
    return plan
