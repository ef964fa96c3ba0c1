"""The pages that a visitor opens without an account: the form of a place, an invitation, the own visit."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.admission.enums import VisitRole, VisitState
from vungxanh.admission.exports import visit_pass
from vungxanh.admission.form_guard import FormGuard
from vungxanh.admission.forms.visits import VisitForm
from vungxanh.admission.models import Visit
from vungxanh.admission.operations.visits import Guest, Plan, Said, declare_visit, move_visit, register_visit
from vungxanh.admission.queries.reminders import all_last_reminded
from vungxanh.admission.queries.visits import all_open_site, all_visit
from vungxanh.admission.rulebook import VISITS, VisitRule
from vungxanh.areas.queries import all_areas_to_name
from vungxanh.common import clock
from vungxanh.common.qr import qr_picture
from vungxanh.organization.models import Site
from vungxanh.screening.enums import Window
from vungxanh.screening.rulebook import VISITOR_QUESTIONNAIRE

GET_OR_POST = require_http_methods(["GET", "HEAD", "POST"])


@login_not_required
@never_cache
@GET_OR_POST
def visit_form(request: HttpRequest, code: str) -> HttpResponse:
    """By the code that hangs at the gate. An unknown code is no page; nothing tells who works here."""
    site = all_open_site(code)
    if site is None:
        raise Http404
    return _form_page(request, site, None)


@login_not_required
@never_cache
@GET_OR_POST
def visit_invited(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """By the link that the host sent."""
    visit = _visit(key)
    if visit.state != VisitState.INVITED:
        return redirect("visits:visit_own", key)
    return _form_page(request, visit.site, visit)


@login_not_required
@never_cache
@require_safe
def visit_own(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """What became of the visit, the code for the guard, what is kept and until when."""
    visit = _visit(key)
    if visit.state == VisitState.INVITED:
        return redirect("visits:visit_invited", key)
    context = {
        "visit": visit,
        "qr": qr_picture(visit.code),
        "is_open": visit.ended_at is None,
        "shown": visit_pass(visit, at=clock.now()),
        "reminded_at": all_last_reminded(visit),
    }
    return render(request, "admission/visit_own.html", context)


@login_not_required
@require_POST
def visit_leave(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _moved(request, key, "leave", _("You have checked out. Thank you."))


@login_not_required
@require_POST
def visit_cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _moved(request, key, "cancel", _("The visit is cancelled."))


def _moved(request: HttpRequest, key: uuid.UUID, verb: str, words: str) -> HttpResponse:
    visit = _visit(key)
    try:
        move_visit(visit, verb, by=VisitRole.VISITOR, actor=None, at=clock.now())
        messages.success(request, words)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("visits:visit_own", key)


def _visit(key: uuid.UUID) -> Visit:
    visit = all_visit(key)
    if visit is None or visit.erased_at:
        raise Http404
    return visit


def _form_page(request: HttpRequest, site: Site, invited: Visit | None) -> HttpResponse:
    rule = VISITS.current().in_force(clock.today())
    address = request.META.get("REMOTE_ADDR", "")
    invitation = str(invited.key) if invited else ""
    guard = FormGuard(rule, site.code, address, clock.real_now().timestamp(), invitation)
    if request.method != "POST":
        form = _form(rule, invited, initial=_initial(invited))
        return _shown(request, form, guard, site, invited, token=guard.token())
    minutes = guard.minutes_to_wait()
    form = _form(rule, invited, data=request.POST)
    if not minutes and form.is_valid():
        if form.cleaned_data["website"]:
            # A machine; it is told nothing that would teach it.
            return render(request, "admission/visit_flooded.html", {"site": site}, status=429)
        fault = guard.fault(form.cleaned_data["token"], form.cleaned_data["question"])
        minutes = 0 if fault else guard.minutes_to_wait_with(form.cleaned_data["phone"])
        if not fault and not minutes:
            visit = _kept(form, site, invited)
            return redirect("visits:visit_own", visit.key)
        if fault:
            form.add_error(None, fault)
    if minutes:
        form.add_error(None, _too_much(minutes))
    token = request.POST.get("token", "")
    kept = token if guard.opened(token) else guard.token()
    return _shown(request, form, guard, site, invited, token=kept, status=429 if minutes else 422)


def _too_much(minutes: int) -> str:
    words = ngettext(
        "Too much was sent in the last hour from this network or number, or to this place. "
        "Your answers are kept below: send them again in %(minutes)d minute, or speak to the guard at the gate.",
        "Too much was sent in the last hour from this network or number, or to this place. "
        "Your answers are kept below: send them again in %(minutes)d minutes, or speak to the guard at the gate.",
        minutes,
    )
    return words % {"minutes": minutes}


def _shown(
    request: HttpRequest,
    form: VisitForm,
    guard: FormGuard,
    site: Site,
    invited: Visit | None,
    *,
    token: str,
    status: int = 200,
) -> HttpResponse:
    context = {
        "form": form,
        "site": site,
        "invited": invited,
        "token": token,
        "question": said.question if (said := guard.opened(token)) else None,
        "keep_days": guard.rule.keep_days,
    }
    return render(request, "admission/visit_form.html", context, status=status)


def _form(rule: VisitRule, invited: Visit | None, **kwargs: Any) -> VisitForm:
    today = clock.today()
    questionnaire = VISITOR_QUESTIONNAIRE.current().in_force(today)
    return VisitForm(
        rule=rule,
        is_invited=invited is not None,
        questionnaire=questionnaire,
        window=Window.ARRIVAL,
        areas=all_areas_to_name(on=today),
        **kwargs,
    )


def _initial(invited: Visit | None) -> dict[str, object]:
    """An invitation is filled in beforehand with what the host wrote; the health questions never are."""
    fresh: dict[str, object] = {"client_uuid": uuid.uuid4(), "window": Window.ARRIVAL}
    if invited is None:
        return fresh
    return {
        **fresh,
        "full_name": invited.visitor.full_name,
        "phone": invited.visitor.phone,
        "party_name": invited.party_name,
        "purpose": invited.purpose,
        "group_size": invited.group_size,
        "group_list": invited.group_list,
    }


def _kept(form: VisitForm, site: Site, invited: Visit | None) -> Visit:
    given, now = form.cleaned_data, clock.now()
    guest = Guest(given["full_name"], given["phone"], given["identity_number"], given["party_name"])
    plan = Plan(
        purpose=given["purpose"],
        planned_at=now,
        host_name=given.get("host_name", ""),
        group_size=given["group_size"],
        group_list=given["group_list"],
    )
    said = Said(form.answers, form.temperature)
    if invited:
        return declare_visit(invited, guest, plan, said, at=now)
    return register_visit(given["client_uuid"], site, guest, plan, said, at=now)
