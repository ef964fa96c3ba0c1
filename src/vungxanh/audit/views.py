"""The trail for administrators, and for everybody the list of those who read one's own health data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from vungxanh.audit import queries
from vungxanh.audit.forms import TrailForm
from vungxanh.common import clock
from vungxanh.common.directory import may_administer
from vungxanh.common.slices import Slice

A_PAGE = 50


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    today = clock.today()
    may_administer(request.user, on=today).or_refuse()
    form = TrailForm(request.GET)
    events = queries.events_visible_to(request.user, form.wish, on=today)
    found = Slice.of(events, by="at", before=request.GET.get("before", ""), size=A_PAGE)
    context = {"form": form, "slice": found}
    return render(request, "audit/event_list.html", context)


@require_safe
def own_readings(request: HttpRequest) -> HttpResponse:
    events = queries.readings_of_own_data(request.user)
    found = Slice.of(events, by="at", before=request.GET.get("before", ""), size=A_PAGE)
    context = {"slice": found}
    return render(request, "audit/own_readings.html", context)
