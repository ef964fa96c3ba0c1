"""Shifts that are over: the unit says who was there."""

import datetime
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from vungxanh.accounts.views import signed_in
from vungxanh.admission.operations.shifts import confirm_shifts
from vungxanh.admission.permissions import SHIFT_KEEPERS
from vungxanh.admission.queries.shifts import all_shift_lines, all_unconfirmed_days
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.models import Unit
from vungxanh.organization.permissions import may_set_roster
from vungxanh.organization.tree import UnitNode, all_tree_on

DAYS_BACK = 7


@never_cache
@require_safe
def shift_home(request: HttpRequest) -> HttpResponse:
    """Units with shifts that are over and not confirmed; days of each."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    units = roles.unit_ids_where(user, SHIFT_KEEPERS, on=now.date(), tree=tree)
    if not units:
        raise PermissionDenied(str(may_set_roster(user, 0, on=now.date()).reason))
    waiting = all_unconfirmed_days(units, at=now)
    rows = [(node, waiting[node.id]) for node in tree if node.id in waiting]
    own = [node for node in tree if node.id in units]
    return render(request, "admission/shift_home.html", {"rows": rows, "units": own, "today": now.date()})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def shift_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """The shifts of `?ngay=`; whoever is ticked was there, whoever is not is struck out."""
    user, now = signed_in(request), clock.now()
    node = all_tree_on(now.date()).by_code(code)
    if node is None:
        raise Http404
    verdict = may_set_roster(user, node.id, on=now.date())
    if not verdict:
        raise PermissionDenied(str(verdict.reason))
    day = _asked_day(request, now.date())
    if request.method == "POST":
        return _confirmed(request, node, day)
    lines = all_shift_lines(node.id, day)
    ready = [line for line in lines if line.place and line.ends <= now]
    context = {
        "unit": node,
        "day": day,
        "days": [
            (one, f"?ngay={one.isoformat()}", one == day)
            for one in (now.date() - datetime.timedelta(days=back) for back in range(DAYS_BACK, -1, -1))
        ],
        "ready": ready,
        "waiting": [line for line in lines if line not in ready],
        "clashes": [line for line in lines if line.also_at],
    }
    return render(request, "admission/shift_sheet.html", context)


def _confirmed(request: HttpRequest, node: UnitNode, day: datetime.date) -> HttpResponse:
    """Only lines that were on the page; `shown` names them all, `present` those that are ticked."""
    user, now = signed_in(request), clock.now()
    shown, present = _subjects(request, "shown"), _subjects(request, "present")
    unit = Unit.objects.get(pk=node.id)
    try:
        count = confirm_shifts(unit, day, present=present, absent=shown - present, actor=user, at=now)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        words = ngettext("%(count)d line is confirmed.", "%(count)d lines are confirmed.", count)
        messages.success(request, words % {"count": count})
    return redirect(f"{reverse('shifts:shift_sheet', args=[node.code])}?ngay={day.isoformat()}")


def _subjects(request: HttpRequest, name: str) -> set[uuid.UUID]:
    try:
        return {uuid.UUID(one) for one in request.POST.getlist(name)}
    except ValueError as error:
        raise Http404 from error


def _asked_day(request: HttpRequest, today: datetime.date) -> datetime.date:
    """As far back as the tabs lead; yesterday otherwise, whose shifts are over."""
    yesterday = today - datetime.timedelta(days=1)
    try:
        asked = datetime.date.fromisoformat(request.GET.get("ngay", ""))
    except ValueError:
        return yesterday
    return asked if today - datetime.timedelta(days=DAYS_BACK) <= asked <= today else yesterday
