"""What is done with plans: begun, commented, moved; the opinion of the Party committee."""

import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.movement.models import Campaign
from vungxanh.movement.queries.campaigns import campaigns_visible_to
from vungxanh.organization.tree import all_tree_on
from vungxanh.plans.forms import CommentForm, MoveForm, OpinionForm, StartForm
from vungxanh.plans.operations import moving, writing
from vungxanh.plans.queries.plans import newest_version
from vungxanh.plans.rulebook import CODE
from vungxanh.plans.views.plans import FORMS, VERBS, page_of, visible_plan


@never_cache
@require_POST
def start_green_zone(request: HttpRequest, unit: str) -> HttpResponse:
    return _start(request, unit, None)


@never_cache
@require_POST
def start_plan(request: HttpRequest, unit: str, code: str) -> HttpResponse:
    today = clock.today()
    seen = campaigns_visible_to(signed_in(request), on=today, tree=all_tree_on(today))
    return _start(request, unit, get_object_or_404(seen, code=code))


def _start(request: HttpRequest, unit: str, campaign: Campaign | None) -> HttpResponse:
    """To the editor of the new plan; a page that was sent twice, or was open too long, leads back with the words."""
    node = all_tree_on(clock.today()).by_code(unit)
    if node is None:
        raise Http404
    form = StartForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        key = form.cleaned_data["key"]
        plan = writing.start_plan(key, node.id, campaign, actor=signed_in(request), at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("plans:plan_list")
    return redirect("plans:plan_edit", plan.pk)


@never_cache
@require_POST
def comment(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What is refused stands on the page as it is now, ready to be sent for the newest version."""
    plan = visible_plan(request, key)
    form = _comment_form(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        version = get_object_or_404(plan.versions.select_related("plan"), number=given["version"])
        try:
            writing.comment_on(version, given["section"], given["text"], actor=signed_in(request), at=clock.now())
        except ValidationError as error:
            form = _comment_form({**given, "version": newest_version(plan).number})
            form.add_error(None, error)
        else:
            messages.success(request, _("The comment is kept; the unit sees it with the plan."))
            return redirect("plans:plan_page", key)
    return page_of(request, plan, {f"comment-{form['section'].value() or ''}": form}, status=422)


def _comment_form(sent: Mapping[str, Any]) -> CommentForm:
    section = str(sent.get("section", ""))
    form = CommentForm(sent, auto_id=f"comment-{section if CODE.fullmatch(section) else ''}_%s")
    form.is_valid()
    return form


@never_cache
@require_POST
def opinion(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    plan, now = visible_plan(request, key), clock.now()
    form = OpinionForm(request.POST, auto_id="opinion_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            writing.give_opinion(plan, given["text"], given["given_on"], actor=signed_in(request), at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The opinion is attached to the plan."))
            return redirect("plans:plan_page", key)
    return page_of(request, plan, {"opinion": form}, status=422)


@never_cache
@require_POST
def plan_move(request: HttpRequest, key: uuid.UUID, verb: str) -> HttpResponse:
    if verb not in VERBS:
        raise Http404
    plan, said = visible_plan(request, key), VERBS[verb]
    form: forms.Form = FORMS.get(said, MoveForm)(request.POST, auto_id=f"{said}_%s")
    if form.is_valid():
        try:
            text = form.cleaned_data.get("text", "")
            moving.move_plan(plan, said, text=text, actor=signed_in(request), at=clock.now())
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Done: %(what)s.") % {"what": said.label})
            return redirect("plans:plan_page", key)
    return page_of(request, plan, {said: form}, status=422)
