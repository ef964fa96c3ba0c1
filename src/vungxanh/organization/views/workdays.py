"""The calendar of moved days and a unit's roster."""

import datetime

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vungxanh.accounts.views import signed_in
from vungxanh.common import clock
from vungxanh.organization import roles
from vungxanh.organization.enums import CalendarDayKind, Role, RosterKind
from vungxanh.organization.forms import CalendarForm, RosterForm
from vungxanh.organization.models import CalendarDay, Person, RosterEntry, Shift, Unit
from vungxanh.organization.operations import workdays
from vungxanh.organization.permissions import PERSONNEL, may_set_roster
from vungxanh.organization.queries.people import people_visible_to, unit_ids_visible_to
from vungxanh.organization.tree import all_tree_on

SHOWN_DAYS = 31


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: HttpRequest) -> HttpResponse:
    """Days that differ from the week and the public holidays."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    editable = roles.unit_ids_where(user, PERSONNEL | {Role.OFFICE}, on=now.date(), tree=tree)
    form = CalendarForm(request.POST or None, units=[node for node in tree if node.id in editable])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        workdays.set_calendar_day(
            given["date"],
            kind=CalendarDayKind(given["kind"]),
            unit=Unit.objects.get(pk=given["unit"]),
            reason=given["reason"],
            actor=user,
            at=now,
        )
        messages.success(request, _("The day is kept; opened days follow it."))
        return redirect("organization:calendar_page")
    first = now.date() - datetime.timedelta(days=365)
    days = CalendarDay.objects.filter(date__gte=first).order_by("-date", "pk")
    rows = [(day, tree.nodes.get(day.unit_id or 0), day.unit_id in editable) for day in days]
    context = {"rows": rows, "form": form, "may_edit": bool(editable)}
    return render(request, "organization/calendar_page.html", context, status=422 if form.errors else 200)


@require_POST
def calendar_clear(request: HttpRequest, pk: int) -> HttpResponse:
    day = get_object_or_404(CalendarDay, pk=pk)
    workdays.clear_calendar_day(day, actor=signed_in(request), at=clock.now())
    messages.success(request, _("The day is an ordinary one again."))
    return redirect("organization:calendar_page")


@require_http_methods(["GET", "HEAD", "POST"])
def roster_page(request: HttpRequest, code: str) -> HttpResponse:
    """Shifts, and who is on duty on days off, for the month to come."""
    user, now = signed_in(request), clock.now()
    tree = all_tree_on(now.date())
    node = tree.by_code(code)
    if node is None or node.id not in unit_ids_visible_to(user, on=now.date(), tree=tree):
        raise Http404
    below = {one.id for one in tree.below(node.id)}
    people = people_visible_to(user, on=now.date(), unit_ids=below, tree=tree)
    shifts = Shift.objects.filter(unit_id__in={one.id for one in tree.above(node.id)} | below).order_by("code")
    form = RosterForm(request.POST or None, people=Person.objects.filter(pk__in=people.values("pk")), shifts=shifts)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            workdays.set_roster(
                given["person"],
                given["date"],
                kind=RosterKind(given["kind"]),
                unit=Unit.objects.get(pk=node.id),
                shift=given["shift"],
                actor=user,
                at=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The roster is kept."))
            return redirect("organization:roster_page", code=code)
    span = (now.date(), now.date() + datetime.timedelta(days=SHOWN_DAYS))
    entries = RosterEntry.objects.filter(unit_id__in=below, date__range=span).select_related("person", "shift", "site")
    context = {
        "unit": node,
        "entries": entries.order_by("date", "kind", "person__sort_key"),
        "form": form,
        "may_edit": may_set_roster(user, node.id, on=now.date()),
    }
    return render(request, "organization/roster_page.html", context, status=422 if form.errors else 200)


@require_POST
def roster_clear(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(RosterEntry.objects.select_related("unit"), pk=pk)
    code = entry.unit.code
    workdays.clear_roster(entry, actor=signed_in(request), at=clock.now())
    messages.success(request, _("The entry is taken off the roster."))
    return redirect("organization:roster_page", code=code)
