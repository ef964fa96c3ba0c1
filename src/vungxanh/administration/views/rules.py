"""New editions of the rules: as text with a preview, or by the fields of a form; and coming ones withdrawn."""

import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vungxanh.accounts.views import signed_in
from vungxanh.administration.forms import EditionForm, ReminderForm, RuleTextForm, WindowRuleForm
from vungxanh.administration.operations import rules as operations
from vungxanh.administration.operations.rules import NewEditionError, Proposal
from vungxanh.administration.permissions import may_change_settings
from vungxanh.administration.queries.reminders import RETURNS, VISITORS
from vungxanh.administration.queries.rule_files import rule_state
from vungxanh.administration.views.differences import changes_of
from vungxanh.admission.rulebook import VISITS
from vungxanh.common import clock
from vungxanh.common.decision_tables import RuleFile
from vungxanh.common.formats import day as day_words
from vungxanh.risk.queries.rule_trials import Effect
from vungxanh.risk.rulebook import RETURN_REMINDERS
from vungxanh.screening.rulebook import WINDOWS

ONE_DAY = datetime.timedelta(days=1)
NAMED = 20
"""So many units stand by name in what a new edition would change."""
REMINDERS: dict[str, RuleFile[Any]] = {RETURNS: RETURN_REMINDERS, VISITORS: VISITS}
"""The rule files whose reminders have a form, by their place in addresses."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def rule_change(request: HttpRequest, name: str) -> HttpResponse:
    """First what the text would change, then, with `keep`, the same text kept."""
    user, now = signed_in(request), clock.now()
    may_change_settings(user, on=now.date()).or_refuse()
    file = _file(name)
    form = RuleTextForm(request.POST or None, request.FILES or None)
    proposal, effect, faults = None, None, []
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            proposal = operations.propose(file, given["text"], on=now.date(), starts=given["starts"])
            if "keep" in request.POST:
                seen = request.POST.get("seen")
                operations.take_rules(proposal, reason=given["reason"], actor=user, at=now, seen=seen)
                messages.success(request, _kept_words(proposal))
                return redirect("administration:rule_list")
            effect = operations.preview_effect(proposal, actor=user, at=now)
        except NewEditionError as error:
            proposal, faults = None, error.faults
        form = RuleTextForm({**given, "starts": given["starts"] or _only_day(proposal)})
    context = {
        "file": rule_state(file, now.date()),
        "form": form,
        "faults": faults,
        "proposal": proposal,
        "effect": effect,
        **_effect_context(effect, proposal, now),
        "changes": [(day, changes_of(proposal.current, day)) for day in proposal.days] if proposal else [],
    }
    return render(request, "administration/rule_change.html", context, status=422 if faults or form.errors else 200)


@require_POST
def rule_withdraw(request: HttpRequest, name: str) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    may_change_settings(user, on=now.date()).or_refuse()
    file = _file(name)
    try:
        day = datetime.date.fromisoformat(request.POST.get("day", ""))
        operations.withdraw_edition(file, day, actor=user, at=now)
    except NewEditionError as error:
        messages.error(request, " ".join(fault.what for fault in error.faults))
    except ValueError:
        raise Http404 from None
    else:
        messages.success(request, _("The edition from %(day)s is withdrawn.") % {"day": day_words(day)})
    return redirect("administration:rule_list")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def window_rule_change(request: HttpRequest) -> HttpResponse:
    return _change_by_form(request, WINDOWS, WindowRuleForm, "administration/window_rule_change.html")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reminder_change(request: HttpRequest, name: str) -> HttpResponse:
    if name not in REMINDERS:
        raise Http404
    return _change_by_form(request, REMINDERS[name], ReminderForm, "administration/reminder_change.html")


def _change_by_form(request: HttpRequest, file: RuleFile[Any], kind: type[EditionForm], template: str) -> HttpResponse:
    """A new edition with the values of the form, from tomorrow at the earliest: today's windows are open already."""
    user, now = signed_in(request), clock.now()
    may_change_settings(user, on=now.date()).or_refuse()
    earliest = now.date() + ONE_DAY
    coming = rule_state(file, now.date()).coming
    values = operations.raw_before(file, datetime.date.max)
    form = kind(request.POST or None, earliest=earliest, seen=operations.digest_of(file), values=values)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            text = operations.edition_with(file, form.values, starts=given["starts"], source=given["source"])  # type: ignore[attr-defined]
            proposal = operations.propose(file, text, on=now.date())
            seen = given["seen"] or None
            operations.take_rules(proposal, reason=given["source"], actor=user, at=now, seen=seen)
        except NewEditionError as error:
            for fault in error.faults:
                form.add_fault(fault)
        else:
            messages.success(request, _kept_words(proposal))
            return redirect("administration:rule_list")
    context = {"form": form, "file": rule_state(file, now.date()), "coming": coming}
    return render(request, template, context, status=422 if form.errors else 200)


def _effect_context(effect: Effect | None, proposal: Proposal | None, now: datetime.datetime) -> dict[str, object]:
    if effect is None or proposal is None:
        return {}
    named, more = effect.zones[:NAMED], max(len(effect.zones) - NAMED, 0)
    return {"zones": named, "more": more, "starts": proposal.days[0], "now": now}


def _file(name: str) -> RuleFile[Any]:
    file = operations.rule_file(f"{name}.toml")
    if file is None:
        raise Http404
    return file


def _only_day(proposal: Proposal | None) -> datetime.date | None:
    return proposal.days[0] if proposal and len(proposal.days) == 1 else None


def _kept_words(proposal: Proposal) -> str:
    days = ", ".join(day_words(day) for day in proposal.days)
    return _("The new edition is kept, in force from %(days)s.") % {"days": days}
