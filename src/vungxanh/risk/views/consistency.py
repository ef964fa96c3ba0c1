"""What has to be clarified: a list by unit and day, each with its records and the word that closes it."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from vungxanh.accounts.models import User
from vungxanh.accounts.views import signed_in
from vungxanh.audit.operations import event, record_all
from vungxanh.common import clock
from vungxanh.organization.tree import Tree, UnitNode, all_tree_on
from vungxanh.risk import operations, permissions
from vungxanh.risk.forms import ReviewForm
from vungxanh.risk.queries.findings import (
    ShownFinding,
    all_last_run,
    finding_for,
    findings_of_day,
    own_unit_ids_of_reader,
)


@never_cache
@require_safe
def findings_today(request: HttpRequest) -> HttpResponse:
    """To today's list of the uppermost unit whose findings one reads, or of the day that was picked."""
    user, today = signed_in(request), clock.today()
    tree = all_tree_on(today)
    own = own_unit_ids_of_reader(user, on=today, tree=tree)
    if not own:
        raise Http404
    return redirect("risk:finding_list", tree[own[0]].code, today)


@never_cache
@require_safe
def finding_list(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    unit, tree = _unit(user, code, day)
    found = findings_of_day(user, unit.id, day, tree=tree)
    _note_looks(user, found, now)
    context = {
        "unit": unit,
        "day": day,
        "found": found,
        "run": all_last_run(day),
        "before": day - datetime.timedelta(days=1),
        "after": day + datetime.timedelta(days=1) if day < now.date() else None,
        "open_count": sum(one.is_open for one in found),
    }
    return render(request, "risk/finding_list.html", context)


@require_POST
def consistency_check(request: HttpRequest, code: str, day: datetime.date) -> HttpResponse:
    """Looks through the day once more: after a correction, or for a day that is past."""
    user = signed_in(request)
    unit, _tree = _unit(user, code, day)
    operations.check_consistency(day, at=clock.now(), actor=user)
    messages.success(request, _("The declarations of the day were looked through again."))
    return redirect("risk:finding_list", unit.code, day)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def finding_page(request: HttpRequest, pk: int) -> HttpResponse:
    user, now = signed_in(request), clock.now()
    found = finding_for(user, pk, on=now.date())
    if found is None:
        raise Http404
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            operations.review_finding(pk, outcome=form.cleaned_data["outcome"], actor=user, at=now)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("What came out is kept."))
            return redirect("risk:finding_page", pk)
    if request.method != "POST":
        _note_looks(user, [found], now)
    node = all_tree_on(found.finding.day).nodes.get(found.finding.unit_id)
    status = 422 if form.errors else 200
    return render(request, "risk/finding_page.html", {"found": found, "form": form, "unit": node}, status=status)


def _unit(user: User, code: str, day: datetime.date) -> tuple[UnitNode, Tree]:
    tree = all_tree_on(day)
    unit = tree.by_code(code)
    if unit is None or day > clock.today() or not permissions.may_look_through(user, unit.id, on=day):
        raise Http404
    return unit, tree


def _note_looks(user: User, found: list[ShownFinding], at: datetime.datetime) -> None:
    """What is for the health officer is health data: who read it, whose, when."""
    record_all(
        event(
            "risk.read_finding",
            actor=user,
            at=at,
            subject=one.person,
            unit_id=one.finding.unit_id,
            is_read=True,
            detail={"code": one.finding.code},
        )
        for one in found
        if one.is_about_health
    )
