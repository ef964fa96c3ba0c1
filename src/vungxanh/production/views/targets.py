"""Proposing a target, and deciding on it."""

import uuid

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization.tree import all_tree_on
from vungxanh.production import permissions
from vungxanh.production.forms.targets import ProposeForm, ReasonForm
from vungxanh.production.models import ProductionTarget
from vungxanh.production.operations.targets import Proposed, move_target, propose_target
from vungxanh.production.rulebook import rule_on
from vungxanh.production.views.seen import seen_unit
from vungxanh.production.views.units import VERBS, indicator_shown


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def target_propose(request: HttpRequest, unit: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    node = seen_unit(request, unit, all_tree_on(now.date()))
    permissions.may_enter(user, node.id, on=now.date()).or_refuse()
    terms = rule_on(now.date()).indicator
    form = ProposeForm(request.POST or None, terms=terms, initial={"indicator": request.GET.get("chi-tieu", "")})
    if request.method == "POST" and form.is_valid():
        try:
            made = propose_target(Proposed(node.id, **form.cleaned_data), actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The target waits for approval."))
            return redirect("production:indicator_page", node.code, made.indicator)
    context = {"unit": node, "form": form}
    return render(request, "production/target_propose.html", context, status=422 if form.errors else 200)


@never_cache
@require_POST
def target_move(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    target = get_object_or_404(ProductionTarget, key=key)
    tree = all_tree_on(clock.today())
    if target.unit_id not in tree:
        raise Http404
    node = seen_unit(request, tree[target.unit_id].code, tree)
    form = ReasonForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            moved = move_target(target, VERBS[verb], actor=signed_in(request), at=clock.now(), reason=reason)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": moved.get_state_display()})
            return redirect("production:indicator_page", node.code, target.indicator)
    return indicator_shown(request, node.code, target.indicator, form, status=422)
