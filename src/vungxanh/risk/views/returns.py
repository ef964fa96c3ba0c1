"""The daily return of a unit: its figures, the people who need a look, sending and amending."""

import datetime
from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization.tree import UnitNode, all_tree_on
from vungxanh.risk import operations, permissions
from vungxanh.risk.enums import ReturnKind
from vungxanh.risk.forms import DecisionForm, ExplanationForm, ReturnForm, override_forms, overrides_of
from vungxanh.risk.models import standing
from vungxanh.risk.queries import PersonLevel, ReturnStatus, people_levels, return_status_of_unit, return_versions
from vungxanh.risk.queries.reminders import all_answering, reminders_of_return
from vungxanh.risk.queries.returns import (
    all_corrected_after,
    all_explanation,
    all_prepared_from,
    may_be_explained,
    sending_role,
    units_on_duty_for,
)

Pairs = list[tuple[PersonLevel, DecisionForm]]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def return_page(request: HttpRequest, code: str, day: datetime.date | None = None) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    day = day or now.date()
    node = all_tree_on(day).by_code(code)
    if node is None or day > now.date() or _status(user, node, day) is None:
        raise Http404
    flagged = _flagged(user, node, day)
    if request.method == "POST":
        return _sent(request, user, node, day, flagged)
    if day == now.date() and now >= all_prepared_from(day):
        operations.prepare_returns(day, at=now, unit_ids=[node.id])
    return _page(request, user, node, day, override_forms(flagged), ReturnForm())


@never_cache
@require_POST
def return_explain(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    node = all_tree_on(day).by_code(code)
    if node is None or day > now.date() or _status(user, node, day) is None:
        raise Http404
    form = ExplanationForm(request.POST)
    if form.is_valid():
        try:
            operations.explain_return(node.id, day, form.cleaned_data["reason"], actor=user, at=now)
        except ValidationError as error:
            form.add_error("reason", error)
        else:
            messages.success(request, _("The reason is kept and stands in the ledger of returns."))
            return redirect("risk:return_page", code=code, day=day)
    flagged = _flagged(user, node, day)
    return _page(request, user, node, day, override_forms(flagged), ReturnForm(), explanation=form, status=422)


def _sent(
    request: HttpRequest, user: User, node: UnitNode, day: datetime.date, flagged: list[PersonLevel]
) -> HttpResponse:
    now = clock.now()
    form, pairs = ReturnForm(request.POST), override_forms(flagged, request.POST)
    if not all([form.is_valid(), *(one.is_valid() for _, one in pairs)]):
        return _page(request, user, node, day, pairs, form, status=422)
    try:
        sent = operations.submit_return(
            node.id,
            day=day,
            kind=ReturnKind(form.cleaned_data["kind"]),
            actor=user,
            at=now,
            note=form.cleaned_data["note"],
            overrides=overrides_of(pairs),
            seen=form.seen,
        )
    except ValidationError as error:
        form.add_error("note" if isinstance(error, operations.ReturnNoteMissingError) else None, error)
        return _page(request, user, node, day, pairs, form, status=422)
    words = _("The return is sent, on time.") if sent.is_on_time else _("The return is sent, late; the time is kept.")
    messages.success(request, words)
    return redirect("risk:return_page", code=node.code, day=day)


def _page(
    request: HttpRequest,
    user: User,
    node: UnitNode,
    day: datetime.date,
    pairs: Pairs,
    form: ReturnForm,
    *,
    explanation: ExplanationForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    given = all_explanation(node.id, day)
    is_on_duty = node.id in units_on_duty_for(user, day)
    found, versions = _status(user, node, day), return_versions(user, node.id, day)
    context: dict[str, Any] = {
        "unit": node,
        "day": day,
        "found": found,
        "figures": found.daily.figures if found and found.daily else None,
        "prepared_from": all_prepared_from(day),
        "pairs": pairs,
        "form": form,
        "may_submit": permissions.may_submit_return(user, node.id, on=now.date(), is_on_duty=is_on_duty),
        "given": given,
        "explanation": explanation or ExplanationForm(initial={"reason": given.reason if given else ""}),
        "may_explain": may_be_explained(node.id, day, at=now),
        "versions": versions,
        "sending_as": _standing(user, node, now.date()),
        "gone": Counter(one.kind for one in versions),
        "answering": all_answering(day, all_tree_on(day)).actors(node.id) if found and found.open_unusual else [],
        "reminders": reminders_of_return(user, node.id, day),
        "corrected_after": all_corrected_after(found.daily if found else None, all_tree_on(day)),
    }
    return render(request, "risk/return_page.html", context, status=status)


def _standing(user: User, node: UnitNode, today: datetime.date) -> str:
    """In words, as what the viewer would send it."""
    held = sending_role(user, node.id, on=today, tree=all_tree_on(today))
    principal = User.objects.get(pk=held.principal_id) if held and held.principal_id else None
    return standing(user, str(held.role) if held else "", principal)


def _flagged(user: User, node: UnitNode, day: datetime.date) -> list[PersonLevel]:
    """Of those for whom the unit answers: a unit below that reports itself shows its own."""
    tree = all_tree_on(day)
    people = people_levels(user, node.id, day, tree=tree, only_in=tree.answered_by(node.id))
    return [one for one in people if one.needs_attention]


def _status(user: User, node: UnitNode, day: datetime.date) -> ReturnStatus | None:
    found = return_status_of_unit(user, node.id, day)
    return found if found and found.unit.id == node.id else None
